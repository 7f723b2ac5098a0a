"""Every call of a mock: which one is live in a room, and where it stands.

The world is a pure function of seed, workspace, room and time. What it keeps is a bounded cache of
scripts, which saves drawing them again.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from mockserver.simulation.cache import Entry, Key, ScriptCache
from mockserver.simulation.drawing import draw
from mockserver.simulation.scenarios import Catalogue, Scenario
from mockserver.simulation.script import snapshot_json

__all__ = ["Question", "Shown", "World"]

_CACHE_BYTES = 32 * 2**20


class Question(NamedTuple):
    """What a client asks of the world; None stands for what the room and the world say.

    ``at`` is in seconds since the call began, whatever the clock says.
    """

    workspace: str
    room: str
    scenario: str | None = None
    at: float | None = None
    seed: int | None = None
    locale: str | None = None

    def key(self, scenario: Scenario) -> Key:
        """Return what tells the scripts of one scenario apart."""
        return self.workspace, self.room, scenario.name, self.seed, self.locale


class Shown(NamedTuple):
    """The body that shows a call, and the instant of that moment in UTC Unix seconds."""

    body: bytes
    instant: float


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
        self._seed, self._epoch, self._locale = seed, epoch, locale
        self._rooms = frozenset(rooms)
        self._cache = ScriptCache(cache_bytes)

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

    def show(self, question: Question, scenario: Scenario, now: float) -> Shown | None:
        """Return what the room's call shows at ``now``, or None where there is none.

        ``now`` is in UTC Unix seconds.
        """
        entry = self._entry(question, scenario, now)
        if entry is None:
            return None
        window, instant = entry.window, now
        if question.at is not None:
            instant = window.started + min(question.at, window.length)
        body = snapshot_json(entry.script, instant - window.started)
        self._cache.weigh(entry)
        return Shown(body, instant)

    def timeline(self, question: Question, scenario: Scenario, now: float) -> Any:
        """Return the whole of the room's call at ``now``, as ``CallScript.timeline`` does.

        ``elapsed`` says how many seconds it has been going on. None where there is no call.
        """
        entry = self._entry(question, scenario, now)
        if entry is None:
            return None
        timeline = {"elapsed": now - entry.window.started, **entry.script.timeline()}
        self._cache.weigh(entry)
        return timeline

    def _entry(self, question: Question, scenario: Scenario, now: float) -> Entry | None:
        """Return the script of the room's call at ``now``, from the cache if it is there."""
        if not self.has_room(question.workspace, question.room):
            return None
        key = question.key(scenario)
        entry = self._cache.get(key)
        if entry is None or not entry.window.live_from <= now < entry.window.next_from:
            entry = self._draw(question, scenario, now)
            self._cache.put(key, entry)
        over = question.at is None and now >= entry.window.live_until
        return None if over else entry

    def _draw(self, question: Question, scenario: Scenario, now: float) -> Entry:
        """Draw the script of the call that is live at ``now``."""
        seed = self._seed if question.seed is None else question.seed
        workspace, room = question.workspace, question.room
        window = scenario.schedule.window(seed, workspace, room, self._epoch, now)
        locale = question.locale or self._locale
        return Entry(window, draw(seed, workspace, room, window, locale, scenario))
