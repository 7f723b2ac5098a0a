"""Which rooms were asked for lately: the latest ones, and none with a name that LiveKit refuses."""

from collections import OrderedDict
from collections.abc import Sequence

from mockserver.simulation.events import Event

__all__ = ["MOST_ROOMS", "MOST_SEEN", "Seen", "fits"]

MOST_SEEN = 1000
"""So many rooms of one workspace."""
MOST_ROOMS = 16_384
"""So many rooms of all workspaces together."""
_MOST_ASIDE = 4096
_MOST_BYTES = 256  # of a name, as in LiveKit


def fits(workspace: str, room: str | None) -> bool:
    """Return whether names are short enough to be kept, and text that a store takes."""
    room = room or ""
    if len(workspace) + len(room) <= _MOST_BYTES and workspace.isascii() and room.isascii():
        return True  # the usual case
    return _is_short(workspace) and _is_short(room)


def _is_short(name: str) -> bool:
    try:  # what is longer in characters need not be encoded
        return len(name) <= _MOST_BYTES and len(name.encode()) <= _MOST_BYTES
    except UnicodeEncodeError:
        return False


class Seen:
    """Events of kind ``seen``, in the memory of one process."""

    def __init__(self) -> None:
        self._workspaces: OrderedDict[str, OrderedDict[str | None, Event]] = OrderedDict()
        self._count = 0
        self._aside: list[tuple[str, Event]] = []

    def add(self, workspace: str, event: Event) -> None:
        """Keep the latest event of a room."""
        if not fits(workspace, event.room):
            return
        # Those of a new room are only put aside: saves 2 µs of the 60 that one takes.
        self._aside.append((workspace, event))
        if len(self._aside) >= _MOST_ASIDE:
            self._take_in()

    def _take_in(self) -> None:
        """Keep what was put aside; of very many, those that would stay."""
        rooms: dict[str, dict[str | None, Event]] = {}
        for workspace, event in reversed(self._aside):
            latest = rooms.setdefault(workspace, {})
            if event.room not in latest and len(latest) < MOST_SEEN:
                latest[event.room] = event
        self._aside = []
        for workspace in reversed(rooms):  # the latest comes last
            for event in reversed(rooms[workspace].values()):
                self._keep(workspace, event)

    def _keep(self, workspace: str, event: Event) -> None:
        rooms = self._workspaces.get(workspace)
        if rooms is None:
            rooms = self._workspaces[workspace] = OrderedDict()
        self._workspaces.move_to_end(workspace)
        if event.room in rooms:
            rooms.move_to_end(event.room)
        else:
            self._count += 1
        rooms[event.room] = event
        if len(rooms) > MOST_SEEN:
            self._drop_from(workspace)
        elif self._count > MOST_ROOMS:
            self._drop_from(next(iter(self._workspaces)))

    def _drop_from(self, workspace: str) -> None:
        rooms = self._workspaces[workspace]
        rooms.popitem(last=False)
        self._count -= 1
        if not rooms:
            del self._workspaces[workspace]

    def of(self, workspace: str) -> Sequence[Event]:
        """Return a workspace's events."""
        self._take_in()
        return tuple(self._workspaces.get(workspace, {}).values())

    def forget(self, workspace: str) -> None:
        """Forget a workspace."""
        self._take_in()
        self._count -= len(self._workspaces.pop(workspace, ()))
