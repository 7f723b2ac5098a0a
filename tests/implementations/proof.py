"""Runs the verifier, as anyone would start it, against implementations, many at once."""

import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.implementations.call import KEY, OTHER_WORKSPACE, ROOMS, SEED, WORKSPACE
from tests.implementations.correct import correct
from tests.implementations.faulty import faulty
from tests.implementations.server import serve
from tests.implementations.troubled import TROUBLED

__all__ = ["Outcome", "outcomes"]

# Watching is mostly sleeping, so that far more runs than processors go on at once.
AT_ONCE = 10 * (os.cpu_count() or 1)
WATCH_SECONDS = 5


@dataclass(frozen=True)
class Outcome:
    """What a run of the verifier came to: exit status, report, and what was printed."""

    status: int
    report: dict[str, Any]
    printed: str

    @property
    def failed(self) -> dict[str, str]:
        """The clauses that failed, with the level at which they did."""
        return {
            one["id"]: one["level"]
            for one in self.report.get("clauses", ())
            if one["status"] == "failed" and one["level"] != "information"
        }


@contextmanager
def outcomes(
    names: list[str], further: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> Iterator[dict[str, Future[Outcome]]]:
    """Yield what the verifier says of each implementation, as it comes to say it.

    ``further`` are more arguments of the command, by the name of the implementation. The processes
    are forked from one that has done already what they all have to do, and each verifies several.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.implementations.preloaded"])
    with ProcessPoolExecutor(AT_ONCE, context) as pool:
        yield {name: pool.submit(_verify, name, further.get(name, ())) for name in names}
        pool.shutdown(cancel_futures=True)


def _verify(name: str, further: tuple[str, ...]) -> Outcome:
    for one in faulty():
        if one.name == name:
            with serve(one.make()) as url:
                return _run(url, one.profile, one.keyed, (*one.options, *further))
    for trouble in TROUBLED:
        if trouble.name == name:
            with serve(trouble.make()) as url:
                return _run(url, trouble.profile, trouble.keyed, trouble.options)
    [right] = [one for one in correct() if one.name == name]
    with right.serve() as url:
        return _run(url, right.profile, right.keyed, (*right.options, *further))


def _run(url: str, profile: str, keyed: bool, options: tuple[str, ...]) -> Outcome:
    for name in [name for name in os.environ if name.startswith(("ACTIVE_CALLS_", "GITHUB_"))]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        report = Path(folder) / "report.json"
        arguments = [url, "--workspace-id", WORKSPACE, "--other-workspace-id", OTHER_WORKSPACE]
        arguments += [f"--room={room}" for room in ROOMS]
        arguments += [f"--profile={profile}", f"--watch={WATCH_SECONDS}", f"--seed={SEED}"]
        arguments += [f"--report-json={report}", *options]
        status, printed = _called(arguments + ([f"--api-key={KEY}"] if keyed else []))
        os.chdir("/")
        found = json.loads(report.read_text("utf-8")) if report.exists() else {}
        return Outcome(status, found, printed)


def _called(arguments: list[str]) -> tuple[int, str]:
    from contracts.cli import main  # late: only the processes that verify need it

    sys.argv = ["active-calls-verify", *arguments]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        status = 0
        with redirect_stdout(out), redirect_stderr(out):
            try:
                main()
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 1
        out.seek(0)
        return status, out.read()
