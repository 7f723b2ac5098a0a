"""The journal of several processes, in the store that they share.

While a request is answered, it is only put on a list, as in the journal of one process. It is
written a moment later, together with others; and who reads waits until all have written.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Collection, Iterable
from contextlib import suppress

from starlette.types import Scope

from mockserver.http.delivery import BEGAN
from mockserver.http.own import is_console, is_own
from mockserver.http.request_body import RequestBody
from mockserver.http.responses import Headers, Response
from mockserver.journal.exchange import Exchange, answer, packed_call, request_of
from mockserver.journal.records import Numbers
from mockserver.simulation.clock import real, stopwatch
from mockserver.state.exchanges import ExchangeStore, Written
from mockserver.state.log import StoreError

__all__ = ["SharedJournal"]

_NO_BODY = RequestBody(b"", 0)
_RETRY_SECONDS = 0.5
_LAST_SECONDS = 1.0
# So many are packed at a time: the objects of more would fall out of the processor's cache.
_BATCH = 32


class SharedJournal:
    """A journal in a store; see ``Records``.

    The times of its exchanges are in UTC Unix seconds, since stopwatches differ.
    """

    early = True

    def __init__(self, size: int, started: float, store: ExchangeStore) -> None:
        self.size, self.started, self._store = size, started, store
        self._shift = real() - stopwatch()
        self._name, self._marks = secrets.token_hex(6), 0
        self._recent: list[tuple[Scope, float, float, Headers]] = []
        self._pending: deque[Written] = deque(maxlen=2 * size)
        self._skipped = 0
        self._writing: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._one_writes = asyncio.Lock()

    def start(self) -> None:
        """Begin to listen for those who read. Needs a running loop."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._store.listen(self.write_pending))

    def arrived(self, exchange: Exchange) -> float:
        """Return when the exchange's request arrived, in UTC Unix seconds."""
        return exchange.began

    def begin(self, scope: Scope, body: RequestBody) -> int:
        """Note a request that is not answered at once, and return what ``end`` takes."""
        self._marks += 1
        exchange = Exchange(0, scope[BEGAN] + self._shift, None, *request_of(scope), None, *body)
        self._add(exchange, self._marks, waiting=True)
        return self._marks

    def end(
        self,
        scope: Scope,
        response: Response | None,
        number: int | None = None,
        body: RequestBody | None = None,
    ) -> None:
        """Keep a request with the response that was sent, or None where the client had left."""
        if number is None and response is not None and response.moment is not None:
            # The usual case. What a call's request carries is looked at when it is packed.
            self._recent.append((scope, stopwatch(), response.moment, response.headers))
            if len(self._recent) == _BATCH:
                self._settle()
            if self._writing is None:
                self._write_soon()
            return
        own = is_own(scope["raw_path"], scope["headers"])
        given = None if response is None else answer(response, own)
        began, ended = scope[BEGAN] + self._shift, stopwatch() + self._shift
        exchange = Exchange(0, began, ended, *request_of(scope), given, *(body or _NO_BODY))
        self._add(exchange, number)

    def _add(self, exchange: Exchange, mark: int | None, *, waiting: bool = False) -> None:
        self._settle()
        name = "" if mark is None else f"{self._name}-{mark}"
        self._keep(Written(exchange.packed(), exchange.own, name, waiting))
        if self._writing is None:
            self._write_soon()

    def _settle(self) -> None:
        """Pack the exchanges that were kept as they were."""
        for scope, ended, moment, headers in self._recent:
            packed = packed_call(0, scope, ended, moment, headers, self._shift)
            self._keep(Written(packed, is_console(scope["headers"])))
        self._recent.clear()

    def _keep(self, written: Written) -> None:
        """Put it on the list; of very many the oldest are left out, which would not be kept."""
        if len(self._pending) == self._pending.maxlen:
            self._skipped += 1
        self._pending.append(written)

    def _write_soon(self) -> None:
        self.start()
        self._writing = asyncio.create_task(self._write_later())

    async def _write_later(self) -> None:
        try:
            await asyncio.sleep(self._store.pause)
            while self._pending or self._recent:
                try:
                    await self.write_pending()
                except StoreError:  # they are kept until it is back, as many as have space
                    await asyncio.sleep(_RETRY_SECONDS)
        finally:
            self._writing = None

    async def write_pending(self) -> None:
        """Write what is on the list.

        Raises:
            StoreError: the store cannot be reached.
        """
        async with self._one_writes:
            self._settle()
            exchanges, skipped = [*self._pending], self._skipped
            self._pending.clear()
            self._skipped = 0
            if not exchanges and not skipped:
                return
            try:
                await self._store.write(exchanges, skipped)
            except StoreError:
                later = [*self._pending]
                self._pending.clear()
                self._skipped += skipped
                for one in (*exchanges, *later):
                    self._keep(one)
                raise

    def close(self) -> None:
        """Write what is on the list, once the process and its loop have come to their end."""
        with suppress(StoreError, TimeoutError, RuntimeError):
            asyncio.run(asyncio.wait_for(self.write_pending(), _LAST_SECONDS))

    async def _all_have_written(self) -> None:
        await self.write_pending()
        await self._store.settle()

    async def numbers(self) -> Numbers:
        """Return how far the numbers go."""
        return Numbers(*await self._store.counts())

    async def newest_first(self, after: int = 0, own: bool = False) -> Iterable[Exchange]:
        """Return the exchanges numbered above ``after``; with ``own``, the console's as well.

        They are in the order in which they arrived: numbers are those in which they were written.
        """
        await self._all_have_written()
        kept = await self._store.read(after, own)
        found = (Exchange.unpacked(packed)._replace(number=number) for number, packed in kept)
        return sorted(found, key=lambda one: (one.began, one.number), reverse=True)

    async def find(self, number: int) -> Exchange | None:
        """Return the exchange with this number, or None if it is not kept."""
        found = await self.newest_first(number - 1, own=True)
        return next((one for one in found if one.number == number), None)

    async def clear(self, numbers: Collection[int] | None = None) -> None:
        """Forget the exchanges that are over: all, or those with one of ``numbers``."""
        await self._all_have_written()
        await self._store.remove(numbers)

    async def forget_workspace(self, workspace: str) -> None:
        """Forget what one workspace has asked, also what is still to be answered."""
        found = await self.newest_first()
        await self._store.remove([one.number for one in found if one.workspace == workspace])
