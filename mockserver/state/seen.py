"""Which rooms were asked for lately: of each workspace the latest ones."""

from collections import OrderedDict
from collections.abc import Sequence

from mockserver.simulation.events import Event

__all__ = ["MOST_SEEN", "Seen"]

MOST_SEEN = 1000
"""So many rooms of one workspace, and so many workspaces."""


class Seen:
    """Events of kind ``seen``, in the memory of one process."""

    def __init__(self) -> None:
        self._workspaces: OrderedDict[str, OrderedDict[str | None, Event]] = OrderedDict()

    def add(self, workspace: str, event: Event) -> None:
        """Keep the latest event of a room."""
        rooms = self._workspaces.setdefault(workspace, OrderedDict())
        self._workspaces.move_to_end(workspace)
        rooms[event.room] = event
        rooms.move_to_end(event.room)
        if len(self._workspaces) > MOST_SEEN:
            self._workspaces.popitem(last=False)
        if len(rooms) > MOST_SEEN:
            rooms.popitem(last=False)

    def of(self, workspace: str) -> Sequence[Event]:
        """Return a workspace's events."""
        return tuple(self._workspaces.get(workspace, {}).values())

    def forget(self, workspace: str) -> None:
        """Forget a workspace."""
        self._workspaces.pop(workspace, None)
