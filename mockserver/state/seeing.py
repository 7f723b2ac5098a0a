"""Rooms that were asked for lately, noted in a store without anybody waiting for it."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from mockserver.simulation.events import Event
from mockserver.state.ledger import Ledger
from mockserver.state.log import StoreError
from mockserver.state.seen import MOST_ROOMS, fits

__all__ = ["Seeing"]

# Each write lets all processes look for what is new: under load, many notes are written at once.
_PAUSE_SECONDS = 0.05
_MOST_AT_ONCE = 1000

_Key = tuple[str, str | None]


class Seeing:
    """The events of kind ``seen`` that a ledger has, and those that are on their way there."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._pending: OrderedDict[_Key, Event] = OrderedDict()
        self._writing: asyncio.Task[None] | None = None
        self._one_writes = asyncio.Lock()

    def add(self, workspace: str, event: Event) -> None:
        """Note a room; where very many wait to be written, the oldest are left out."""
        if not fits(workspace, event.room):
            return
        key = workspace, event.room
        self._pending[key] = event
        self._pending.move_to_end(key)
        if len(self._pending) > MOST_ROOMS:
            self._pending.popitem(last=False)
        self.write()

    def forget(self, workspace: str) -> None:
        """Forget a workspace, also what is on its way."""
        for key in [key for key in self._pending if key[0] == workspace]:
            del self._pending[key]

    def write(self) -> None:
        """Begin to write what is pending, unless it is being written."""
        if self._pending and self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._pending:
                await self._write_pending()
                await asyncio.sleep(_PAUSE_SECONDS)
        except StoreError:  # it is written later; who looks at the board meanwhile sees fewer rooms
            pass
        finally:
            self._writing = None

    async def _write_pending(self) -> None:
        """Write what is pending now, and nothing that comes meanwhile."""
        async with self._one_writes:
            pending = list(self._pending.items())
            for start in range(0, len(pending), _MOST_AT_ONCE):
                some = pending[start : start + _MOST_AT_ONCE]
                await self._ledger.see([(key[0], event) for key, event in some])
                for key, event in some:
                    if self._pending.get(key) is event:
                        del self._pending[key]

    async def of(self, workspace: str) -> Sequence[Event]:
        """Return a workspace's events; none where the store cannot be reached."""
        try:
            await self._write_pending()
            return await self._ledger.seen(workspace)
        except StoreError:
            return ()
