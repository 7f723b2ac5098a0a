"""A Redis that is killed, hangs, loses what it had, and comes back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from mockserver.simulation.events import Event
from mockserver.state import shared
from mockserver.state.freshness import begin_request
from mockserver.state.log import StoreError
from mockserver.state.shared import SharedLog
from tests.mockserver.stores.conftest import Run, TestClock, Time, redis_log
from tests.mockserver.stores.test_log import contents, said
from tests.redis_server import MISSING, RedisServer

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
FORGETFUL = ("--save", "", "--appendonly", "no")


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """A Redis that a test may harm, with the options that the test names."""
    if MISSING:
        pytest.skip(MISSING)
    server = RedisServer(tmp_path, *getattr(request, "param", DURABLE))
    yield server
    server.kill()


@pytest.fixture
def open_log(
    server: RedisServer, time: Time, closing: list[Callable[[], Awaitable[None]]]
) -> Callable[[], SharedLog]:
    """Return a function that opens the log once more, as another process does."""

    def opened() -> SharedLog:
        log, connections = redis_log(server, TestClock(real=time))
        closing.append(connections.close)
        return log

    return opened


async def until_up(log: SharedLog) -> None:
    """Wait until the log's store can be reached again."""
    while not await log.reachable():
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("server", [DURABLE, FORGETFUL], indirect=True, ids=["kept", "lost"])
def test_nothing_that_was_acknowledged_is_lost(
    server: RedisServer, open_log: Callable[[], SharedLog], run: Run, time: Time,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Whether the server has kept it, or only those who run have."""
    caplog.set_level(logging.WARNING)

    async def play() -> None:
        logs = [open_log(), open_log()]
        for number in range(10):
            await said(logs[number % 2], time, str(number))
        server.kill()
        for log in logs:
            # Each knows what it has read.
            assert {"8", "9"} & {*await contents(log)}
            with pytest.raises(StoreError) as told:
                await said(log, time, "not now")
            assert str(server.port) not in str(told.value)
            assert not await log.reachable()
        server.start()
        for log in logs:
            await until_up(log)
        assert await contents(logs[0]) == await contents(logs[1]) == [*"0123456789"]
        assert (await said(logs[0], time, "10")).number == 11
        assert await contents(logs[1]) == [*"0123456789", "10"]
        assert await contents(open_log()) == [*"0123456789", "10"]

    run(play())
    told = [record.getMessage() for record in caplog.records if "store" in record.getMessage()]
    assert sum("cannot be reached" in line for line in told) == 2, told
    assert sum("can be reached again" in line for line in told) == 2, told


@pytest.mark.parametrize("server", [FORGETFUL], indirect=True)
def test_what_was_flushed_is_written_back(
    server: RedisServer, open_log: Callable[[], SharedLog], run: Run, time: Time
) -> None:
    """Nobody has to notice that Redis was empty for a moment."""

    async def play() -> None:
        logs = [open_log(), open_log()]
        await said(logs[0], time, "one")
        await said(logs[1], time, "two")
        server.command("FLUSHALL")
        await said(logs[0], time, "three")
        # The first to notice had not read what the other appended last.
        assert sorted(await contents(logs[1])) == ["one", "three", "two"]
        assert sorted(await contents(logs[0])) == ["one", "three", "two"]

    run(play())


@pytest.mark.parametrize("server", [FORGETFUL], indirect=True)
def test_an_older_state_is_noticed(
    server: RedisServer, open_log: Callable[[], SharedLog], run: Run, time: Time
) -> None:
    """A server that begins with an old snapshot gets the rest back."""

    async def play() -> None:
        logs = [open_log(), open_log()]
        await said(logs[0], time, "one")
        server.command("SAVE")
        await said(logs[0], time, "two")
        await said(logs[0], time, "three")
        server.kill()
        server.start()
        for log in logs:
            await until_up(log)
            assert await contents(log) == ["one", "two", "three"]

    run(play())


def test_a_server_that_hangs_holds_nobody_up(
    server: RedisServer, open_log: Callable[[], SharedLog], run: Run, time: Time
) -> None:
    """The loop goes on, reads are answered with what is known, and commands are refused."""

    async def play() -> None:
        log = open_log()
        await said(log, time, "one")
        server.hang()
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0.001)

        turning = asyncio.create_task(turn())
        assert await contents(log) == ["one"]
        with pytest.raises(StoreError):
            await said(log, time, "two")
        turning.cancel()
        assert turns > 50
        server.go_on()
        await until_up(log)
        await said(log, time, "three")
        assert "three" in await contents(log)

    run(play())


def test_a_poll_costs_one_command(
    server: RedisServer, open_log: Callable[[], SharedLog], run: Run, time: Time
) -> None:
    """However many reads a request makes; polls that come together share one."""

    async def poll(log: SharedLog) -> None:
        begin_request()
        await log.read("w", "r")
        await log.read("w")

    async def play() -> None:
        log = open_log()
        await said(log, time, "one")
        await log.read("w", "r")
        before = server.calls("evalsha")
        await asyncio.create_task(poll(log))
        assert server.calls("evalsha") - before == 1
        before = server.calls("evalsha")
        await asyncio.gather(*(poll(log) for _ in range(200)))
        assert server.calls("evalsha") - before <= 2

    run(play())


def test_who_was_away_for_long_begins_anew(
    server: RedisServer, open_log: Callable[[], SharedLog], run: Run, time: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What removes events is not kept for ever, so that its copy may have too many."""
    seconds = [0.0]
    monkeypatch.setattr(shared, "stopwatch", lambda: seconds[0])

    async def play() -> None:
        logs = [open_log(), open_log()]
        await said(logs[0], time, "one")
        await contents(logs[1])
        await logs[0].append("w", Event("forget", time.now))
        time.now += 2 * 3600
        await said(logs[0], time, "elsewhere", "s")
        await asyncio.sleep(0.05)  # what forgets is removed beside it
        seconds[0] += 2 * 3600
        assert await contents(logs[1]) == []

    run(play())
