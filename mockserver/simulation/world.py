"""Every call of a mock: which one is live in a room, and where it stands.

The world is a pure function of seed, workspace, room and time. What it keeps is a bounded cache of
scripts, which saves drawing them again.
"""

from collections import OrderedDict
from collections.abc import Collection
from sys import getsizeof
from typing import Any, NamedTuple

from .drawing import draw
from .scenarios import Catalogue, Scenario
from .schedule import Window
from .script import CallScript, snapshot_json

__all__ = ["Question", "Shown", "World"]

_CACHE_BYTES = 48 * 2**20
_Key = tuple[str, str, str, int | None, str | None]


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

    def key(self, scenario: Scenario) -> _Key:
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
        self._cache_bytes = cache_bytes
        self._cached_bytes = 0
        self._scripts: OrderedDict[_Key, tuple[Window, CallScript]] = OrderedDict()

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
        window, script = entry
        size = script.size
        instant = now
        if question.at is not None:
            instant = window.started + min(question.at, window.length)
        body = snapshot_json(script, instant - window.started)
        self._account(script.size - size)
        return Shown(body, instant)

    def timeline(self, question: Question, scenario: Scenario, now: float) -> Any:
        """Return the whole of the room's call at ``now``, as ``CallScript.timeline`` does.

        ``elapsed`` says how many seconds it has been going on. None where there is no call.
        """
        entry = self._entry(question, scenario, now)
        if entry is None:
            return None
        window, script = entry
        size = script.size
        timeline = {"elapsed": now - window.started, **script.timeline()}
        self._account(script.size - size)
        return timeline

    def _entry(
        self, question: Question, scenario: Scenario, now: float
    ) -> tuple[Window, CallScript] | None:
        """Return the script of the room's call at ``now``, from the cache if it is there."""
        if not self.has_room(question.workspace, question.room):
            return None
        key = question.key(scenario)
        entry = self._scripts.get(key)
        if entry is None or not entry[0].live_from <= now < entry[0].next_from:
            entry = self._enter(key, question, scenario, now)
        else:
            self._scripts.move_to_end(key)
        over = question.at is None and now >= entry[0].live_until
        return None if over else entry

    def _enter(
        self, key: _Key, question: Question, scenario: Scenario, now: float
    ) -> tuple[Window, CallScript]:
        """Draw the script of the call that is live at ``now`` and cache it."""
        seed = self._seed if question.seed is None else question.seed
        workspace, room = question.workspace, question.room
        window = scenario.schedule.window(seed, workspace, room, self._epoch, now)
        script = draw(seed, workspace, room, window, question.locale or self._locale, scenario)
        before = self._scripts.pop(key, None)
        names = getsizeof(workspace) + getsizeof(room)
        self._scripts[key] = window, script
        self._account(script.size - before[1].size if before else script.size + names)
        return window, script

    def _account(self, grown_bytes: int) -> None:
        self._cached_bytes += grown_bytes
        # One script always stays, however long: the one that is being answered.
        while self._cached_bytes > self._cache_bytes and len(self._scripts) > 1:
            key, (_, script) = self._scripts.popitem(last=False)
            self._cached_bytes -= script.size + getsizeof(key[0]) + getsizeof(key[1])
