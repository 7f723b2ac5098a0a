"""A Redis that goes on with less than it had, while others go on from there."""

import asyncio
from typing import Any

import pytest

from mockserver.simulation.events import Event
from mockserver.state import shared
from mockserver.state.shared import SharedLog
from tests.mockserver.stores.conftest import FORGETFUL, OpenShared, Run, Time, until_up
from tests.mockserver.stores.test_log import contents, said
from tests.redis_server import RedisServer

pytestmark = pytest.mark.parametrize("server", [FORGETFUL], indirect=True)


async def go_back(server: RedisServer, *logs: SharedLog) -> None:
    """Begin with what was saved last; the logs have found the server again."""
    server.kill()
    server.start()
    for log in logs:
        await until_up(log)


async def everything(log: SharedLog, *workspaces: str) -> list[Any]:
    """Return all events of workspaces, as a log has them."""
    return [list(await log.read_all(workspace)) for workspace in workspaces or ("w",)]


def test_what_was_flushed_is_written_back(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """Nobody has to notice that Redis was empty for a moment."""

    async def play() -> None:
        logs = [open_shared(), open_shared()]
        await said(logs[0], time, "one")
        await said(logs[1], time, "two")
        server.command("FLUSHALL")
        await said(logs[0], time, "three")
        # The first to notice had not read what the other appended last.
        assert sorted(await contents(logs[1])) == ["one", "three", "two"]
        assert sorted(await contents(logs[0])) == ["one", "three", "two"]

    run(play())


def test_an_older_state_is_noticed(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """A server that begins with an old snapshot gets the rest back."""

    async def play() -> None:
        logs = [open_shared(), open_shared()]
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


@pytest.mark.parametrize("more", [0, 1, 2])
def test_two_went_on_from_one_position(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time, more: int
) -> None:
    """What one had appended before, and what the other did since: both hold, for everybody."""

    async def play() -> None:
        a, b, c = (open_shared() for _ in range(3))
        await said(a, time, "before")
        for log in (b, c):
            await contents(log)
        server.command("SAVE")
        lost = await said(a, time, "lost", "r")
        await said(a, time, "lost too", "s")
        await go_back(server, b)
        since = [await said(b, time, f"since {number}", "r") for number in range(1 + more)]
        assert since[0].number == lost.number
        await until_up(a)
        await until_up(c)
        expected = ["before", *(event.data["content"] for event in since), "lost"]
        for log in (a, b, c, open_shared()):
            assert await contents(log) == expected
            assert await contents(log, "s") == ["lost too"]
            (found,) = await everything(log)
            assert [event.number for event in found] == [*range(1, 5 + more)]

    run(play())


def test_three_who_know_different_things(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """Each has appended what no other has read, and some have read of each other: once each."""

    async def play() -> None:
        logs = [open_shared() for _ in range(3)]
        await said(logs[0], time, "before")
        server.command("SAVE")
        for number in range(9):
            await said(logs[number % 3], time, str(number))
        await go_back(server)
        await asyncio.gather(*(until_up(log) for log in logs))
        await asyncio.gather(
            *(said(log, time, f"then {number}") for number, log in enumerate(logs))
        )
        found = [await everything(log) for log in (*logs, open_shared())]
        assert found[0] == found[1] == found[2] == found[3]
        spoken = sorted(event.data["content"] for event in found[0][0])
        assert spoken == sorted(["before", *"012345678", *(f"then {n}" for n in range(3))])

    run(play())


def test_it_happens_again(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """What was put back can be lost as well, and to a state older than the one before."""

    async def play() -> None:
        a, b = open_shared(), open_shared()
        await said(a, time, "0")
        await contents(b)
        server.command("SAVE")
        for number in range(1, 7):
            log, other = (a, b) if number % 2 else (b, a)
            await said(log, time, str(number))
            await go_back(server, other)
            await said(other, time, f"{number}, since")
            await until_up(log)
        expected = {"0", *(f"{n}" for n in range(1, 7)), *(f"{n}, since" for n in range(1, 7))}
        for log in (a, b, a, open_shared()):
            assert sorted(await contents(log)) == sorted(expected)

    run(play())


def test_what_was_forgotten_stays_forgotten(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """Before the loss, of a room or all of it, or since; not what came after that."""

    async def play() -> None:
        a, b = open_shared(), open_shared()
        for room in ("r", "s"):
            await said(a, time, "old", room)
        await a.append("v", Event("end", time.now, "r"))
        await contents(b)
        server.command("SAVE")
        await a.append("w", Event("forget", time.now, "r"))
        await a.append("v", Event("forget", time.now))
        await said(a, time, "lost", "r")
        await a.append("v", Event("end", time.now, "x"))
        await go_back(server, b)
        await b.append("w", Event("forget", time.now, "s"))
        await said(b, time, "since", "r")
        await b.append("v", Event("end", time.now, "y"))
        await until_up(a)
        for log in (a, b, open_shared()):
            assert await contents(log, "r") == ["since", "lost"]
            assert await contents(log, "s") == []
            assert [event.room for event in await log.read_all("v")] == ["y", "x"]

    run(play())


def test_who_begins_meanwhile_takes_nothing_away(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """A mock that starts on an empty store is not the one whose word counts."""

    async def play() -> None:
        a = open_shared()
        await said(a, time, "lost")
        server.command("FLUSHALL")
        b = open_shared()
        for content in ("one", "two", "three"):
            await said(b, time, content)
        for log in (a, b, open_shared()):
            assert sorted(await contents(log)) == ["lost", "one", "three", "two"]

    run(play())


def test_what_is_known_outlasts_a_long_outage(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It is shown all the time, and a store that comes back empty gets it."""
    seconds = [0.0]

    async def play() -> None:
        log = open_shared()
        await said(log, time, "one")
        monkeypatch.setattr(shared, "stopwatch", lambda: seconds[0])
        server.kill()
        seconds[0] += 7 * 3600
        assert await contents(log) == ["one"]
        assert await contents(log) == ["one"]
        server.start()
        await until_up(log)
        for other in (log, open_shared()):
            assert await contents(other) == ["one"]

    run(play())


def test_nobody_sees_less_while_it_is_put_back(
    server: RedisServer, open_shared: OpenShared, run: Run, time: Time
) -> None:
    """Reads that ask nobody are answered with all that was known."""

    async def play() -> None:
        log = open_shared()
        await said(log, time, "one")
        server.command("FLUSHALL")
        reading = asyncio.create_task(log.catch_up())
        seen = set()
        while not reading.done():
            seen.add(len(log._kept.read("w", "r")))
            await asyncio.sleep(0)
        assert seen == {1}

    run(play())
