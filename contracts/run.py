"""Runs the suite in this process, without a word of pytest's own."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from contracts.asking.pace import Clock
from contracts.judging.results import Result
from contracts.settings import Settings
from contracts.verification import Verification
from contracts.verifier import Verifier

__all__ = ["verify"]

_SUITE = Path(__file__).with_name("suite")
# What would print or write something, and what the suite has no use for. Each takes time to import,
# and with every test; "unraisableexception" collects garbage, twice.
_UNUSED = (
    *("terminal", "cacheprovider", "warnings", "logging", "faulthandler", "junitxml"),
    *("debugging", "doctest", "legacypath", "pastebin", "setuponly", "setupplan", "stepwise"),
    *("unittest", "unraisableexception"),
)
_USERS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")  # made for the user's own sessions


class _Failures:
    """Keeps what pytest would have printed about its own failures."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep a failure of pytest or of a plugin."""
        self.errors.append(excinfo.value)

    def pytest_exception_interact(
        self, call: pytest.CallInfo[object], report: pytest.CollectReport | pytest.TestReport
    ) -> None:
        """Keep a failure to import the suite."""
        if isinstance(report, pytest.CollectReport) and call.excinfo:
            error = call.excinfo.value
            self.errors.append(error.__cause__ or error)


@contextmanager
def _by_itself() -> Iterator[None]:
    """Within it, pytest is told nothing by the environment, and no warning is an error.

    What goes wrong while an object is cleared away is not said, either.
    """
    hidden = {name: os.environ.pop(name, None) for name in _USERS}
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.unraisablehook = hook
        os.environ.update({name: text for name, text in hidden.items() if text is not None})


def verify(
    settings: Settings,
    progress: Callable[[str, int], None] = lambda doing, requests: None,
    *,
    clock: Clock | None = None,
    transport: httpx2.BaseTransport | None = None,
) -> tuple[Result, int]:
    """Verify a target; return the result and the exit status of the command.

    After Ctrl-C or SIGTERM that is what was found by then, ``cut_short``, with status 130 or 143.

    Nothing of the user's own pytest configuration or plugins takes part. ``clock`` and
    ``transport`` stand in for time and network in tests.

    Raises:
        OSError: where the archive of the exchanges cannot be written.
        Exception: where pytest itself failed, or could not import the suite.

    """
    verification = Verification(settings, progress=progress, clock=clock, transport=transport)
    failures = _Failures()
    with _by_itself():
        code = pytest.main(_arguments(), plugins=[Verifier(verification), failures])
    if failures.errors:
        raise failures.errors[0]
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise RuntimeError(f"pytest ended with status {int(code)}")
    return verification.result(), verification.exit_status


def _arguments() -> list[str]:
    return [
        str(_SUITE),
        f"--rootdir={_SUITE}",
        f"--config-file={os.devnull}",
        # Without it, pytest imports each conftest.py, and lists each folder, that is around _SUITE.
        f"--confcutdir={_SUITE}",
        "--import-mode=importlib",
        "--assert=plain",
        "--capture=no",
        "--disable-plugin-autoload",
        *(f"-pno:{name}" for name in _UNUSED),
    ]
