"""What an image must do, whatever runs it."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Protocol

import httpx2

from tests.commands import Done

__all__ = ["Container", "check"]

_PATIENCE_SECONDS = 60.0
_FILES = "/opt/active-calls"
_TOOLS = ("pip", "pip3", "gcc", "cc", "make", "git")
_LEFT = f"""
import importlib.util, shutil
print(*filter(shutil.which, {_TOOLS}), *["the module pip"] * bool(importlib.util.find_spec("pip")))
"""


class Container(Protocol):
    """A container of the image, which reaches the mock that it has started at ``inside``."""

    inside: str

    def check(self) -> list[str]:
        """Return the image's HEALTHCHECK, its kind first."""

    def start(self) -> str:
        """Start what the image starts by itself; return the mock's URL."""

    def within(self, *command: str) -> Done:
        """Run a command beside what was started."""

    def once(self, *command: str) -> Done:
        """Run a command in place of what the image starts, where that can be reached."""

    def stop(self) -> int:
        """Ask it to stop; return its exit status."""


def check(container: Container) -> Iterator[str]:
    """Yield a line for each thing that was seen.

    Raises:
        AssertionError: something is not as it must be.
    """
    url = container.start()
    yield f"a call has gone on for {_poll(url)['duration']} s at its first poll"
    kind, *health = container.check()
    assert kind == "CMD", f"HEALTHCHECK is {kind}"
    done = container.within(*health)
    assert done.returncode == 0, f"HEALTHCHECK: {done.stdout}"
    yield "HEALTHCHECK says that it is healthy"
    user = container.within("id", "-u").stdout.strip()
    assert user == "65534", f"it runs as {user}"
    assert container.within("test", "-d", _FILES).returncode == 0, f"{_FILES} is not there"
    assert container.within("touch", f"{_FILES}/x").returncode, "its files can be changed"
    yield "it runs as 65534, and cannot change its own files"
    done = container.within("python3", "-c", _LEFT)
    assert (done.returncode, done.stdout) == (0, "\n"), f"left inside: {done.stdout}"
    yield f"none of {', '.join(_TOOLS)} is in it"
    # Not all: every room is live there, and no room can be found missing.
    options = (
        "--workspace-id",
        "ws-1",
        "--only",
        "shape",
        "--profile",
        "quick",
        "--report-dir",
        "r",
    )
    done = container.once("active-calls-verify", container.inside, *options, "--quiet")
    assert done.returncode == 0, f"active-calls-verify: {done.stdout}"
    yield f"the verifier says: {done.stdout.splitlines()[0]}"
    status = container.stop()
    assert status == 0, f"SIGTERM ended it with status {status}"
    yield "SIGTERM ends it with status 0"


def _poll(url: str) -> Any:
    """Return a call, once the mock answers."""
    until = time.monotonic() + _PATIENCE_SECONDS
    with httpx2.Client(base_url=url, headers={"x-workspace-id": "ws-1"}, trust_env=False) as client:
        while time.monotonic() < until:
            with suppress(httpx2.TransportError):
                answer = client.get("/v2/api/active-calls/call-abc123")
                assert answer.status_code == 200, f"a call was answered with {answer.status_code}"
                return answer.json()
            time.sleep(0.1)
    raise AssertionError(f"nobody answered at {url} within {_PATIENCE_SECONDS:.0f} s")
