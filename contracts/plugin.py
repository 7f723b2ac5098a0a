"""The pytest plugin: the options of the command as options of pytest, and a verification with them.

It costs a session that does not verify anything next to nothing: all else is imported on demand.
"""

import argparse
import contextlib
import os
from typing import Any

import pytest

from contracts.options import OPTIONS, PREFIX, Option, read
from contracts.settings import Settings, UsageError

__all__: list[str] = []

_VERIFIER = "active-calls-verifier"  # what it is registered as
_BASE_URL = Option("base-url", "URL", "The implementation to verify.")


@pytest.hookimpl(trylast=True)
def pytest_addoption(parser: pytest.Parser) -> None:
    """Add each option, as a flag and as a setting ``active_calls_…`` of the configuration file."""
    group = parser.getgroup("active-calls", "verification of an active-calls implementation")
    for option in (_BASE_URL, *OPTIONS):
        kind: Any = "bool" if option.flag else "linelist" if option.many else "string"
        parser.addini(f"active_calls_{option.key}", option.help, kind, default=None)
        attributes: dict[str, Any] = {"dest": f"active_calls_{option.key}", "default": None}
        if option.flag:
            attributes |= {"action": "store_true"}
        else:
            attributes |= {"metavar": option.metavar, "action": "append" if option.many else None}
        words = option.help + (f" (default: {option.default})" if option.default else "")
        # Another plugin may own the flag (pytest-base-url, pytest-timeout): then that one counts.
        with contextlib.suppress(ValueError, argparse.ArgumentError):
            group.addoption(
                f"--{option.name}",
                help=words,
                **{key: value for key, value in attributes.items() if value or key == "default"},
            )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the verification, where there is a URL to verify."""
    base_url = _value(config, _BASE_URL)
    if base_url and _is_asked_for(config):
        from contracts.verification import Verification  # imports the HTTP client
        from contracts.verifier import Verifier

        try:
            verifier = Verifier(Verification(_settings(config, base_url)))
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        config.pluginmanager.register(verifier, _VERIFIER)
    elif not config.pluginmanager.hasplugin(_VERIFIER):
        config.addinivalue_line("markers", "clause(id): the clause that a test judges")


def _is_asked_for(config: pytest.Config) -> bool:
    """Return whether the suite is among what pytest was told to run.

    ``--base-url`` and its like are other plugins' options too, and say nothing about us.
    """
    return any("contracts.suite" in arg or "contracts/suite" in arg for arg in config.args)


def _settings(config: pytest.Config, base_url: str) -> Settings:
    return read(base_url, {option.name: _value(config, option) for option in OPTIONS})


def _value(config: pytest.Config, option: Option) -> Any:
    """Return what the command line says, else the environment, else the configuration file."""
    given = config.getoption(f"--{option.name}", None)
    if given:
        return given if option.many or option.flag else str(given)
    text = os.environ.get(option.variable)
    if text:
        return option.split(text) if option.many else text
    return config.getini(f"active_calls_{option.key}") or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to run the suite against nothing."""
    verifies = config.pluginmanager.hasplugin(_VERIFIER)
    if not verifies and any(item.get_closest_marker("clause") for item in items):
        raise pytest.UsageError(
            f"--base-url: missing; the suite needs the URL of an implementation "
            f"(or {PREFIX}_BASE_URL, or active_calls_base_url in the configuration file)"
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the reports, and let no run that can say nothing look like a success."""
    verifier = session.config.pluginmanager.get_plugin(_VERIFIER)
    if verifier is None or session.config.option.collectonly:
        return
    from contracts.report import write  # imports templates

    verification = verifier.verification
    settings = verification.settings
    write(
        verification.result(),
        json=settings.report_json,
        junit=settings.report_junit,
        html=settings.report_html,
        markdown=settings.report_markdown,
    )
    if verification.exit_status > 1:
        session.exitstatus = verification.exit_status


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what it came to, after pytest's own account."""
    verifier = config.pluginmanager.get_plugin(_VERIFIER)
    if verifier is None or config.option.collectonly:
        return
    from rich.console import Console

    from contracts.report import terminal

    terminalreporter.section("active calls")
    quiet = config.option.verbose < 0 or verifier.verification.stopped is not None
    terminal(verifier.verification.result(), Console(), quiet=quiet)
