"""A log that several processes share: each has a copy in memory, and catches up before it reads.

A read costs at most one trip to the store, which all who wait for it share. Where the store cannot
be reached, the copy is what is known; and a store that comes back empty gets it back.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from mockserver.simulation.clock import stopwatch
from mockserver.simulation.events import Event
from mockserver.state.kept import Entry, Kept
from mockserver.state.ledger import Batch, Ledger, LostError, encoded
from mockserver.state.log import FullError, Limits, StoreError
from mockserver.state.seeing import Seeing
from mockserver.state.shared_clock import SharedClock

__all__ = ["SharedLog", "begin_request"]

_log = logging.getLogger(__name__)

_MOST_AT_ONCE = 500
# How long a store is not asked again that could not be reached; polls are answered meanwhile.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 1.0
# What removes others is kept for so long, for processes that have not read it yet; one that has
# read nothing for a good part of that begins anew.
_REMOVALS_SECONDS = 3600.0
_STALE_SECONDS = 1800.0
_RECENT_SECONDS = 10.0
# How often, at most, a workspace that is only read is noted to be in use.
_USE_SECONDS = 60.0


@dataclass
class _Freshness:
    """Whether the copy was brought up to date since a request came."""

    caught_up: bool = False


_request: ContextVar[_Freshness | None] = ContextVar("request", default=None)


def begin_request() -> None:
    """Say that a request begins in this task: one trip to the store is enough for all its reads."""
    _request.set(_Freshness())


@dataclass
class _Pending:
    """An event that is to be appended, and who waits for it."""

    workspace: str
    event: Event
    waiting: asyncio.Future[Event] | None

    def fail(self, error: Exception) -> None:
        """Tell who waits that it was not appended."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error)

    def succeed(self, event: Event) -> None:
        """Tell who waits that it was appended."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(event)


class SharedLog:
    """A ``Log`` over a ledger; ``clock`` is the mock's, ``failed`` hears of each failure."""

    def __init__(
        self,
        ledger: Ledger,
        limits: Limits,
        clock: SharedClock,
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger, self._limits, self._clock, self._failed = ledger, limits, clock, failed
        self._seeing = Seeing(ledger)
        self._pending: list[_Pending] = []
        self._appending: asyncio.Task[None] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._recent: deque[tuple[float, Entry]] = deque(maxlen=10_000)
        self._down, self._pause, self._retry_at = False, 0.0, 0.0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._kept, self._position, self._read_at = Kept(self._limits), 0, stopwatch()
        self._removals: deque[Entry] = deque()

    async def append(self, workspace: str, event: Event) -> Event:
        """Keep an event, and return it with its number; see ``Log``."""
        if event.kind == "seen":
            self._seeing.add(workspace, event)
            return event
        waiting: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._enqueue(_Pending(workspace, event, waiting))
        return await waiting

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
        return not self._down

    async def catch_up(self) -> None:
        """Take in what was appended before the call, or before the request that it is made for."""
        request = _request.get()
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
        if self._down and stopwatch() < self._retry_at:
            return
        try:
            if stopwatch() - self._read_at > _STALE_SECONDS:
                self._begin_anew()
            first = self._position == 0
            try:
                gone = self._take(await self._ledger.since(self._position))
            except LostError:
                await self._restore()
            else:
                if first and gone:  # whoever appended what replaced them has left them there
                    self._start(self._remove(gone))
            self._came_back()
        except StoreError as error:
            self._went_down(error)

    def _use(self, workspace: str) -> None:
        now = self._clock.real()
        if now - (self._kept.used(workspace) or now) > _USE_SECONDS and not self._down:
            self._kept.use(workspace, now)
            self._enqueue(_Pending(workspace, Event("used", now), None))

    def _enqueue(self, one: _Pending) -> None:
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

    async def _append(self, batch: Sequence[_Pending]) -> None:
        entries, owners = self._planned(batch)
        if not entries:
            return
        try:
            if self._down and stopwatch() < self._retry_at:
                raise StoreError("The store cannot be reached.")
            try:
                appended = await self._ledger.append(self._position, entries)
            except LostError:
                await self._restore()
                appended = await self._ledger.append(self._position, entries)
        except StoreError as error:
            self._went_down(error)
            for one in owners.values():
                one.fail(error)
            return
        self._came_back()
        gone = self._take(appended)
        self._finish(appended, owners, gone)

    def _planned(self, batch: Sequence[_Pending]) -> tuple[list[Entry], dict[int, _Pending]]:
        """Return the entries to append, and by their index whose they are.

        What has no space beside the others is left for the next time, and fails if it is alone.
        """
        now, shown = self._clock.real(), self._clock()
        entries: list[Entry] = []
        owners: dict[int, _Pending] = {}
        for number, one in enumerate(batch):
            try:
                gone = self._kept.make_space(one.workspace, one.event, now, len(entries))
            except FullError as error:
                if entries:
                    self._pending.append(one)
                else:
                    one.fail(error)
                continue
            if len(entries) >= _MOST_AT_ONCE or (gone and entries):
                self._pending[:0] = batch[number:]
                break
            forgets = [(name, Event("forget", one.event.at, room)) for name, room in gone]
            entries += [Entry(name, event, now, 0, shown) for name, event in forgets]
            owners[len(entries)] = one
            entries.append(Entry(one.workspace, one.event, now, 0, shown))
        return entries, owners

    def _finish(self, appended: Batch, owners: dict[int, _Pending], gone: Sequence[int]) -> None:
        own = {entry.position: entry for entry in appended.entries}
        now = stopwatch()
        for index, one in owners.items():
            entry = own[appended.own + index]
            self._recent.append((now, entry))
            one.succeed(entry.event)
        old = self._clock.real() - _REMOVALS_SECONDS
        while self._removals and self._removals[0].made < old:
            gone = [*gone, self._removals.popleft().position]
        if gone:
            self._start(self._remove(gone))

    async def _remove(self, positions: Sequence[int]) -> None:
        try:
            await self._ledger.remove(positions)
        except StoreError:  # they count for nothing all the same
            self._failed()

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

    async def _restore(self) -> None:
        """Write back what a store has lost, unless another process has, and begin from there.

        What this process has appended just before may be missing in what another one wrote.
        """
        _log.warning("the store has lost events; they are written back")
        await self._ledger.restore(self._position, list(self._kept))
        self._begin_anew()
        self._take(await self._ledger.since(0))
        numbers = {(one.workspace, one.event.number) for one in self._kept}
        there = {(one.workspace, encoded(one)) for one in self._kept}
        missing = [
            _unnumbered(entry) if (entry.workspace, entry.event.number) in numbers else entry
            for appended, entry in self._recent
            if appended >= stopwatch() - _RECENT_SECONDS
            and (entry.workspace, encoded(entry)) not in there
        ]
        if missing:
            self._take(await self._ledger.append(self._position, missing))

    @property
    def is_down(self) -> bool:
        """Whether the store could not be reached the last time."""
        return self._down

    def _went_down(self, error: StoreError) -> None:
        self._failed()
        if not self._down:
            self._down, self._pause = True, _FIRST_PAUSE
            _log.warning("the store cannot be reached: %s", error)
        else:
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._retry_at = stopwatch() + self._pause

    def _came_back(self) -> None:
        if self._down:
            self._down = False
            _log.warning("the store can be reached again")


def _unnumbered(entry: Entry) -> Entry:
    """Return an entry that gets the next number: another one has been given its own since."""
    return entry._replace(event=entry.event._replace(number=0))
