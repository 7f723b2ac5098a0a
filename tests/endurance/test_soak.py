"""Everything at once, for as long as it is asked to last."""

import asyncio
import time
from collections.abc import Iterator
from statistics import linear_regression, quantiles

import pytest

from contracts.judging.coherence import INVARIANTS
from tests.endurance.limits import (
    IDLE_CONNECTIONS,
    SOAK_SECONDS,
    WHOLE_SOAK_SECONDS,
    allow_files,
)
from tests.endurance.served import mock
from tests.endurance.traffic import Tally, clients
from tests.processes import Server

_SETTLING_SECONDS = 60
_MOST_GROWTH = 1.0  # MB a minute; what a leak of 100 bytes a request would exceed many times over
_MOST_MEMORY = 250.0  # MB, for all processes, with 2,000 connections
_SLOWEST = 5.0  # seconds; an ordinary answer takes milliseconds unless slow clients hold it up
_IDLE = IDLE_CONNECTIONS if SOAK_SECONDS >= WHOLE_SOAK_SECONDS else 200

_Memory = list[tuple[float, float]]


async def _sample(server: Server, memory: _Memory) -> None:
    began = time.monotonic()
    while True:
        held = await asyncio.to_thread(server.memory_bytes)
        memory.append((time.monotonic() - began, held / 1e6))
        await asyncio.sleep(1)


async def _soak(server: Server, tally: Tally, memory: _Memory) -> None:
    every = [*clients(server.port, tally, _IDLE), _sample(server, memory)]
    tasks = [asyncio.ensure_future(one) for one in every]
    done, _ = await asyncio.wait(tasks, timeout=SOAK_SECONDS, return_when="FIRST_COMPLETED")
    for task in done:  # none of them ends by itself
        task.result()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _growth(memory: _Memory) -> float:
    """Return the slope after the first minute, in MB a minute."""
    settled = [(at / 60, held) for at, held in memory if at >= _SETTLING_SECONDS]
    return linear_regression(*zip(*settled, strict=True)).slope


def _report(tally: Tally, memory: _Memory) -> None:
    for (kind, status), number in sorted(tally.statuses.items()):
        print(f"{kind:10} {status} {number:9,}")
    late = quantiles(tally.latencies, n=100)
    print(f"watched: p50 {late[49] * 1000:.1f} ms, p99 {late[98] * 1000:.1f} ms, "
          f"slowest {max(tally.latencies) * 1000:.0f} ms")  # fmt: skip
    print(f"memory: {memory[0][1]:.0f} MB at first, {max(m for _, m in memory):.0f} MB at most")
    print("MB each half minute:", *(f"{held:.0f}" for _, held in memory[::30]))


@pytest.fixture(scope="module")
def soaked() -> Iterator[tuple[Tally, _Memory, int | None, str]]:
    """What a mock has been through: what was seen, its memory, its exit status and its log."""
    tally, memory = Tally(), _Memory()
    allow_files(2 * IDLE_CONNECTIONS)
    with mock() as server:
        asyncio.run(_soak(server, tally, memory))
        status = server.stop()
        log = server.log.read_text("utf-8")
    _report(tally, memory)
    yield tally, memory, status, log


_Soaked = tuple[Tally, _Memory, int | None, str]


def test_answers_are_those_that_were_asked_for(soaked: _Soaked) -> None:
    """There is no 5xx but those asked for, no broken connection, and no request without answer."""
    tally, *_ = soaked
    assert not tally.wrong
    assert len({kind for kind, _ in tally.statuses}) >= 8


def test_nothing_goes_wrong_unsaid(soaked: _Soaked) -> None:
    """The log is empty below its banner, and the mock ends well."""
    *_, status, log = soaked
    assert status == 0
    assert not [line for line in log.splitlines() if line.startswith(("{", "Traceback", "["))]


def test_memory_stays_flat(soaked: _Soaked) -> None:
    """After the first minute the mock needs no more memory."""
    _, memory, *_ = soaked
    assert max(held for _, held in memory) < _MOST_MEMORY
    if SOAK_SECONDS >= WHOLE_SOAK_SECONDS:
        growth = _growth(memory)
        print(f"memory: {growth:+.2f} MB a minute after the first")
        assert growth < _MOST_GROWTH


@pytest.mark.parametrize("clause", INVARIANTS)
def test_watched_calls_hold_the_clauses_over_time(soaked: _Soaked, clause: str) -> None:
    """Calls that are watched throughout stay coherent under load."""
    tally, *_ = soaked
    finding = INVARIANTS[clause](tally.observations)
    assert finding.status == "passed", finding


def test_slow_clients_hold_nobody_up(soaked: _Soaked) -> None:
    """Ordinary answers come in time while others read and send slowly."""
    tally, *_ = soaked
    assert max(tally.latencies) < _SLOWEST
