"""The pytest plugin: the options of the command as options of pytest, and a verification with them.

It is part of every session of its environment. So each flag has a prefix that no other plugin uses,
and a session that verifies nothing imports nothing more.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contracts import defects, extra, signals
from contracts.given import read
from contracts.options import OPTIONS, PREFIX, Option
from contracts.settings import Settings, UsageError

__all__: list[str] = []

_VERIFIER = "active-calls-verifier"  # what it is registered as
_BASE_URL = Option("base-url", "URL", "The implementation to verify.")
_FLAG = "--active-calls-"
_PROBLEMS = pytest.StashKey[list[str]]()  # reports that could not be written
# How the options' own texts name them: as flags of the command, and its argument.
_NAMED = re.compile(rf"(?<![\w'\"-])--(?=(?:{'|'.join(option.name for option in OPTIONS)})\b)")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add each option, as a flag and as a setting ``active_calls_…`` of the configuration file."""
    group = parser.getgroup("active-calls", "verification of an active-calls implementation")
    for option in (_BASE_URL, *OPTIONS):
        kind: Any = "bool" if option.flag else "linelist" if option.many else "string"
        parser.addini(f"active_calls_{option.key}", option.help, kind, default=None)
        attributes: dict[str, Any] = {"action": "store_true"}
        if not option.flag:
            action = "append" if option.many else "store"
            attributes = {"metavar": option.metavar, "action": action}
        words = option.help + (f" (default: {option.default})" if option.default else "")
        group.addoption(_FLAG + option.name, help=words, default=None, **attributes)


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the verification, where there is a URL to verify."""
    base_url = _value(config, _BASE_URL)
    # Environment and configuration file may name a URL for sessions that verify nothing, too.
    asked_for = any(_is_suite(arg.partition("::")[0], config) for arg in config.args)
    if asked_for and (absent := extra.missing()):
        raise pytest.UsageError(absent)
    if base_url and asked_for:
        from contracts.verification import Verification  # imports the HTTP client
        from contracts.verifier import Verifier

        with _in_one_line():
            verifier = Verifier(Verification(_settings(config, base_url)))
        config.pluginmanager.register(verifier, _VERIFIER)
    elif not config.pluginmanager.hasplugin(_VERIFIER):
        config.addinivalue_line("markers", "clause(id): the clause that a test judges")


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Let no exception end the session with a traceback, or with the status of a failed test."""
    try:
        yield
    except UsageError as error:
        raise pytest.UsageError(_renamed(str(error))) from None
    except Exception as error:
        defects.trace(error)
        pytest.exit(f"active-calls: {defects.line(error)}", returncode=2)


def _is_suite(place: str, config: pytest.Config) -> bool:
    """Return whether a place that pytest was told to run, a path or a module, is the suite."""
    if place == "contracts.suite" or place.startswith("contracts.suite."):
        return True
    suite = Path(__file__).with_name("suite").resolve()
    return (config.invocation_params.dir / place).resolve().is_relative_to(suite)


def _renamed(text: str) -> str:
    """Return what is wrong with an option of the command, said of pytest's own."""
    return _NAMED.sub(_FLAG, text).replace("BASE_URL:", f"{_FLAG}base-url:", 1)


def _settings(config: pytest.Config, base_url: str) -> Settings:
    return read(base_url, {option.name: _value(config, option) for option in OPTIONS})


def _value(config: pytest.Config, option: Option) -> Any:
    """Return what the command line says, else the environment, else the configuration file."""
    given = config.getoption(_FLAG + option.name)
    said = option.chosen(given, os.environ)
    if given is not None or said not in (None, ""):
        return said
    return config.getini(f"active_calls_{option.key}") or said


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to run the suite against nothing."""
    verifies = config.pluginmanager.hasplugin(_VERIFIER)
    if not verifies and any(item.get_closest_marker("clause") for item in items):
        raise pytest.UsageError(
            f"{_FLAG}base-url: missing; the suite needs the URL of an implementation "
            f"(or {PREFIX}_BASE_URL, or active_calls_base_url in the configuration file)"
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the reports, and let no run that can say nothing look like a success."""
    verifier = session.config.pluginmanager.get_plugin(_VERIFIER)
    if verifier is None or session.config.option.collectonly:
        return
    from contracts.report import write  # imports templates

    verification = verifier.verification
    with _in_one_line(), signals.undisturbed():
        session.config.stash[_PROBLEMS] = write(
            verification.result(), **verification.settings.reports
        )
        if verification.exit_status > 1:
            session.exitstatus = verification.exit_status


@pytest.fixture(scope="session")
def active_calls_verify(pytestconfig: pytest.Config) -> Callable[..., Any]:
    """Verify an implementation from within a test: ``active_calls_verify(base_url, …)``.

    Options are keyword arguments named like the settings: ``workspace_id="ws-test"``,
    ``rooms=["call-abc123"]``, ``profile="quick"``. What is not given comes from the flags, the
    environment and the configuration file. The call returns an ``Outcome`` (``verdict``,
    ``failed``, and each clause by its id), also where nothing could be verified.

    Raises:
        pytest.UsageError: a value that cannot be used, or a report that cannot be written.

    """
    if absent := extra.missing():
        raise pytest.UsageError(absent)
    from contracts.outcome import verify  # imports the HTTP client

    defaults = {option.name: _value(pytestconfig, option) for option in OPTIONS}
    return partial(verify, defaults)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what it came to, after pytest's own account."""
    verifier = config.pluginmanager.get_plugin(_VERIFIER)
    if verifier is None or config.option.collectonly:
        return
    from contracts.report import Screen, terminal

    terminalreporter.section("active calls")
    for problem in config.stash.get(_PROBLEMS, []):
        terminalreporter.line(problem, red=True)
    quiet = config.option.verbose < 0 or verifier.verification.stopped is not None
    terminal(verifier.verification.result(), Screen(), quiet=quiet)
