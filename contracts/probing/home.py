"""Where Hypothesis works: nowhere, for nothing of it is kept between runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from hypothesis.configuration import set_hypothesis_home_dir

__all__ = ["nothing_kept"]


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Within it, what Hypothesis writes is in a folder that vanishes."""
    with TemporaryDirectory(prefix="active-calls-verify-") as home:
        set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
