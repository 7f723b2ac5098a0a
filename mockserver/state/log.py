"""The log of events: append, and read. Where it lives changes nothing that is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mockserver.simulation.events import Event

__all__ = ["FullError", "Limits", "Log", "StoreError"]


@dataclass(frozen=True)
class Limits:
    """How much is kept: workspaces, rooms of each, events of each room and of each workspace."""

    workspaces: int = 1000
    rooms: int = 1000
    events: int = 1000


class FullError(RuntimeError):
    """A limit is reached; the message is one line that names it."""


class StoreError(RuntimeError):
    """The store cannot be reached now; the message is one line without its credentials.

    ``slow`` says that this took a while to find out.
    """

    def __init__(self, message: str, *, slow: bool = False) -> None:
        super().__init__(message)
        self.slow = slow


class Log(Protocol):
    """Events by workspace."""

    async def append(self, workspace: str, event: Event) -> Event:
        """Keep an event, and return it with its number.

        One of kind ``forget`` removes those of its room, or of its workspace. Of kind ``seen``
        each room has the latest; of too many, the oldest are forgotten.

        Raises:
            FullError: there is no space for it.
            StoreError: the store cannot be reached; the event may have been kept or not.
        """

    def is_empty(self, workspace: str, room: str) -> bool:
        """Return whether it is known, without waiting, that ``read`` would return no events."""

    async def read(self, workspace: str, room: str | None = None) -> Sequence[Event]:
        """Return the events of a workspace as such, and those of one of its rooms, in order.

        What was appended before the call is among them, wherever it was. Where the store cannot be
        reached, they are those last known. Events of kind ``seen`` are left out: they make no
        difference to what is shown.
        """

    async def read_all(self, workspace: str) -> Sequence[Event]:
        """Return all events of a workspace and its rooms, those of kind ``seen`` first."""

    async def reachable(self) -> bool:
        """Return whether an event could be appended now."""
