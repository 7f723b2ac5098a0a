"""Every call of a mock: which one is live in a room, and where it stands.

The world is a pure function of seed, workspace, room, time, and of the events that somebody has
made happen. What it keeps is a bounded cache of scripts, which saves drawing them again.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from mockserver.simulation.cache import Entry, Key, ScriptCache
from mockserver.simulation.drawing import draw
from mockserver.simulation.events import Event, by_date, of_kind
from mockserver.simulation.happenings import directed_json, directed_timeline, people
from mockserver.simulation.insights import insights_json
from mockserver.simulation.scenarios import Catalogue, Scenario
from mockserver.simulation.schedule import Window
from mockserver.simulation.script import snapshot_json

__all__ = ["Question", "Shown", "World"]

_CACHE_BYTES = 32 * 2**20
# Calls that somebody has begun are counted apart from those of the schedule, and from each other.
_BEGUN = 2**32


class Question(NamedTuple):
    """What a client asks of the world; None stands for what the room and the world say.

    ``at`` is in seconds since the call began, whatever the clock says. ``call`` asks for another of
    the room's calls than the one of the moment; the first has 1. ``overrides`` are fields of the
    body that are given other values.
    """

    workspace: str
    room: str
    scenario: str | None = None
    at: float | None = None
    seed: int | None = None
    locale: str | None = None
    call: int | None = None
    overrides: Mapping[str, Any] | None = None

    def key(self, scenario: Scenario) -> Key:
        """Return what tells the scripts of one scenario apart."""
        return self.workspace, self.room, scenario.name, self.seed, self.locale


class Shown(NamedTuple):
    """The body that shows a call, and the instant of that moment in UTC Unix seconds."""

    body: bytes
    instant: float


class _Moment(NamedTuple):
    """A script with the window of its call, the instant to show, and what happened until then."""

    entry: Entry
    window: Window
    instant: float
    events: Sequence[Event]


class World:
    """The calls of all rooms.

    ``epoch`` is the instant at which the mock started, in whole UTC Unix seconds. ``rooms`` closes
    the world: pairs of workspace, or None for any, and room.
    """

    def __init__(
        self,
        seed: int,
        epoch: int,
        locale: str,
        catalogue: Catalogue,
        rooms: Collection[tuple[str | None, str]] = (),
        cache_bytes: int = _CACHE_BYTES,
    ) -> None:
        self.catalogue = catalogue
        self.epoch = epoch
        self._seed, self._locale = seed, locale
        self._rooms = frozenset(rooms)
        self._cache_bytes = cache_bytes
        self._cache = ScriptCache(cache_bytes)

    def use(self, catalogue: Catalogue) -> None:
        """Show other scenarios from now on."""
        self.catalogue = catalogue
        self._cache = ScriptCache(self._cache_bytes)  # scripts of a name may be other ones now

    def has_room(self, workspace: str, room: str) -> bool:
        """Return whether calls take place in the room at all."""
        rooms = self._rooms
        return not rooms or (None, room) in rooms or (workspace, room) in rooms

    def scenario(self, question: Question) -> Scenario:
        """Return the scenario that was asked for, or else the room's.

        Raises:
            UnknownScenarioError: the room's name asks for a scenario that does not exist.
        """
        if question.scenario is not None:
            return self.catalogue[question.scenario]
        return self.catalogue.of_room(question.room)

    def show(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event] = ()
    ) -> Shown | None:
        """Return what the room's call shows at ``now``, or None where there is none.

        ``now`` is in UTC Unix seconds; ``events`` are those of the room, in their order.
        """
        if not events and question.at is None and question.call is None:
            entry = self._live(question, scenario, now)
            if entry is None:
                return None
            if not question.overrides:
                body = snapshot_json(entry.script, now - entry.window.started)
                self._cache.weigh(entry)
                return Shown(body, now)
        moment = self._moment(question, scenario, now, events)
        if moment is None:
            return None
        script, elapsed = moment.entry.script, moment.instant - moment.window.started
        if moment.events or question.overrides:
            body = directed_json(script, elapsed, moment.events, question.overrides or {})
        else:
            body = snapshot_json(script, elapsed)
        self._cache.weigh(moment.entry)
        return Shown(body, moment.instant)

    def insights(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event] = ()
    ) -> Shown | None:
        """Return the insights into the call that ``show`` shows, or None where there is none."""
        moment = self._moment(question, scenario, now, events)
        if moment is None:
            return None
        elapsed = moment.instant - moment.window.started
        body = insights_json(moment.entry.script, elapsed, moment.events, scenario.insights)
        self._cache.weigh(moment.entry)
        return Shown(body, moment.instant)

    def people(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event]
    ) -> list[str] | None:
        """Return the identities of who is in the room at ``now``; None where there is no call."""
        moment = self._moment(question, scenario, now, events)
        if moment is None:
            return None
        elapsed = moment.instant - moment.window.started
        present = people(moment.entry.script, elapsed, moment.events)
        return [str(one.get("identity")) for one in present]

    def timeline(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event] = ()
    ) -> Any:
        """Return the whole of the call that ``show`` shows, as ``CallScript.timeline`` does.

        ``call`` is the number with which a question asks for it, None for a call before the first.
        ``elapsed`` says how many seconds it has been going on. None where there is no call.
        """
        at = question.at
        # From its beginning on, a call is there: how long it is can be seen beyond its end, too.
        asked = question if at is None else question._replace(at=0.0)
        moment = self._moment(asked, scenario, now, events)
        if moment is None:
            return None
        entry, window = moment.entry, moment.window
        timeline = entry.script.timeline()
        if events:
            ahead = _since_begun(by_date(events), now)
            within = _within(window, ahead, window.live_until)
            timeline = directed_timeline(timeline, window.started, window.length, within)
        self._cache.weigh(entry)
        elapsed = moment.instant - window.started if at is None else at
        return {"call": self._number(window, events, now), "elapsed": elapsed, **timeline}

    def _number(self, window: Window, events: Sequence[Event], now: float) -> int | None:
        """Return the number that a question gives a call, None before the first one."""
        _, begun = self._origin(events, now)
        number = window.number - begun * _BEGUN + 1
        return number if number > 0 else None

    def _live(self, question: Question, scenario: Scenario, now: float) -> Entry | None:
        """Return the script of the room's call at ``now``, from the cache if it is there."""
        if not self.has_room(question.workspace, question.room):
            return None
        key = question.key(scenario)
        entry = self._cache.get(key)
        begun = entry is not None and entry.window.number >= _BEGUN  # by an event that is gone
        if entry is None or begun or not entry.window.live_from <= now < entry.window.next_from:
            window = self._scheduled(question, scenario, now, ())
            entry = self._drawn(question, scenario, window)
        return None if now >= entry.window.live_until else entry

    def _moment(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event]
    ) -> _Moment | None:
        """Return the call and the instant that are asked for; None where there is none."""
        if not self.has_room(question.workspace, question.room):
            return None
        events = by_date(events)
        window, instant = self._scheduled(question, scenario, now, events), now
        number = question.call
        if number is None and question.at is not None and scenario.name:
            number = 1  # what a scenario shows at a moment is the same tomorrow
        if number is not None:
            asked_for = self._numbered(question, scenario, now, number, events)
            instant = asked_for.started + (now - window.started)
            window = asked_for
        if question.at is not None:
            instant = window.started + question.at
        entry = self._drawn(question, scenario, window)
        events = _since_begun(events, now)
        window = _cut(window, events, now)
        if instant >= window.live_until:
            return None
        return _Moment(entry, window, instant, _within(window, events, instant))

    def _origin(self, events: Sequence[Event], now: float) -> tuple[int, int]:
        """Return from when on the room's calls are counted, and how many somebody has begun."""
        starts = [event for event in of_kind(events, "start") if event.at <= now]
        return (int(starts[-1].at) if starts else self.epoch), len(starts)

    def _scheduled(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event]
    ) -> Window:
        epoch, begun = self._origin(events, now)
        names = self._seed_of(question), question.workspace, question.room
        window = scenario.schedule.window(*names, epoch, now, begun=begun > 0)
        return window._replace(number=window.number + begun * _BEGUN)

    def _numbered(
        self,
        question: Question,
        scenario: Scenario,
        now: float,
        number: int,
        events: Sequence[Event],
    ) -> Window:
        epoch, begun = self._origin(events, now)
        names = self._seed_of(question), question.workspace, question.room
        window = scenario.schedule.numbered(*names, epoch, number - 1, begun=begun > 0)
        return window._replace(number=window.number + begun * _BEGUN)

    def _seed_of(self, question: Question) -> int:
        return self._seed if question.seed is None else question.seed

    def _drawn(self, question: Question, scenario: Scenario, window: Window) -> Entry:
        """Return the script of a window's call, from the cache if it is there."""
        key = question.key(scenario)
        entry = self._cache.get(key)
        if entry is None or entry.window != window:
            seed, locale = self._seed_of(question), question.locale or self._locale
            names = seed, question.workspace, question.room
            entry = Entry(window, draw(*names, window, locale, scenario))
            self._cache.put(key, entry)
        return entry


def _since_begun(events: Sequence[Event], now: float) -> Sequence[Event]:
    """Return the events without those that belong to calls before the latest that was begun."""
    starts = [event for event in of_kind(events, "start") if event.at <= now]
    if not starts:
        return events
    last = starts[-1].at, starts[-1].number
    return [one for one in events if (one.at, one.number) > last]


def _cut(window: Window, events: Sequence[Event], now: float) -> Window:
    """Return the window as it is if somebody has ended its call by ``now``."""
    ends = [
        event.at
        for event in of_kind(events, "end")
        if event.at <= now and window.live_from <= event.at < window.live_until
    ]
    return window._replace(live_until=min(ends)) if ends else window


def _within(window: Window, events: Sequence[Event], instant: float) -> list[Event]:
    """Return what has happened in a window's call up to an instant."""
    return [
        event
        for event in of_kind(events, "say", "join", "leave", "sentiment")
        if window.live_from <= event.at <= instant and event.at < window.live_until
    ]
