"""A log that several processes have open at once."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mockserver.simulation.clock import real
from mockserver.simulation.events import Event
from mockserver.state.shared_clock import SharedClock
from tests.mockserver.stores.conftest import OpenLog, Run, Time, redis_log
from tests.mockserver.stores.test_log import contents, said
from tests.redis_server import RedisServer

pytestmark = pytest.mark.parametrize("home", ["sqlite", "redis"])


def test_what_one_has_appended_the_other_reads(open_log: OpenLog, run: Run, time: Time) -> None:
    """Whoever appends, and however often the other has read before."""

    async def play() -> None:
        logs = [open_log(), open_log()]
        for number in range(20):
            await said(logs[number % 2], time, str(number))
            expected = [str(one) for one in range(number + 1)]
            assert await contents(logs[0]) == await contents(logs[1]) == expected
        await logs[0].append("w", Event("forget", time.now, "r"))
        assert await contents(logs[1]) == []
        await logs[0].append("w", Event("seen", time.now, "asked"))
        assert [event.room for event in await logs[1].read_all("w")] in ([], ["asked"])
        await logs[0].read_all("w")
        assert [event.room for event in await logs[1].read_all("w")] == ["asked"]

    run(play())


def test_commands_at_once_have_one_order(open_log: OpenLog, run: Run, time: Time) -> None:
    """Numbers are given once, in the order that everybody reads."""

    async def play() -> None:
        logs = [open_log() for _ in range(3)]
        given = await asyncio.gather(
            *(said(logs[number % 3], time, str(number)) for number in range(90))
        )
        assert sorted(event.number for event in given) == [*range(1, 91)]
        read = [await log.read("w", "r") for log in logs]
        assert list(read[0]) == list(read[1]) == list(read[2])
        assert {(e.number, e.data["content"]) for e in read[0]} == {
            (e.number, e.data["content"]) for e in given
        }

    run(play())


def test_one_who_comes_later_reads_the_same(open_log: OpenLog, run: Run, time: Time) -> None:
    """After rooms and workspaces were forgotten, clocks turned, and events of calls gone."""

    async def play() -> None:
        log = open_log()
        for round_ in range(3):
            for room in ("a", "b"):
                await said(log, time, str(round_), room)
                await log.append(room, Event("end", time.now, room))
            await log.append("w", Event("clock", time.now, None, {"freeze": float(round_)}))
            await log.append("w", Event("forget", time.now, "a"))
            await log.append("b", Event("forget", time.now))
            time.now += 7 * 3600
        late = open_log()
        for workspace in ("w", "a", "b"):
            assert list(await late.read_all(workspace)) == list(await log.read_all(workspace))
        again = await late.append("w", Event("end", time.now, "b"))
        assert list(await log.read("w", "b"))[-1] == again

    run(play())


def test_what_is_forgotten_leaves_the_store(
    open_log: OpenLog, run: Run, time: Time, tmp_path: Path, home: str
) -> None:
    """So that it stays small; what forgets is kept for an hour, for those who were away."""
    if home == "redis":
        pytest.skip("the file tells more easily")

    async def play() -> None:
        from mockserver.state.database import Database

        log, other = open_log(), open_log()
        for number in range(30):
            await said(log if number % 2 else other, time, str(number))
        await log.append("w", Event("forget", time.now))
        time.now += 2 * 3600
        await said(other, time, "last")
        await said(other, time, "very last", "s")
        database = Database(tmp_path / "store")
        while (left := database.read("SELECT count(*) FROM entries")) > [(2,)]:
            await asyncio.sleep(0.01)  # it is removed beside what was appended
        database.close()
        assert left == [(2,)]

    run(play())


def test_a_machine_whose_clock_is_behind_sees_what_has_happened(home: str) -> None:
    """Nothing that was appended is in the future; what its clock shows never goes back."""
    now = [1000.0]
    behind = SharedClock(real=lambda: now[0])
    assert behind() == 1000
    behind.passed(1002.5)  # by an event of another machine
    assert behind() == 1002.5
    now[0] = 1003.0
    assert behind() == 1003
    # Compared with the store's clock, the machines agree to begin with.
    behind.compare(1003.0, 1005.01, 1003.02)
    assert behind() == pytest.approx(1005)
    stands_still = SharedClock(lambda real: lambda: 500.0, held=True)
    stands_still.passed(700.0)
    assert stands_still() == 500


def test_machines_whose_clocks_differ_agree_on_what_has_happened(
    redis: RedisServer, run: Run, closing: list[Callable[[], Awaitable[None]]], home: str
) -> None:
    """What one did just now is in no other's future, and they show nearly the same instant."""
    if home != "redis":
        pytest.skip("a file is on one machine")

    async def play() -> None:
        clocks = [SharedClock(real=lambda: real() + 1.5), SharedClock(real=lambda: real() - 1.5)]
        logs = []
        for clock in clocks:
            log, connections = redis_log(redis, clock)
            closing.append(connections.close)
            logs.append(log)
        for number in range(20):
            there, here = number % 2, 1 - number % 2
            await logs[there].read("w", "r")
            at = clocks[there]()
            await logs[there].append("w", Event("end", at, "r"))
            (*_, event) = await logs[here].read("w", "r")
            assert event.at == at <= clocks[here]()
        assert abs(clocks[0]() - clocks[1]()) < 0.5

    run(play())
