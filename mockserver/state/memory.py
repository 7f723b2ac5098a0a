"""Events in the memory of one process."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from mockserver.simulation.clock import Clock
from mockserver.simulation.events import Event
from mockserver.state.log import FullError

__all__ = ["Limits", "MemoryLog"]

_IDLE_SECONDS = 600.0
_MOST_SEEN = 1000  # rooms of one workspace, and workspaces


@dataclass(frozen=True)
class Limits:
    """How much is kept: workspaces, rooms of each, events of each room and of each workspace."""

    workspaces: int = 1000
    rooms: int = 1000
    events: int = 1000


@dataclass
class _Workspace:
    """One workspace's events, by room; ``used`` is when it was last, by the stopwatch."""

    used: float
    latest: int = 0
    events: dict[str | None, tuple[Event, ...]] = field(default_factory=dict)


class MemoryLog:
    """A ``Log`` that ends with its process.

    ``stopwatch`` says how long a workspace has been idle.
    """

    def __init__(self, limits: Limits, stopwatch: Clock) -> None:
        self._limits, self._stopwatch = limits, stopwatch
        self._workspaces: OrderedDict[str, _Workspace] = OrderedDict()
        self._seen: OrderedDict[str, OrderedDict[str | None, Event]] = OrderedDict()
        self._lock = Lock()

    async def append(self, workspace: str, event: Event) -> Event:
        """Keep an event, and return it with its number; see ``Log``."""
        with self._lock:
            if event.kind == "seen":
                self._see(workspace, event)
                return event
            if event.kind == "forget":
                self._forget(workspace, event.room)
                return event
            kept = self._workspaces.get(workspace) or self._added(workspace)
            self._use(workspace, kept)
            events = kept.events.get(event.room, ())
            if event.kind == "clock" and event.data.keys() <= {"freeze"}:
                # From here on, what the clock showed before counts for nothing.
                events = tuple(one for one in events if one.kind != "clock")
            self._demand_space(workspace, kept, event, events)
            kept.latest += 1
            numbered = event._replace(number=kept.latest)
            kept.events[event.room] = (*events, numbered)
            return numbered

    async def read(self, workspace: str, room: str | None = None) -> Sequence[Event]:
        """Return the events of a workspace as such, and those of one of its rooms, in order."""
        kept = self._workspaces.get(workspace)
        if kept is None:
            return ()
        with self._lock:
            self._use(workspace, kept)
            shared = kept.events.get(None, ())
            own = kept.events.get(room, ()) if room is not None else ()
        return sorted((*shared, *own), key=lambda event: event.number) if own else shared

    async def read_all(self, workspace: str) -> Sequence[Event]:
        """Return all events of a workspace and its rooms, those of kind ``seen`` first."""
        with self._lock:
            seen = tuple(self._seen.get(workspace, {}).values())
            kept = self._workspaces.get(workspace)
            if kept is None:
                return seen
            self._use(workspace, kept)
            events = [event for one in kept.events.values() for event in one]
        return [*seen, *sorted(events, key=lambda event: event.number)]

    def _see(self, workspace: str, event: Event) -> None:
        rooms = self._seen.setdefault(workspace, OrderedDict())
        self._seen.move_to_end(workspace)
        rooms[event.room] = event
        rooms.move_to_end(event.room)
        if len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)
        if len(rooms) > _MOST_SEEN:
            rooms.popitem(last=False)

    def _use(self, workspace: str, kept: _Workspace) -> None:
        kept.used = self._stopwatch()
        if workspace in self._workspaces:
            self._workspaces.move_to_end(workspace)

    def _forget(self, workspace: str, room: str | None) -> None:
        if room is None:
            self._workspaces.pop(workspace, None)
            self._seen.pop(workspace, None)
        elif workspace in self._workspaces:
            self._workspaces[workspace].events.pop(room, None)

    def _added(self, workspace: str) -> _Workspace:
        """Return a new workspace; where there are too many, the longest idle one is forgotten."""
        if len(self._workspaces) >= self._limits.workspaces:
            idlest, kept = next(iter(self._workspaces.items()))
            if self._stopwatch() - kept.used < _IDLE_SECONDS:
                raise FullError(
                    f"--most-workspaces: {self._limits.workspaces} workspaces are directed, and "
                    f"none has been idle for {_IDLE_SECONDS / 60:.0f} minutes; "
                    "DELETE /_mock/workspaces/{workspaceId} forgets one."
                )
            del self._workspaces[idlest]
        added = self._workspaces[workspace] = _Workspace(self._stopwatch())
        return added

    def _demand_space(
        self, workspace: str, kept: _Workspace, event: Event, events: Sequence[Event]
    ) -> None:
        rooms = len(kept.events.keys() - {None})
        if event.room is not None and not events and rooms >= self._limits.rooms:
            raise FullError(
                f"--most-rooms: {rooms} rooms of this workspace are directed; "
                "DELETE /_mock/workspaces/{workspaceId}/rooms/{roomName} forgets one."
            )
        # Requests that a counted step answers are events too; its number is bounded beforehand.
        if event.kind != "asked" and len(events) + _requests(event) >= self._limits.events:
            raise FullError(
                f"--most-events: this takes more than {self._limits.events} events of "
                + ("the workspace" if event.room is None else "one room")
                + "; DELETE /_mock/workspaces/{workspaceId}"
                + ("" if event.room is None else "/rooms/{roomName}")
                + " forgets them."
            )


def _requests(event: Event) -> int:
    """Return how many requests will be counted for an event's steps."""
    steps = event.data.get("steps", ()) if event.kind == "play" else ()
    return sum(int(step.get("times", 0)) for step in steps)
