"""Events in the memory of one process."""

from collections.abc import Sequence

from mockserver.simulation.clock import Clock
from mockserver.simulation.events import Event
from mockserver.state.kept import Entry, Kept
from mockserver.state.log import Limits
from mockserver.state.seen import Seen

__all__ = ["Limits", "MemoryLog"]


class MemoryLog:
    """A ``Log`` that ends with its process.

    ``stopwatch`` says how long a workspace has been idle.
    """

    def __init__(self, limits: Limits, stopwatch: Clock) -> None:
        self._kept, self._seen, self._stopwatch = Kept(limits), Seen(), stopwatch
        self._position = 0

    async def append(self, workspace: str, event: Event) -> Event:
        """Keep an event, and return it with its number; see ``Log``."""
        if event.kind == "seen":
            self._seen.add(workspace, event)
            return event
        now = self._stopwatch()
        for name, room in self._kept.make_space(workspace, event, now):
            self._apply(name, Event("forget", event.at, room), now)
        if event.kind != "forget":
            event = event._replace(number=self._kept.latest(workspace) + 1)
        elif event.room is None:
            self._seen.forget(workspace)
        self._apply(workspace, event, now)
        return event

    def _apply(self, workspace: str, event: Event, now: float) -> None:
        self._position += 1
        self._kept.apply(Entry(workspace, event, now, self._position))

    def is_empty(self, workspace: str, room: str) -> bool:
        """Return whether ``read`` would return no events."""
        return self._kept.is_empty(workspace, room)

    async def read(self, workspace: str, room: str | None = None) -> Sequence[Event]:
        """Return the events of a workspace as such, and those of one of its rooms, in order."""
        events = self._kept.read(workspace, room)
        if events:
            self._kept.use(workspace, self._stopwatch())
        return events

    async def read_all(self, workspace: str) -> Sequence[Event]:
        """Return all events of a workspace and its rooms, those of kind ``seen`` first."""
        self._kept.use(workspace, self._stopwatch())
        return [*self._seen.of(workspace), *self._kept.read_all(workspace)]

    async def reachable(self) -> bool:
        """Return whether an event could be appended now: always."""
        return True
