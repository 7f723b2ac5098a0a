"""Measures: the servers against each other, and the mock over a million rooms."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.benchmarks.loads import HEADERS, LOADS, drive, path, pinned
from tests.benchmarks.servers import MOCK, Contender, Skipped, contenders, mock_command
from tests.processes import Server, free_port, serving

__all__ = ["compare", "grow"]

Say = Callable[[str], None]
_START_SECONDS = 60
_SETTLE_SECONDS = 5
_MILLION = 1_000_000


def _round(
    server: Server, room: int, warm_up: int, seconds: int, core: int | None
) -> dict[str, Any]:
    """Return what one start of ``server`` gives: by load, and of itself; wrk is on ``core``."""
    start = server.seconds_to_answer(path(room), HEADERS, _START_SECONDS)
    body = len(httpx2.get(server.url + path(room), headers=dict(HEADERS)).content)
    found: dict[str, Any] = {"start": start, "body": body}
    memory = 0
    for load in LOADS:
        warm = drive(server, load.rooms, room, warm_up, core=core)
        first = room if load.rooms == 1 else room + warm.requests
        driven = drive(server, load.rooms, first, seconds, core=core)
        memory = max(memory, warm.memory, driven.memory)
        found[load.name] = {
            "rate": driven.requests / driven.seconds,
            "p50": driven.p50,
            "p99": driven.p99,
            "cpu": driven.cpu / driven.requests,
            "errors": driven.errors,
        }
    found["memory"] = memory
    return found


def compare(
    rounds: int, warm_up: int, seconds: int, folder: Path, say: Say
) -> dict[str, Any]:  # fmt: skip
    """Start and drive each server in turn, ``rounds`` times; their files go to ``folder``.

    Returns the servers with their rounds, and those that were skipped with the reason. Times in
    seconds, memory and bodies in bytes, rates in requests a second.
    """
    found, room = contenders(folder)
    skipped = {one.name: one.reason for one in found if isinstance(one, Skipped)}
    servers = {one.name: one for one in found if isinstance(one, Contender)}
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in servers}
    for number in range(1, rounds + 1):
        for name, contender in servers.items():
            if name in skipped:
                continue
            port = free_port()
            # One core serves and one drives; a server that wants both shares them with wrk.
            alone = contender.cores == 1
            command = contender.command(port)
            command = pinned(command, 0) if alone else command
            with serving(command, port, folder) as server:
                try:
                    one = _round(server, room, warm_up, seconds, 1 if alone else None)
                except TimeoutError as error:
                    skipped[name] = str(error)
                    continue
            measured[name].append(one)
            rates = "  ".join(f"{one[load.name]['rate']:8.0f}" for load in LOADS)
            say(f"{number}/{rounds}  {name:22}{rates}  requests/s")
    return {
        "servers": {
            name: {"version": one.version, "what": one.what, "rounds": measured[name]}
            for name, one in servers.items()
            if name not in skipped
        },
        "skipped": skipped,
    }


def grow(folder: Path, say: Say, seconds: int = 10) -> dict[str, Any]:
    """Ask the mock for a million rooms and more, and note its memory on the way.

    Returns pairs of the rooms asked for and the bytes held, and the most that was held.
    """
    port, asked, steps, peak = free_port(), 0, [], 0
    with serving(mock_command(port), port, folder) as server:
        server.seconds_to_answer(path(0), HEADERS, _START_SECONDS)
        while asked < 1.25 * _MILLION:
            driven = drive(server, 2 * _MILLION, asked, seconds)
            asked += driven.requests
            peak = max(peak, driven.memory)
            steps.append([asked, server.memory_bytes()])
            say(f"{MOCK}: {asked:9,} rooms  {steps[-1][1] / 1e6:6.1f} MB")
    return {"steps": steps, "peak": peak}
