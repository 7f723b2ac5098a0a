"""Three homes of the log, each of which several processes can open but the one in memory."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path

import pytest

from mockserver.simulation.clock import real
from mockserver.state.database import Database, prepare
from mockserver.state.log import Limits, Log
from mockserver.state.memory import MemoryLog
from mockserver.state.redis import RedisLedger, Server, agree
from mockserver.state.shared import SharedLog
from mockserver.state.shared_clock import SharedClock
from mockserver.state.sqlite import SqliteLedger
from tests.redis_server import MISSING, RedisServer

WORLD = '{"format": 2}'
PATIENCE_SECONDS = 60.0
"""For a store that answers late because the machine is busy."""
DURABLE = ("--appendonly", "yes", "--appendfsync", "no")  # a killed process loses nothing
FORGETFUL = ("--save", "", "--appendonly", "no")


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = real()

    def __call__(self) -> float:
        """Return what it shows."""
        return self.now


class TestClock(SharedClock):
    """A clock that goes by the test's alone, and not by that of a store."""

    __test__ = False

    def compare(self, asked: float, instant: float, answered: float) -> None:
        """Do nothing."""


OpenLog = Callable[..., Log]
Run = Callable[[Coroutine[None, None, None]], None]


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """Run one Redis for the tests that do not harm it."""
    if MISSING:
        pytest.skip(MISSING)
    server = RedisServer(tmp_path_factory.mktemp("redis"), "--save", "")
    yield server
    server.kill()


@pytest.fixture
def redis(redis_process: RedisServer) -> RedisServer:
    """An empty Redis."""
    redis_process.command("FLUSHALL")
    return redis_process


@pytest.fixture(params=["memory", "sqlite", "redis"])
def home(request: pytest.FixtureRequest) -> str:
    """Name each home in turn."""
    return str(request.param)


@pytest.fixture
def time() -> Time:
    """A clock that the homes go by."""
    return Time()


@pytest.fixture
def closing() -> list[Callable[[], Awaitable[None]]]:
    """What ``run`` does last, within the loop."""
    return []


@pytest.fixture
def run(closing: list[Callable[[], Awaitable[None]]]) -> Run:
    """Return a function that runs a test's coroutine, and closes what it has opened."""

    def ran(work: Coroutine[None, None, None]) -> None:
        async def whole() -> None:
            try:
                await work
            finally:
                for close in closing:
                    await close()

        asyncio.run(whole())

    return ran


@pytest.fixture
def open_log(
    home: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    time: Time,
    closing: list[Callable[[], Awaitable[None]]],
) -> Iterator[OpenLog]:
    """Return a function that opens the log once more, as another process does."""
    databases: list[Database] = []

    def opened(**limits: int) -> Log:
        if home == "memory":
            return MemoryLog(Limits(**limits), time)
        clock = TestClock(real=time)
        if home == "sqlite":
            prepare(tmp_path / "store")
            databases.append(Database(tmp_path / "store", PATIENCE_SECONDS))
            return SharedLog(SqliteLedger(databases[-1]), Limits(**limits), clock)
        server: RedisServer = request.getfixturevalue("redis")
        log, connections = redis_log(server, clock, Limits(**limits))
        closing.append(connections.close)
        return log

    yield opened
    for one in databases:
        one.close()


def redis_log(
    server: RedisServer,
    clock: SharedClock,
    limits: Limits | None = None,
    patience: float = PATIENCE_SECONDS,
) -> tuple[SharedLog, Server]:
    """Return a log in Redis, as one process has it, and its connections."""
    agree(server.url, WORLD, PATIENCE_SECONDS)
    connections = Server(server.url, patience)
    ledger = RedisLedger(connections, WORLD, clock)
    return SharedLog(ledger, limits or Limits(), clock), connections


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """A Redis that a test may harm, with the options that the test names."""
    if MISSING:
        pytest.skip(MISSING)
    server = RedisServer(tmp_path, *getattr(request, "param", DURABLE))
    yield server
    server.kill()


OpenShared = Callable[..., SharedLog]


@pytest.fixture
def open_shared(
    server: RedisServer, time: Time, closing: list[Callable[[], Awaitable[None]]]
) -> OpenShared:
    """Return a function that opens the log on that Redis once more, as another process does."""

    def opened(patience: float = PATIENCE_SECONDS) -> SharedLog:
        log, connections = redis_log(server, TestClock(real=time), None, patience)
        closing.append(connections.close)
        return log

    return opened


async def until_up(log: SharedLog) -> None:
    """Wait until the log's store can be reached again."""
    while not await log.reachable():
        await asyncio.sleep(0.01)
