"""The log of events: the same in every home."""

import asyncio
import tracemalloc
from typing import Any

import pytest

from mockserver.simulation.events import Event
from mockserver.state.log import FullError, Log
from tests.mockserver.stores.conftest import OpenLog, Run, Time

HOUR = 3600.0


def said(log: Log, time: Time, content: str, room: str | None = "r", **more: Any) -> Any:
    """Append a line to a room."""
    data = {"role": "agent", "content": content}
    return log.append("w", Event("say", time.now, room, data, **more))


async def contents(log: Log, room: str | None = "r", workspace: str = "w") -> list[str]:
    """Return what was said in a room."""
    return [str(event.data["content"]) for event in await log.read(workspace, room)]


def test_events_come_back_in_order(open_log: OpenLog, run: Run, time: Time) -> None:
    """Numbered from 1 in each workspace; a room's with those of the workspace."""

    async def play() -> None:
        log = open_log()
        first = await said(log, time, "Grüße\u2028 🎉")
        await log.append("w", Event("clock", time.now, None, {"advance": 1.5}))
        await said(log, time, "elsewhere", "other")
        await log.append("v", Event("end", time.now, "r"))
        last = await said(log, time, "last")
        assert (first.number, last.number) == (1, 4)
        events = await log.read("w", "r")
        assert [event.kind for event in events] == ["say", "clock", "say"]
        assert [event.number for event in events] == [1, 2, 4]
        assert events[0] == first and events[0].at == time.now
        assert [event.kind for event in await log.read("w")] == ["clock"]
        assert [event.number for event in await log.read("v", "r")] == [1]
        assert list(await log.read("nobody", "r")) == []

    run(play())


def test_forgetting(open_log: OpenLog, run: Run, time: Time) -> None:
    """A room alone, or all of its workspace, which then counts anew."""

    async def play() -> None:
        log = open_log()
        for room in ("r", "s", None):
            await said(log, time, "hello", room)
        await log.append("w", Event("seen", time.now, "r"))
        await log.append("w", Event("forget", time.now, "r"))
        assert len(await log.read("w", "r")) == 1
        assert len(await log.read("w", "s")) == 2
        await log.append("w", Event("forget", time.now))
        assert list(await log.read_all("w")) == []
        assert (await said(log, time, "anew")).number == 1

    run(play())


def test_requests_of_former_turns_go(open_log: OpenLog, run: Run, time: Time) -> None:
    """Those that a scenario has answered in one turn alone; others are counted on."""

    async def play() -> None:
        log = open_log()
        lasting: list[dict[str, Any]] = [{"turn": 1, "told": True}, {"scenario": "c"}]
        for data in (*lasting, *({"turn": turn} for turn in (1, 1, 3, 5, 5))):
            await log.append("w", Event("asked", time.now, "r", data))
        kept = [event.data for event in await log.read("w", "r")]
        assert kept == [*lasting, {"turn": 5}, {"turn": 5}]

    run(play())


def test_seen_rooms_are_kept_apart(open_log: OpenLog, run: Run, time: Time) -> None:
    """Each with its latest event, and none among those that are read."""

    async def play() -> None:
        log = open_log()
        for room in ("a", "b", "a"):
            time.now += 1
            await log.append("w", Event("seen", time.now, room))
        await said(log, time, "hello")
        assert [event.kind for event in await log.read("w", "a")] == []
        found = await log.read_all("w")
        assert [(event.kind, event.room) for event in found] == [
            ("seen", "b"), ("seen", "a"), ("say", "r"),
        ]  # fmt: skip
        assert found[1].at == time.now

    run(play())


@pytest.mark.parametrize("home", ["memory", "sqlite", "redis"])
def test_long_names_take_no_memory(open_log: OpenLog, run: Run, time: Time) -> None:
    """Not even until the next time that a board is asked for."""

    async def play() -> None:
        log = open_log()
        tracemalloc.start()
        try:
            for number in range(64):
                await log.append("w", Event("seen", time.now, f"{number}".zfill(100_000)))
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 1_000_000

    run(play())


def test_a_thousand_rooms_are_seen(open_log: OpenLog, run: Run, time: Time) -> None:
    """Of more, the oldest are forgotten."""

    async def play() -> None:
        log = open_log()
        for number in range(1100):
            await log.append("w", Event("seen", time.now + number, f"r{number}"))
            if number % 500 == 0:
                await log.read_all("w")
        rooms = [event.room for event in await log.read_all("w")]
        assert len(rooms) == 1000
        assert rooms[-1] == "r1099" and "r99" not in rooms

    run(play())


@pytest.mark.parametrize(
    ("workspace", "room"),
    [("w", "x" * 257), ("w", "ä" * 129), ("x" * 257, "r"), ("w", "\ud800")],
)
def test_long_names_are_not_seen(
    open_log: OpenLog, run: Run, time: Time, workspace: str, room: str
) -> None:
    """Longer than LiveKit's own are, in bytes: rooms are kept by number, and must be small."""

    async def play() -> None:
        log = open_log()
        await log.append("w", Event("seen", time.now, "ä" * 128))
        await log.append(workspace, Event("seen", time.now, room))
        found = [*await log.read_all("w"), *await log.read_all(workspace)]
        assert {event.room for event in found} == {"ä" * 128}

    run(play())


def test_rooms_of_all_workspaces_are_bounded(open_log: OpenLog, run: Run, time: Time) -> None:
    """Of 20 workspaces with a thousand rooms each, the oldest have none left."""

    async def play() -> None:
        log = open_log()
        for number in range(20_000):
            workspace, room = divmod(number, 1000)
            await log.append(f"w:{workspace}", Event("seen", time.now + number, f"r{room}"))
            if room % 500 == 0:
                await log.read_all("w:0")
        kept = [len(await log.read_all(f"w:{number}")) for number in range(20)]
        assert kept[-16:] == [1000] * 16
        assert kept[:3] == [0, 0, 0]
        assert 16_384 <= sum(kept) < 17_000

    run(play())


def test_a_frozen_clock_replaces_what_it_showed(open_log: OpenLog, run: Run, time: Time) -> None:
    """Turning the clock for ever does not fill the log."""

    async def play() -> None:
        log = open_log(events=3)
        for second in range(10):
            await log.append("w", Event("clock", time.now, None, {"freeze": second}))
        assert [event.data for event in await log.read("w")] == [{"freeze": 9}]

    run(play())


def test_limits(open_log: OpenLog, run: Run, time: Time) -> None:
    """Each is named where it is reached; what is forgotten makes space."""

    async def play() -> None:
        log = open_log(workspaces=1, rooms=2, events=2)
        for content in ("one", "two"):
            await said(log, time, content)
        with pytest.raises(FullError, match="--most-events"):
            await said(log, time, "three")
        await said(log, time, "elsewhere", "s")
        with pytest.raises(FullError, match="--most-rooms"):
            await said(log, time, "and there", "t")
        with pytest.raises(FullError, match="--most-workspaces"):
            await log.append("v", Event("end", time.now, "r"))
        steps = {"steps": [{"times": 5}, {}]}
        with pytest.raises(FullError, match="--most-events"):
            await log.append("w", Event("play", time.now, "s", steps))
        assert await contents(log) == ["one", "two"]
        await log.append("w", Event("forget", time.now, "r"))
        await said(log, time, "three")
        assert await contents(log) == ["three"]

    run(play())


def test_limits_hold_for_commands_at_once(open_log: OpenLog, run: Run, time: Time) -> None:
    """Of many that come together, as many are kept as there is space for."""

    async def play() -> None:
        log = open_log(events=10)
        answers = await asyncio.gather(
            *(said(log, time, str(number)) for number in range(25)), return_exceptions=True
        )
        assert sum(isinstance(one, FullError) for one in answers) == 15
        assert len(await log.read("w", "r")) == 10

    run(play())


def test_an_idle_workspace_gives_way(open_log: OpenLog, run: Run, time: Time) -> None:
    """The one that has been idle for longest, once it has been for ten minutes."""

    async def play() -> None:
        log = open_log(workspaces=2)
        for workspace in ("a", "b"):
            await log.append(workspace, Event("end", time.now, "r"))
        time.now += 599
        await log.read("a", "r")
        with pytest.raises(FullError, match="idle for 10 minutes"):
            await log.append("c", Event("end", time.now, "r"))
        time.now += 2
        await log.append("c", Event("end", time.now, "r"))
        kept = [workspace for workspace in "abc" if await log.read(workspace, "r")]
        assert kept == ["a", "c"]

    run(play())


def test_a_week_later_a_workspace_is_forgotten(open_log: OpenLog, run: Run, time: Time) -> None:
    """Where nobody used it."""

    async def play() -> None:
        log = open_log()
        await said(log, time, "hello")
        time.now += 8 * 24 * HOUR
        await log.append("v", Event("end", time.now, "r"))
        assert list(await log.read_all("w")) == []

    run(play())


def test_events_of_calls_that_are_over_go(open_log: OpenLog, run: Run, time: Time) -> None:
    """A room in which calls are ended every day is never full, and does what it was told."""

    async def play() -> None:
        log = open_log(events=4)
        play = await log.append("w", Event("play", time.now, "r", {"steps": [{}]}))
        for _ in range(20):
            time.now += 7 * HOUR
            await log.append("w", Event("end", time.now, "r"))
        kept = await log.read("w", "r")
        assert [event.kind for event in kept] == ["play", "end"]
        assert kept[0] == play

    run(play())


def test_a_stopped_clock_keeps_its_events(open_log: OpenLog, run: Run, time: Time) -> None:
    """What has not long been over by the workspace's clock stays, however long that takes."""

    async def play() -> None:
        log = open_log()
        began = time.now
        for _ in range(5):
            await log.append("w", Event("say", began, "r", {"content": "still"}))
            time.now += 30 * HOUR
        assert len(await log.read("w", "r")) == 5

    run(play())


def test_rooms_of_calls_that_are_over_give_way(open_log: OpenLog, run: Run, time: Time) -> None:
    """A workspace in which thousands of calls are ended is not full for ever."""

    async def play() -> None:
        log = open_log(rooms=2)
        for room in ("a", "b"):
            await log.append("w", Event("end", time.now, room))
        time.now += 7 * HOUR
        await log.append("w", Event("end", time.now, "c"))
        assert [event.room for event in await log.read_all("w")] == ["c"]

    run(play())
