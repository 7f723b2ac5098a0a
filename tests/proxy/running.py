"""The proxy as a process before a server."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from tests.implementations.call import ROOMS, WORKSPACE
from tests.processes import started

__all__ = ["PATH", "Running", "proxy"]

PATH = f"/v2/api/active-calls/{ROOMS[0]}"
HEADERS = {"x-workspace-id": WORKSPACE, "authorization": "Bearer secret-token-4711"}
_PATIENCE_SECONDS = 30


class Running:
    """A running proxy, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.said = process, ""
        assert process.stderr is not None
        self.said = process.stderr.readline() + process.stderr.readline()
        found = re.search(r"http://[\d.:]+", self.said)
        assert found, self.said + process.stderr.read()
        self.url = found[0]

    def get(self, path: str = PATH, **headers: str) -> httpx2.Response:
        """Ask for something through it."""
        return httpx2.get(self.url + path, headers=HEADERS | headers, timeout=20, trust_env=False)

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it; return the status, and what it printed."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=_PATIENCE_SECONDS)
        self.said += err
        return self.process.returncode, out


@contextmanager
def proxy(upstream: str, *options: str) -> Iterator[Running]:
    """Run the command on a free port."""
    command = [sys.executable, "-m", "contracts.proxy", "--upstream", upstream, "--port", "0"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started([*command, *options], **streams) as process:
        yield Running(process)
