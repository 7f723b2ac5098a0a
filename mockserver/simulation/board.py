"""The calls of a workspace's fleet as a list shows them, for many calls and many polls.

Of an entry nothing changes from second to second but the duration. So each is kept as two pieces of
JSON around it, until something is said, or somebody comes or goes.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import Any

import orjson

from mockserver.simulation.cuts import Stretch
from mockserver.simulation.fleet import fleet_slots
from mockserver.simulation.listing import listed_call, listed_status
from mockserver.simulation.moment import Moment, Question
from mockserver.simulation.rooms import read_room
from mockserver.simulation.scenarios import ORDINARY
from mockserver.simulation.schedule import Window
from mockserver.simulation.script import CallScript, duration_at
from mockserver.simulation.world import World

__all__ = ["Board", "Boards", "ListedCall", "listed"]

_MOST_KEPT = 16_384  # slots of all boards together, at about 7 kB each
_BOARD_SLOTS = 16  # what a board takes besides, and for each so many characters of its name
_NAME_CHARACTERS = 400
_NEVER = Stretch(0.0, 0.0, b"")


def _stretch(script: CallScript, elapsed: float, type_: str) -> Stretch:
    return script.listed(elapsed, listed_status(), type_)


ListedCall = tuple[float, str, bytes]
"""When a call began, in UTC Unix seconds; its room; its entry in a list. The oldest comes first."""


class _Slot:
    """What a slot of the fleet shows: its latest call, which may be over."""

    __slots__ = (
        "began", "head", "live_until", "next_from", "room", "script", "stretch", "type", "window",
    )  # fmt: skip

    def __init__(self, window: Window, room: str) -> None:
        self.window, self.began = window, window.started
        self.live_until, self.next_from = window.live_until, window.next_from
        self.room, self.type = room, read_room(room).type
        self.script: CallScript | None = None
        self.head, self.stretch = b"", _NEVER


class Board:
    """The fleet of a workspace with about ``calls`` calls."""

    def __init__(self, world: World, workspace: str, calls: int) -> None:
        self._world, self._workspace = world, workspace
        self._fleet = world.fleet(workspace)
        self._numbers = range(fleet_slots(calls))
        self._slots: dict[int, _Slot] = {}
        self._in_order: list[_Slot] = []

    @property
    def size(self) -> int:
        """How much memory it takes, in slots."""
        return len(self._numbers) + _BOARD_SLOTS + len(self._workspace) // _NAME_CHARACTERS

    def rooms(self, now: float) -> list[str]:
        """Return the rooms in which calls are on at ``now``, in UTC Unix seconds."""
        return [slot.room for slot in self._turned(now) if now < slot.live_until]

    def entries(self, now: float, without: Collection[str] = ()) -> list[ListedCall]:
        """Return the calls that are on at ``now``, but for those of some rooms, in order."""
        found: list[ListedCall] = []
        for slot in self._turned(now):
            if now >= slot.live_until or slot.room in without:
                continue
            stretch, elapsed = slot.stretch, now - slot.began
            if not stretch.since <= elapsed < stretch.until:
                stretch = self._change(slot, elapsed)
            found.append((slot.began, slot.room, b"%b%d%b" % (slot.head, elapsed, stretch.rest)))
        return found

    def _change(self, slot: _Slot, elapsed: float) -> Stretch:
        script = slot.script
        if script is None:
            question = Question(self._workspace, slot.room)
            script = slot.script = self._world.script(question, ORDINARY, slot.window)
        slot.head = script.head(elapsed)
        slot.stretch = _stretch(script, elapsed, slot.type)
        return slot.stretch

    def _turned(self, now: float) -> list[_Slot]:
        """Return the slots, each with the latest call that began by ``now``, in order."""
        late = [
            number for number, slot in self._slots.items() if not slot.began <= now < slot.next_from
        ]
        if late or not self._slots:
            for number in late or self._numbers:
                self._slots[number] = self._turn(number, now)
            self._in_order = sorted(self._slots.values(), key=lambda one: (one.began, one.room))
        return self._in_order

    def _turn(self, number: int, now: float) -> _Slot:
        window = self._fleet.at(number, now)
        return _Slot(window, self._fleet.room(number, window.number))


class Boards:
    """The boards that are kept, those that were asked for latest."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._boards: OrderedDict[tuple[str, int], Board] = OrderedDict()
        self._kept = 0

    def __len__(self) -> int:
        return len(self._boards)

    def of(self, workspace: str, calls: int) -> Board:
        """Return the board of a workspace with about so many calls."""
        key = workspace, calls
        board = self._boards.get(key)
        if board is None:
            board = self._boards[key] = Board(self._world, workspace, calls)
            self._kept += board.size
            while self._kept > _MOST_KEPT and len(self._boards) > 1:
                self._kept -= self._boards.popitem(last=False)[1].size
        self._boards.move_to_end(key)
        return board


def listed(moment: Moment, room: str, overrides: Mapping[str, Any] | None) -> ListedCall:
    """Return the entry of a room's call at a moment, with ``overrides`` of its body's fields."""
    script, elapsed, type_ = moment.script, moment.elapsed, read_room(room).type
    if not moment.events and not overrides:
        duration = orjson.dumps(duration_at(script, elapsed))
        entry = b"".join((script.head(elapsed), duration, _stretch(script, elapsed, type_).rest))
    else:
        body = orjson.loads(moment.body(overrides))
        asked = script.transfer_requested(elapsed)
        entry = orjson.dumps(listed_call(body, type_, transfer_requested=asked))
    return script.started, room, entry
