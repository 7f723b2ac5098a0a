"""Every call of a mock: which one is live in a room, and where it stands.

The world is a pure function of seed, workspace, room, time, and of the events that somebody has
made happen. What it keeps is a bounded cache of scripts, which saves drawing them again.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from mockserver.simulation.cache import Entry, ScriptCache
from mockserver.simulation.drawing import draw
from mockserver.simulation.events import Event, by_date, of_kind
from mockserver.simulation.fleet import Fleet
from mockserver.simulation.happenings import (
    ended,
    since_begun,
    within,
)
from mockserver.simulation.moment import Moment, Question, Shown
from mockserver.simulation.scenarios import Catalogue, Scenario
from mockserver.simulation.schedule import BEGUN, Once, Ordinary, Schedule, Window
from mockserver.simulation.script import CallScript, snapshot_json
from mockserver.simulation.takeover import taken_over
from mockserver.simulation.timeline import timeline

__all__ = ["World"]

_CACHE_BYTES = 32 * 2**20
_FLEETS_KEPT = 256


class World:
    """The calls of all rooms.

    ``epoch`` is the instant at which the mock started, in whole UTC Unix seconds. ``rooms`` closes
    the world: pairs of workspace, or None for any, and room. ``fleet`` is about how many calls of
    each workspace come and go by themselves.
    """

    def __init__(
        self,
        seed: int,
        epoch: int,
        locale: str,
        catalogue: Catalogue,
        rooms: Collection[tuple[str | None, str]] = (),
        cache_bytes: int = _CACHE_BYTES,
        fleet: int = 0,
    ) -> None:
        self.catalogue = catalogue
        self.epoch, self.fleet_calls = epoch, fleet
        self.fleet = lru_cache(_FLEETS_KEPT)(self._make_fleet)
        self._seed, self._locale = seed, locale
        self._rooms = frozenset(rooms)
        self._cache_bytes = cache_bytes
        self._cache = ScriptCache(cache_bytes)

    def use(self, catalogue: Catalogue) -> None:
        """Show other scenarios from now on."""
        self.catalogue = catalogue
        self._cache = ScriptCache(self._cache_bytes)  # scripts of a name may be other ones now

    def forget(self, workspace: str) -> None:
        """Take no call of a workspace for one that a client was shown."""
        self._cache.unnote(workspace)

    def _make_fleet(self, workspace: str) -> Fleet:
        return Fleet(self._seed, workspace, self.epoch, self._locale)

    def has_room(self, workspace: str, room: str) -> bool:
        """Return whether calls take place in the room at all."""
        rooms = self._rooms
        if not rooms or (None, room) in rooms or (workspace, room) in rooms:
            return True
        fleet = self.fleet(workspace) if self.fleet_calls else None
        return fleet is not None and fleet.window(room, self.epoch) is not None

    def named_rooms(self, workspace: str) -> list[str]:
        """Return the rooms of a workspace that a closed world, or a scenario, has by name."""
        named = (*self._rooms, *self.catalogue.rooms)
        return sorted({room for owner, room in named if owner in (None, workspace)})

    def scenario(self, question: Question, now: float, events: Sequence[Event] = ()) -> Scenario:
        """Return the scenario that was asked for, or else the room's.

        Of one that has several in turn it is as the one answers whose turn it is.

        Raises:
            UnknownScenarioError: the room's name asks for a scenario that does not exist.
        """
        if question.scenario is not None:
            return self.catalogue[question.scenario]
        found = self.catalogue.of_room(question.room, question.workspace)
        if found.calls:
            window, _ = self._asked_for(question, found, now, by_date(events))
            return found.in_turn(window)
        return found

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
                return Shown(body, now, entry)
        moment = self.moment(question, scenario, now, events)
        if moment is None:
            return None
        return Shown(moment.body(question.overrides), moment.instant, moment.entry)

    def timeline(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event] = ()
    ) -> Any:
        """Return the whole of the call that ``show`` shows, as ``timeline`` does, and its scenario.

        The latter is one of those that the room shows in turn, if there are several. ``call`` is
        the number with which a question asks for it, None for a call before the first. ``elapsed``
        says how many seconds it has been going on. None where there is no call.
        """
        at = question.at
        # From its beginning on, a call is there: how long it is can be seen beyond its end, too.
        asked = question if at is None else question._replace(at=0.0)
        moment = self.moment(asked, scenario, now, events)
        if moment is None:
            return None
        window = moment.window
        ahead = within(window, since_begun(by_date(events), now), window.live_until)
        script = taken_over(moment.script, ahead)
        played, wishes = scenario.played(window.number), question.overrides
        whole = timeline(script, question.room, window.length, ahead, wishes, played.insights)
        elapsed = moment.instant - window.started if at is None else at
        number = self._number(asked, scenario, window, events, now)
        return {"call": number, "elapsed": elapsed, **whole}, played

    def _number(
        self,
        question: Question,
        scenario: Scenario,
        window: Window,
        events: Sequence[Event],
        now: float,
    ) -> int | None:
        """Return the number that a question gives a call, None before the first one."""
        _, begun = self._origin(events, now)
        if isinstance(self._schedule(question, scenario, now, begun), Once):
            return 1  # the fleet counts its calls over all rooms
        number = window.number - begun * BEGUN + 1
        return number if number > 0 else None

    def _live(self, question: Question, scenario: Scenario, now: float) -> Entry | None:
        """Return the script of the room's call at ``now``, from the cache if it is there."""
        if not self.has_room(question.workspace, question.room):
            return None
        entry = self._cache.get(question.key(scenario))
        begun = entry is not None and entry.window.number >= BEGUN  # by an event that is gone
        if entry is None or begun or not entry.window.live_from <= now < entry.window.next_from:
            window = self._scheduled(question, scenario, now, ())
            if now >= window.live_until:
                return None
            entry = self._drawn(question, scenario, window)
        return None if now >= entry.window.live_until else entry

    def moment(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event]
    ) -> Moment | None:
        """Return the call and the instant that are asked for; None where there is none."""
        if not self.has_room(question.workspace, question.room):
            return None
        events = by_date(events)
        window, instant = self._asked_for(question, scenario, now, events)
        events = since_begun(events, now)
        cut = ended(window, events, now)
        over = question.held and now >= cut.live_until < window.live_until
        if over or instant >= cut.live_until:
            return None
        entry = self._drawn(question, scenario, window)
        happened = within(cut, events, instant)
        return Moment(entry, taken_over(entry.script, happened), cut, instant, happened)

    def _asked_for(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event]
    ) -> tuple[Window, float]:
        """Return when the call is on that is asked for, and the instant of it to show."""
        window, instant = self._scheduled(question, scenario, now, events), now
        number = question.call
        if number is None and question.at is not None and scenario.call_name:
            number = 1  # what a scenario shows at a moment is the same tomorrow
        if number is not None:
            asked_for = self._numbered(question, scenario, now, number, events)
            instant = asked_for.started + (now - window.started)
            window = asked_for
        if question.at is not None:
            instant = window.started + question.at
        return window, instant

    def _origin(self, events: Sequence[Event], now: float) -> tuple[int, int]:
        """Return from when on the room's calls are counted, and how many somebody has begun."""
        starts = [event for event in of_kind(events, "start") if event.at <= now]
        return (int(starts[-1].at) if starts else self.epoch), len(starts)

    def _scheduled(
        self, question: Question, scenario: Scenario, now: float, events: Sequence[Event]
    ) -> Window:
        epoch, begun = self._origin(events, now)
        names = self._seed_of(question), question.workspace, question.room
        schedule = self._schedule(question, scenario, now, begun)
        window = schedule.window(*names, epoch, now, begun=begun > 0)
        if not begun:
            return window  # saves 0.8 µs of the 60 of a new room
        return window._replace(number=window.number + begun * BEGUN)

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
        schedule = self._schedule(question, scenario, now, begun)
        window = schedule.numbered(*names, epoch, number - 1, begun=begun > 0)
        return window._replace(number=window.number + begun * BEGUN)

    def _schedule(self, question: Question, scenario: Scenario, now: float, begun: int) -> Schedule:
        """Return when the room's calls are on: a room of the fleet has one, unless it is told."""
        if begun or not isinstance(scenario.schedule, Ordinary):
            return scenario.schedule
        # Whose room it is does not depend on what a request prefers to see in it.
        window = self.fleet(question.workspace).window(question.room, now)
        return scenario.schedule if window is None else Once(window)

    def _seed_of(self, question: Question) -> int:
        return self._seed if question.seed is None else question.seed

    def script(self, question: Question, scenario: Scenario, window: Window) -> CallScript:
        """Return the script of a window's call, drawn anew."""
        seed, locale = self._seed_of(question), question.locale or self._locale
        return draw(seed, question.workspace, question.room, window, locale, scenario)

    def _drawn(self, question: Question, scenario: Scenario, window: Window) -> Entry:
        """Return the script of a window's call, from the cache if it is there."""
        key = question.key(scenario)
        entry = self._cache.get(key)
        if entry is None or entry.window != window:
            entry = Entry(window, self.script(question, scenario, window))
            self._cache.put(key, entry)
        self._cache.weigh(entry)
        return entry
