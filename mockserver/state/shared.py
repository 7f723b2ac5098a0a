"""A log that several processes share: each has a copy in memory, and catches up before it reads.

A read costs at most one trip to the store, which all who wait for it share. Where the store cannot
be reached, the copy is what is known; and a store that comes back empty gets it back.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress

from mockserver.simulation.clock import stopwatch
from mockserver.simulation.events import Event
from mockserver.state.freshness import freshness
from mockserver.state.kept import Entry, Kept
from mockserver.state.ledger import Batch, Ledger, LostError
from mockserver.state.log import Limits, StoreError
from mockserver.state.outage import Outage
from mockserver.state.pending import Pending, planned
from mockserver.state.reunion import reunited
from mockserver.state.seeing import Seeing
from mockserver.state.shared_clock import SharedClock

__all__ = ["SharedLog"]

_log = logging.getLogger(__name__)

# What removes others is kept for so long, for processes that have not read it yet; one that has
# read nothing for a good part of that begins anew.
_REMOVALS_SECONDS = 3600.0
_STALE_SECONDS = 1800.0
# How often a process reads at least: so it soon gives a store back what that has lost.
_READ_SECONDS = 2.0
# How often, at most, a workspace that is only read is noted to be in use.
_USE_SECONDS = 60.0


class SharedLog:
    """A ``Log`` over a ledger; ``clock`` is the mock's, ``failed`` hears of each failure."""

    def __init__(
        self,
        ledger: Ledger,
        limits: Limits,
        clock: SharedClock,
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger, self._limits, self._clock = ledger, limits, clock
        self._outage, self._moving = Outage(failed), asyncio.Lock()
        self._seeing = Seeing(ledger)
        self._pending: list[Pending] = []
        self._appending: asyncio.Task[None] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._histories = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._kept, self._position, self._read_at = Kept(self._limits), 0, stopwatch()
        self._removals: deque[Entry] = deque()
        self._histories += 1

    async def append(self, workspace: str, event: Event) -> Event:
        """Keep an event, and return it with its number; see ``Log``."""
        if event.kind == "seen":
            self._seeing.add(workspace, event)
            return event
        waiting: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._enqueue(Pending(workspace, event, waiting))
        return await waiting

    def is_empty(self, workspace: str, room: str) -> bool:
        """Return whether it is known, without waiting, that ``read`` would return no events."""
        return self._kept.is_empty(workspace, room) and self._ledger.unchanged()

    async def read(self, workspace: str, room: str | None = None) -> Sequence[Event]:
        """Return the events of a workspace as such, and those of one of its rooms, in order."""
        await self.catch_up()
        events = self._kept.read(workspace, room)
        if events:
            self._use(workspace)
        return events

    async def read_all(self, workspace: str) -> Sequence[Event]:
        """Return all events of a workspace and its rooms, those of kind ``seen`` first."""
        seen, _ = await asyncio.gather(self._seeing.of(workspace), self.catch_up())
        events = self._kept.read_all(workspace)
        if events:
            self._use(workspace)
        return [*seen, *events]

    async def reachable(self) -> bool:
        """Return whether an event could be appended now."""
        await self._fetch()
        return not self._outage.is_on

    async def catch_up(self) -> None:
        """Take in what was appended before the call, or before the request that it is made for."""
        request = freshness()
        if (request is not None and request.caught_up) or self._ledger.unchanged():
            return
        await self._fetch()
        if request is not None:
            request.caught_up = True

    async def _fetch(self) -> None:
        """Wait for a fetch that begins from now on; it serves all who wait for it."""
        if self._next is None:
            self._next = asyncio.create_task(self._fetch_after(self._fetching))
        await asyncio.shield(self._next)

    async def _fetch_after(self, other: asyncio.Task[None] | None) -> None:
        if other is not None and not other.done():
            await asyncio.wait((other,))
        self._fetching, self._next = self._next, None
        if self._outage.pauses:
            return
        try:
            await self._read()
            self._outage.ends()
        except StoreError as error:
            self._outage.begins(error)

    async def _read(self) -> None:
        if self._is_stale:
            await self._reunite()
            return
        first, history = self._position == 0, self._histories
        try:
            batch = await self._ledger.since(self._position)
        except LostError:
            await self._reunite()
            return
        if history != self._histories:  # the answer is to be added to what is no more
            await self._reunite()
            return
        gone = self._take(batch)
        if first and gone:  # whoever appended what replaced them has left them there
            self._start(self._remove(gone))

    @property
    def _is_stale(self) -> bool:
        """Whether the store may no longer have what removes others, and was not read here."""
        return stopwatch() - self._read_at > _STALE_SECONDS

    def _use(self, workspace: str) -> None:
        now = self._clock.real()
        if now - (self._kept.used(workspace) or now) > _USE_SECONDS and not self._outage.is_on:
            self._kept.use(workspace, now)
            self._enqueue(Pending(workspace, Event("used", now), None))

    def _enqueue(self, one: Pending) -> None:
        self._pending.append(one)
        if self._appending is None:
            self._appending = asyncio.create_task(self._append_pending())

    async def _append_pending(self) -> None:
        """Append what is pending, together with what comes meanwhile."""
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                try:
                    await self._append(batch)
                except Exception as error:  # nobody must wait for ever
                    _log.exception("unhandled", exc_info=error)
                    for one in batch:
                        one.fail(StoreError("The event could not be kept."))
        finally:
            self._appending = None

    async def _append(self, batch: Sequence[Pending]) -> None:
        plan = planned(self._kept, batch, self._clock.real(), self._clock())
        self._pending[:0] = plan.later
        if not plan.entries:
            return
        if self._outage.pauses:
            plan.fail(StoreError("it could not be reached just before."))
            return
        await asyncio.sleep(self._outage.seconds_until_others_know)
        try:
            if self._is_stale:
                await self._reunite()
            try:
                appended, gone = await self._appended(plan.entries)
            except LostError:
                await self._reunite()
                appended, gone = await self._appended(plan.entries)
        except StoreError as error:
            self._outage.begins(error)
            plan.fail(error)
            return
        self._outage.ends()
        self._finish(appended, plan.owners, gone)

    async def _appended(self, entries: Sequence[Entry]) -> tuple[Batch, list[int]]:
        async with self._moving:
            batch = await self._ledger.append(self._position, entries)
            return batch, self._take(batch)

    def _finish(self, appended: Batch, owners: dict[int, Pending], gone: Sequence[int]) -> None:
        own = {entry.position: entry for entry in appended.entries}
        for index, one in owners.items():
            one.succeed(own[appended.own + index].event)
        old = self._clock.real() - _REMOVALS_SECONDS
        while self._removals and self._removals[0].made < old:
            gone = [*gone, self._removals.popleft().position]
        if gone:
            self._start(self._remove(gone))

    async def _remove(self, positions: Sequence[int]) -> None:
        try:
            await self._ledger.remove(positions)
        except StoreError as error:  # they count for nothing all the same
            self._outage.begins(error)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _take(self, batch: Batch) -> list[int]:
        """Apply what is new, and return the positions of what counts no longer."""
        gone: list[int] = []
        for entry in batch.entries:
            if entry.position <= self._position:
                continue
            dead = self._kept.apply(entry)
            if entry.event.kind == "forget":
                self._removals.append(entry)
                if entry.event.room is None:
                    self._seeing.forget(entry.workspace)
                dead.remove(entry.position)
            gone += dead
            self._position = entry.position
            self._clock.passed(entry.shown)
        self._position = max(self._position, batch.position)
        self._read_at = stopwatch()
        return gone

    async def _reunite(self) -> None:
        """Go on with what the store has now, once it has all that was read here.

        Nobody who reads meanwhile sees less than before.
        """
        async with self._moving:
            if not self._is_stale:
                with suppress(LostError):  # another request has seen to it
                    self._take(await self._ledger.since(self._position))
                    return
            batches = await reunited(self._ledger, self._position, self._kept, self._removals)
            self._begin_anew()
            gone = [position for batch in batches for position in self._take(batch)]
        if gone:
            self._start(self._remove(gone))

    @property
    def is_down(self) -> bool:
        """Whether the store could not be reached the last time."""
        return self._outage.is_on

    def start(self) -> None:
        """Begin to read regularly, also what nobody asks for. Needs a running loop."""
        self._start(self._keep_up())

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(_READ_SECONDS)
            if not self._ledger.unchanged():
                await self._fetch()
            self._seeing.write()  # what could not be written before
