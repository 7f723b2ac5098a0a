"""The loads, and wrk, which puts them on a server."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.processes import Server

__all__ = ["HEADERS", "LOADS", "Driven", "Load", "drive", "path", "pinned", "wrk_version"]

HEADERS: Mapping[str, str] = {"x-workspace-id": "ws-acme", "x-api-key": "benchmark"}
"""What every server gets; one of the peers asks for a key, whatever it is."""

_SCRIPT = Path(__file__).with_name("rooms.lua")
_THREADS, _CONNECTIONS = 1, 16
_SAMPLE_SECONDS = 0.5


def path(room: int) -> str:
    """Return the path of the room with this number."""
    return f"/v2/api/active-calls/call-{room:07d}"


@dataclass(frozen=True)
class Load:
    """A number of rooms that are asked for in turn."""

    name: str
    title: str
    rooms: int


LOADS = (
    Load("one", "one room", 1),
    Load("rooms", "5,000 rooms in turn", 5_000),
    Load("new", "every request a new room", 1_000_000),
)


@dataclass(frozen=True)
class Driven:
    """What one run of wrk found; latencies in seconds.

    ``cpu`` is the processor time that the server used, in seconds; ``memory`` the most that it
    held meanwhile, in bytes. ``errors`` are answers with other statuses than 2xx and 3xx, too.
    """

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    errors: int
    cpu: float
    memory: int


def _watched(command: list[str], server: Server) -> tuple[str, int]:
    """Run ``command`` and return what it printed, and the most memory that ``server`` held."""
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while True:
            peak = max(peak, server.memory_bytes())
            with suppress(subprocess.TimeoutExpired):
                output, _ = process.communicate(timeout=_SAMPLE_SECONDS)
                return output, peak


def pinned(command: Sequence[str], core: int) -> list[str]:
    """Return the command, kept on one core where there are two and the system can."""
    if shutil.which("taskset") is None or (os.cpu_count() or 1) < 2:
        return list(command)
    return ["taskset", "--cpu-list", str(core), *command]


def drive(
    server: Server,
    rooms: int,
    first: int,
    seconds: int,
    *,
    connections: int = _CONNECTIONS,
    core: int | None = None,
) -> Driven:
    """Ask ``server`` for ``rooms`` rooms in turn, beginning after number ``first``; one is it.

    wrk is kept on ``core``, where one is named.
    """
    headers = [word for item in HEADERS.items() for word in ("-H", ": ".join(item))]
    command = ["wrk", "-t", str(_THREADS), "-c", str(connections), "-d", f"{seconds}s", *headers]
    arguments = ["-s", str(_SCRIPT), server.url, "--", str(rooms), str(first)]
    before = server.cpu_seconds()
    command += arguments
    output, memory = _watched(command if core is None else pinned(command, core), server)
    cpu = server.cpu_seconds() - before
    found = re.search(r"^RESULT (.*)$", output, re.MULTILINE)
    assert found, output
    return Driven(**json.loads(found[1]), cpu=cpu, memory=memory)


def wrk_version() -> str | None:
    """Return the version of wrk, or None where it is not installed."""
    try:
        done = subprocess.run(["wrk", "-v"], capture_output=True, text=True)
    except FileNotFoundError:
        return None
    found = re.search(r"wrk (\S+)", done.stdout)
    return found[1] if found else "unknown"
