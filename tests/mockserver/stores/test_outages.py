"""A Redis that is killed, hangs, loses what it had, and comes back."""

import asyncio
import logging

import pytest

from mockserver.simulation.events import Event
from mockserver.state import shared
from mockserver.state.freshness import begin_request
from mockserver.state.log import StoreError
from mockserver.state.scripts import KEYS
from mockserver.state.shared import SharedLog
from tests.mockserver.stores.conftest import (
    DURABLE,
    FORGETFUL,
    OpenShared,
    Run,
    Time,
    until_up,
)
from tests.mockserver.stores.test_log import contents, said
from tests.redis_server import RedisServer


@pytest.mark.parametrize("server", [DURABLE, FORGETFUL], indirect=True, ids=["kept", "lost"])
def test_nothing_that_was_acknowledged_is_lost(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Whether the server has kept it, or only those who run have."""
    caplog.set_level(logging.WARNING)

    async def play() -> None:
        logs = [open_shared(), open_shared()]
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
        assert await contents(open_shared()) == [*"0123456789", "10"]

    run(play())
    told = [record.getMessage() for record in caplog.records if "store" in record.getMessage()]
    assert sum("cannot be reached" in line for line in told) == 2, told
    assert sum("can be reached again" in line for line in told) == 2, told


def test_a_server_that_hangs_holds_nobody_up(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """The loop goes on, reads are answered with what is known, and commands are refused."""

    async def play() -> None:
        log, late = open_shared(patience=0.5), open_shared()
        await said(late, time, "one")
        await until_up(log)
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
        await said(late, time, "three")
        while "three" not in await contents(log):
            await until_up(log)

    run(play())


def test_a_poll_costs_one_command(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """However many reads a request makes; polls that come together share one."""

    async def poll(log: SharedLog) -> None:
        begin_request()
        await log.read("w", "r")
        await log.read("w")

    async def play() -> None:
        log = open_shared()
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
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What removes events is not kept for ever, so that its copy may have too many."""
    seconds = [0.0]
    monkeypatch.setattr(shared, "stopwatch", lambda: seconds[0])

    async def play() -> None:
        logs = [open_shared(), open_shared()]
        await said(logs[0], time, "one")
        await contents(logs[1])
        await logs[0].append("w", Event("forget", time.now))
        time.now += 2 * 3600
        await said(logs[0], time, "elsewhere", "s")
        while server.command("XLEN", KEYS[2]) != ":1":  # what forgets is removed beside it
            await asyncio.sleep(0.01)
        seconds[0] += 2 * 3600
        assert await contents(logs[1]) == []

    run(play())


def test_rooms_that_were_asked_for_meanwhile_come_later(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A poll notes its room, also while nothing can be written; it need not come again."""
    monkeypatch.setattr(shared, "_READ_SECONDS", 0.01)

    async def play() -> None:
        log, other = open_shared(), open_shared()
        await said(log, time, "one")
        server.kill()
        await log.append("w", Event("seen", time.now, "r"))
        await log.read_all("w")
        server.start()
        log.start()
        await until_up(other)
        while not (seen := [e.room for e in await other.read_all("w") if e.kind == "seen"]):
            await asyncio.sleep(0.01)
        assert seen == ["r"]
        for task in log._tasks:
            task.cancel()

    run(play())
