"""The log of events: append, and read. Where it lives changes nothing that is answered."""

from collections.abc import Sequence
from typing import Protocol

from mockserver.simulation.events import Event

__all__ = ["FullError", "Log"]


class FullError(RuntimeError):
    """A limit is reached; the message is one line that names it."""


class Log(Protocol):
    """Events by workspace."""

    async def append(self, workspace: str, event: Event) -> Event:
        """Keep an event, and return it with its number.

        One of kind ``forget`` removes those of its room, or of its workspace. Of kind ``seen``
        each room has the latest; of too many, the oldest are forgotten.

        Raises:
            FullError: there is no space for it.
        """

    async def read(self, workspace: str, room: str | None = None) -> Sequence[Event]:
        """Return the events of a workspace as such, and those of one of its rooms, in order.

        Events of kind ``seen`` are left out: they make no difference to what is shown.
        """

    async def read_all(self, workspace: str) -> Sequence[Event]:
        """Return all events of a workspace and its rooms, those of kind ``seen`` first."""
