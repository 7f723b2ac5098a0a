"""Polls servers of the proof, and judges what was recorded of that."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from contracts.judging.results import Result
from contracts.review import review
from contracts.settings import Review
from tests.implementations.correct import Correct
from tests.implementations.faulty import Faulty
from tests.implementations.server import serve
from tests.traffic.hars import polled

__all__ = ["AT_ONCE", "recorded"]

SECONDS, AT_ONCE = 6.5, 10


def _seen(folder: Path, name: str, served: Callable[[], AbstractContextManager[str]]) -> Result:
    with served() as url:
        path = polled(folder / f"{name}.har", url, seconds=SECONDS)
    return review(Review(traffic=(path,)))


def recorded(
    folder: Path, chosen: Iterable[Faulty | Correct], pool: ThreadPoolExecutor
) -> Mapping[str, Future[Result]]:
    """Return what becomes of each by its name, as soon as it is known."""
    return {
        one.name: pool.submit(
            _seen,
            folder,
            one.name,
            one.serve if isinstance(one, Correct) else partial(serve, one.make()),
        )
        for one in chosen
    }
