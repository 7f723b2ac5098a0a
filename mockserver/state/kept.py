"""What is kept of the events, and by which rules they go: the same in every home of the log.

Each home has one ``Kept`` in its process. Where several processes share a log, each applies the
same events in the same order; so nothing here may depend on anything but them.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mockserver.simulation.events import Event
from mockserver.state.log import FullError, Limits

__all__ = ["Entry", "Kept", "Target"]

IDLE_SECONDS = 600.0
"""After so long a workspace may be forgotten, where another one needs the space."""
_EXPIRED_SECONDS = 7 * 86_400.0
# Longer than any call goes on, and than anybody asks about one that is over.
_OVER_SECONDS = 6 * 3600.0
_SETTINGS = ("play", "clock", "asked")

Target = tuple[str, str | None]
"""A workspace, and one of its rooms or None for all of it."""


class Entry(NamedTuple):
    """An event as the log has it.

    ``made`` is when it was appended, in seconds by a clock that all processes share, and ``shown``
    what the mock's own clock showed then, in UTC Unix seconds. ``position`` is its place in the
    log, which grows with each entry. ``id`` is its name, where a store can lose entries: it stays
    when the entry is put back, at whatever position.
    """

    workspace: str
    event: Event
    made: float
    position: int = 0
    shown: float = 0.0
    id: str = ""


@dataclass
class _Workspace:
    """One workspace's entries, by room; ``used`` is when it was last."""

    used: float
    latest: int = 0
    touched: int = 0  # the position of the entry that says when it was used
    rooms: dict[str | None, tuple[Entry, ...]] = field(default_factory=dict)


class Kept:
    """The events that are kept, bounded by ``limits``."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._workspaces: OrderedDict[str, _Workspace] = OrderedDict()

    def __iter__(self) -> Iterator[Entry]:
        """Return all entries, those of each workspace in order."""
        for kept in self._workspaces.values():
            yield from _in_order(kept.rooms.values())

    def is_empty(self, workspace: str, room: str) -> bool:
        """Return whether neither a workspace as such nor one of its rooms has events."""
        kept = self._workspaces.get(workspace)
        return kept is None or not (room in kept.rooms or None in kept.rooms)

    def latest(self, workspace: str) -> int:
        """Return the highest number of a workspace's events, 0 where it has none."""
        kept = self._workspaces.get(workspace)
        return 0 if kept is None else kept.latest

    def used(self, workspace: str) -> float | None:
        """Return when a workspace was last used; None where it is not kept."""
        kept = self._workspaces.get(workspace)
        return None if kept is None else kept.used

    def use(self, workspace: str, now: float) -> None:
        """Note that a workspace is used."""
        kept = self._workspaces.get(workspace)
        if kept is not None:
            kept.used = max(kept.used, now)
            self._workspaces.move_to_end(workspace)

    def read(self, workspace: str, room: str | None = None) -> Sequence[Event]:
        """Return the events of a workspace as such, and those of one of its rooms, in order."""
        kept = self._workspaces.get(workspace)
        if kept is None:
            return ()
        shared = kept.rooms.get(None, ())
        own = () if room is None else kept.rooms.get(room, ())
        entries = _in_order((shared, own)) if shared and own else own or shared
        return [entry.event for entry in entries]

    def read_all(self, workspace: str) -> Sequence[Event]:
        """Return all events of a workspace and its rooms, in order."""
        kept = self._workspaces.get(workspace)
        return () if kept is None else [one.event for one in _in_order(kept.rooms.values())]

    def apply(self, entry: Entry) -> list[int]:
        """Take an entry in, and return the positions of those that count no longer."""
        workspace, event, made, position, *_ = entry
        if event.kind == "forget":
            return [position, *self._forget(workspace, event.room)]
        if event.kind == "used" and workspace not in self._workspaces:
            return [position]
        kept = self._workspaces.setdefault(workspace, _Workspace(made))
        self.use(workspace, made)
        if event.kind == "used":
            gone, kept.touched = kept.touched, position
            return [gone] if gone else []
        kept.latest = max(kept.latest, event.number)
        before = kept.rooms.get(event.room, ())
        left = _left(before, entry)
        kept.rooms[event.room] = (*left, entry)
        if len(left) == len(before):  # the usual case
            return []
        stay = {one.position for one in left}
        return [one.position for one in before if one.position not in stay]

    def _forget(self, workspace: str, room: str | None) -> list[int]:
        kept = self._workspaces.get(workspace)
        if kept is None:
            return []
        if room is not None:
            return [one.position for one in kept.rooms.pop(room, ())]
        del self._workspaces[workspace]
        gone = [one.position for one in _in_order(kept.rooms.values())]
        return [*gone, kept.touched] if kept.touched else gone

    def make_space(self, workspace: str, event: Event, now: float, more: int = 0) -> list[Target]:
        """Return what has to be forgotten before an event can be appended.

        ``more`` is how many others, of any workspace, are about to be appended before it.

        Raises:
            FullError: there is no space for it, and nothing may be forgotten.
        """
        old = now - _EXPIRED_SECONDS
        gone: list[Target] = []
        for name, one in self._workspaces.items():  # the longest idle one comes first
            if one.used >= old:
                break
            if name != workspace:
                gone.append((name, None))
        if event.kind == "forget":
            return gone
        kept = self._workspaces.get(workspace)
        if kept is None:
            gone += self._space_for_workspace(len(gone) - more, now)
            kept = _Workspace(now)
        elif event.room is not None and event.room not in kept.rooms:
            gone += self._space_for_room(workspace, kept, event, now, more)
        self._demand_space_for_event(kept, event, more)
        return gone

    def _space_for_workspace(self, leaving: int, now: float) -> list[Target]:
        if len(self._workspaces) - leaving < self.limits.workspaces:
            return []
        idlest, kept = next(iter(self._workspaces.items()))
        if now - kept.used < IDLE_SECONDS:
            raise FullError(
                f"--most-workspaces: {self.limits.workspaces} workspaces are directed, and "
                f"none has been idle for {IDLE_SECONDS / 60:.0f} minutes; "
                "DELETE /_mock/workspaces/{workspaceId} forgets one."
            )
        return [(idlest, None)]

    def _space_for_room(
        self, workspace: str, kept: _Workspace, event: Event, now: float, more: int
    ) -> list[Target]:
        rooms = len(kept.rooms.keys() - {None})
        if rooms + more < self.limits.rooms:
            return []
        over = [
            (workspace, room)
            for room, entries in kept.rooms.items()
            if room is not None and all(_is_over(one, now, event.at) for one in entries)
        ]
        if not over:
            raise FullError(
                f"--most-rooms: {rooms} rooms of this workspace are directed; "
                "DELETE /_mock/workspaces/{workspaceId}/rooms/{roomName} forgets one."
            )
        return [*over]

    def _demand_space_for_event(self, kept: _Workspace, event: Event, more: int) -> None:
        # Requests that a counted step answers are events too; its number is bounded beforehand.
        if event.kind in ("asked", "used"):
            return
        entry = Entry("", event, kept.used)
        events = len(_left(kept.rooms.get(event.room, ()), entry))
        if events + more + _requests(event) >= self.limits.events:
            raise FullError(
                f"--most-events: this takes more than {self.limits.events} events of "
                + ("the workspace" if event.room is None else "one room")
                + "; DELETE /_mock/workspaces/{workspaceId}"
                + ("" if event.room is None else "/rooms/{roomName}")
                + " forgets them."
            )


def _in_order(rooms: Iterable[tuple[Entry, ...]]) -> list[Entry]:
    entries = [entry for room in rooms for entry in room]
    return sorted(entries, key=lambda entry: entry.event.number)


def _left(entries: tuple[Entry, ...], new: Entry) -> tuple[Entry, ...]:
    """Return those of a room's entries that still count once there is a new one."""
    if new.event.kind == "clock" and new.event.data.keys() <= {"freeze"}:
        # From here on, what the clock showed before counts for nothing.
        entries = tuple(one for one in entries if one.event.kind != "clock")
    if _is_of_turn(new.event):
        # Steps begin anew with each turn.
        turn = new.event.data["turn"]
        entries = tuple(
            one for one in entries if not _is_of_turn(one.event) or one.event.data["turn"] == turn
        )
    if not entries or new.made - entries[0].made < _OVER_SECONDS:  # the usual case
        return entries
    plays = [one.event.number for one in entries if one.event.kind == "play"]
    latest = plays[-1] if plays else 0

    def counts(one: Entry) -> bool:
        if one.event.kind in _SETTINGS:
            return one.event.kind == "clock" or one.event.number >= latest
        return not _is_over(one, new.made, new.event.at)

    return tuple(one for one in entries if counts(one))


def _is_of_turn(event: Event) -> bool:
    """Return whether an event is a request that counts for a scenario's turn, and nothing else."""
    return event.kind == "asked" and "turn" in event.data and not event.data.get("told")


def _is_over(entry: Entry, now: float, shown: float) -> bool:
    """Return whether an event belongs to a call that has long been over.

    It was made long ago by the clock, and has happened long ago by the workspace's, which shows
    ``shown``.
    """
    if entry.event.kind in _SETTINGS:
        return False
    return now - entry.made >= _OVER_SECONDS and shown - entry.event.at >= _OVER_SECONDS


def _requests(event: Event) -> int:
    """Return how many requests will be counted for an event's steps."""
    steps = event.data.get("steps", ()) if event.kind == "play" else ()
    return sum(int(step.get("times", 0)) for step in steps)
