"""A pytest plugin for teams that test a client of the API: a mock for their test session."""

import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest

__all__ = ["active_calls_mock"]

_OPTIONS = "active_calls_mock_options"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the configuration file hand options to the mock."""
    parser.addini(_OPTIONS, "Options of active-calls-mock for the fixture active_calls_mock.")


@pytest.fixture(scope="session")
def active_calls_mock(pytestconfig: pytest.Config) -> Iterator[str]:
    """Serve the mock on a free port for the whole session and yield its base URL.

    The options are those of ``active-calls-mock``, from ``active_calls_mock_options`` in the
    configuration file. Each test makes its own state: by a room's name, or with ``Prefer``.

    Raises:
        pytest.UsageError: the mock does not start; the message is its own.
    """
    options = shlex.split(pytestconfig.getini(_OPTIONS))
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--log-level", "warning"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # The first line names the API's URL, and comes when requests are answered.
        _, _, url = process.stdout.readline().strip().partition("  ")
        if not url:
            raise pytest.UsageError(f"the mock did not start with {_OPTIONS} = {options}")
        try:
            yield url.strip().partition("/v2/")[0]
        finally:
            process.terminate()
