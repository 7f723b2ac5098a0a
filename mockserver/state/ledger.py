"""What a store does for a log that several processes share: keep entries in one order."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from mockserver.simulation.events import Event
from mockserver.state.kept import Entry
from mockserver.state.log import StoreError

__all__ = ["WITHOUT_NUMBER", "Batch", "Ledger", "LostError", "decoded", "encoded"]

WITHOUT_NUMBER = ("forget", "used")
"""Kinds of events that have no number: they are not events of the workspace themselves."""


class LostError(StoreError):
    """The store is there, and has not what was read there, or was read very long ago."""


class Batch(NamedTuple):
    """What was appended after a position, up to ``position``.

    ``own`` is the position of the first entry that the caller has appended itself, 0 for none.
    """

    entries: Sequence[Entry]
    position: int
    own: int = 0


class Ledger(Protocol):
    """Entries in one order for all processes. Each method but ``unchanged`` raises StoreError."""

    def unchanged(self) -> bool:
        """Return whether nothing was appended since the latest ``since``, as far as is known."""

    async def since(self, position: int) -> Batch:
        """Return what was appended after ``position``; all of it for 0."""

    async def append(
        self, position: int, entries: Sequence[Entry], *, alone: bool = False
    ) -> Batch:
        """Append entries, and return all that was appended after ``position``.

        Each event is given its workspace's next number, unless it has one already or is of a
        kind ``WITHOUT_NUMBER``. With ``alone`` nothing is appended where somebody else has, after
        ``position``; ``own`` is 0 then.
        """

    async def remove(self, positions: Sequence[int]) -> None:
        """Remove entries that count no longer."""

    async def restore(self, position: int, entries: Sequence[Entry]) -> int | None:
        """Write entries, in order, back into a store that has lost everything; return None then.

        Otherwise return up to which position the store has, or has had, what was read up to
        ``position``: what stood there later was lost.
        """

    async def see(self, events: Sequence[tuple[str, Event]]) -> None:
        """Keep the latest event of kind ``seen`` of each room, by workspace."""

    async def seen(self, workspace: str) -> Sequence[Event]:
        """Return a workspace's events of kind ``seen``."""


def encoded(entry: Entry) -> str:
    """Return an entry as text, but for its workspace, its number and its position."""
    event = entry.event
    return json.dumps([event.kind, event.at, event.room, event.data, entry.made, entry.shown])


def decoded(workspace: str, number: int, text: str | bytes, position: int) -> Entry:
    """Return the entry that ``encoded`` made text of."""
    kind, at, room, data, made, shown = json.loads(text)
    known: Mapping[str, object] = data
    return Entry(workspace, Event(kind, at, room, known, number), made, position, shown)
