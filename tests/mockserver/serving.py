"""The mock as a process of its own, for the tests that need a socket or the command."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx2

PATH = "/v2/api/active-calls/"

HEADERS = {"x-workspace-id": "ws-acme"}

COMMAND = [sys.executable, "-m", "mockserver"]


class Served:
    """A running mock: its URL, what it printed, and its process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None and process.stderr is not None
        banner = [process.stdout.readline() for _ in range(6)]
        self.banner = "".join(banner)
        self.url = re.findall(r"http://[^/]+", self.banner)[0]
        self.port = int(self.url.rpartition(":")[2])
        self.log: list[str] = []
        # Read as it comes, so that the pipe never fills up.
        self._reader = threading.Thread(target=lambda: self.log.extend(process.stderr or ()))
        self._reader.start()

    def stop(self) -> int:
        """Ask the mock to stop and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self._reader.join(30)
        return status


@contextmanager
def serve(*options: str, before: Sequence[str] = (), **environment: str) -> Iterator[Served]:
    """Start the command on a free port; ``before`` it there may be one that runs it."""
    process = subprocess.Popen(
        [*before, *COMMAND, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    served = Served(process)
    try:
        yield served
    finally:
        if process.poll() is None:
            served.stop()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def get(served: Served, room: str, **headers: str) -> httpx2.Response:
    """Ask for a room's call."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    key = {"x-api-key": "k3y-never-logged"}
    return httpx2.get(served.url + PATH + room, headers={**HEADERS, **key, **named}, timeout=30)
