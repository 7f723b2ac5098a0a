"""A pytest plugin for teams that test a client of the API: a mock, a workspace for each test."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # sessions that do not use the fixtures are not slowed down by the HTTP client
    from httpx2 import Client

    from mockserver.directing import Workspace

__all__ = ["active_calls", "active_calls_mock"]

_OPTIONS = "active_calls_mock_options"
_LONGEST_NAME = 40


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


@pytest.fixture(scope="session")
def _active_calls_client(active_calls_mock: str) -> Iterator["Client"]:
    """Keep one client: making one takes longer than most tests."""
    from httpx2 import Client

    # The mock is on this machine, whatever proxy the environment names.
    with Client(base_url=active_calls_mock, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def active_calls(
    request: pytest.FixtureRequest, _active_calls_client: "Client"
) -> Iterator["Workspace"]:
    """Yield a workspace of the mock for this test alone; all is forgotten after the test.

    Its name follows from the test's, so that a room has the same call in every run.
    """
    from mockserver.directing import Workspace

    workspace = Workspace(_active_calls_client, _workspace(request.node))
    yield workspace
    workspace.forget()


def _workspace(test: pytest.Item) -> str:
    """Return a name that no other test has, in whatever process it runs."""
    readable = re.sub(r"\W+", "-", test.name, flags=re.ASCII)[:_LONGEST_NAME].strip("-")
    return f"{readable}-{sha256(test.nodeid.encode()).hexdigest()[:8]}"
