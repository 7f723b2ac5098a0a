"""Rooms that were asked for lately, noted in a store without anybody waiting for it."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from mockserver.simulation.clock import stopwatch
from mockserver.simulation.events import Event
from mockserver.state.ledger import Ledger
from mockserver.state.log import StoreError
from mockserver.state.seen import MOST_SEEN

__all__ = ["Seeing"]

# A store may have forgotten what was noted earlier.
_AGAIN_SECONDS = 1200.0
_PAUSE_SECONDS = 0.01
_MOST_ROOMS = 10_000  # of one workspace


class Seeing:
    """The events of kind ``seen`` that a ledger has, and those that are on their way there."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._pending: OrderedDict[tuple[str, str | None], Event] = OrderedDict()
        self._noted: OrderedDict[str, OrderedDict[str | None, tuple[float, float]]] = OrderedDict()
        self._writing: asyncio.Task[None] | None = None

    def add(self, workspace: str, event: Event) -> None:
        """Note a room; where very many wait to be written, the oldest are left out.

        A call that was noted already is not noted again: its event says when it ``began``.
        """
        began = event.data.get("began")
        if began is not None and self._is_noted(workspace, event.room, began):
            return
        self._pending[workspace, event.room] = event
        self._pending.move_to_end((workspace, event.room))
        if len(self._pending) > MOST_SEEN:
            self._pending.popitem(last=False)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    def _is_noted(self, workspace: str, room: str | None, began: float) -> bool:
        """Return whether a call was noted lately; from now on it is."""
        now = stopwatch()
        rooms = self._noted.setdefault(workspace, OrderedDict())
        self._noted.move_to_end(workspace)
        before = rooms.pop(room, None)
        if before is not None and before[0] == began and now - before[1] < _AGAIN_SECONDS:
            rooms[room] = before
            return True
        rooms[room] = began, now
        for kept, most in ((rooms, _MOST_ROOMS), (self._noted, MOST_SEEN)):
            if len(kept) > most:
                kept.popitem(last=False)
        return False

    def forget(self, workspace: str) -> None:
        """Forget a workspace, also what is on its way."""
        self._noted.pop(workspace, None)
        for key in [key for key in self._pending if key[0] == workspace]:
            del self._pending[key]

    async def _write(self) -> None:
        try:
            while self._pending:
                events = [(key[0], event) for key, event in self._pending.items()]
                self._pending.clear()
                await self._ledger.see(events)
                if self._pending:  # very many at once are cheaper together
                    await asyncio.sleep(_PAUSE_SECONDS)
        except StoreError:  # who looks at the board then sees fewer rooms
            self._noted.clear()
        finally:
            self._writing = None

    async def of(self, workspace: str) -> Sequence[Event]:
        """Return a workspace's events; none where the store cannot be reached."""
        if self._writing is not None:
            await asyncio.shield(self._writing)
        try:
            return await self._ledger.seen(workspace)
        except StoreError:
            return ()
