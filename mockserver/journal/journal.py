"""The journal: the latest exchanges with the mock, kept in memory.

While a request is answered, it is only put on a list. Now and then the list is packed, each
exchange into one piece of bytes: 450 bytes for a request with eight headers, instead of 1,750 for
its objects. Nothing is decoded or judged before somebody asks to see it. A call's body is not kept:
it follows from the request and the moment. The console's own traffic is kept apart, so that it
never pushes out what an application has asked.
"""

from collections import deque
from collections.abc import Collection, Iterable
from itertools import takewhile

from starlette.types import Scope

from mockserver.http.delivery import BEGAN
from mockserver.http.own import is_console, is_own
from mockserver.http.request_body import RequestBody
from mockserver.http.responses import Headers, Response
from mockserver.journal.exchange import Exchange, answer, packed_call, request_of
from mockserver.journal.records import Numbers
from mockserver.simulation.clock import real, stopwatch

__all__ = ["Journal"]

_MOST_OWN = 100
_NO_BODY = RequestBody(b"", 0)
# So many are packed at a time.
_BATCH = 32


class Journal:
    """The latest ``size`` exchanges of applications, and some of the console's own.

    It is the ``Recorder`` that delivery tells of each exchange. Exchanges are numbered from 1.
    ``started`` is the instant, in UTC Unix seconds, from which the numbers count; ``cleared`` is
    the number up to which exchanges were forgotten on request.
    """

    early = False

    def __init__(self, size: int) -> None:
        self.size, self.started, self._began = size, real(), stopwatch()
        self.latest = self.cleared = 0
        self._recent: list[tuple[Scope, float, float, Headers]] = []
        self._exchanges: deque[bytes] = deque(maxlen=size)
        self._own: deque[bytes] = deque(maxlen=min(size, _MOST_OWN))
        self._waiting: dict[int, Exchange] = {}
        self._forgotten: set[int] = set()  # of those that wait

    def arrived(self, exchange: Exchange) -> float:
        """Return when the exchange's request arrived, in UTC Unix seconds."""
        return self.started + exchange.began - self._began

    def begin(self, scope: Scope, body: RequestBody) -> int:
        """Note a request that is not answered at once, and return its number."""
        number = self._next()
        self._waiting[number] = Exchange(
            number, scope[BEGAN], None, *request_of(scope), None, *body
        )
        return number

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
            return
        number = number or self._next()
        self._waiting.pop(number, None)
        if number in self._forgotten:
            self._forgotten.remove(number)
            return
        own = is_own(scope["raw_path"], scope["headers"])
        given = None if response is None else answer(response, own)
        request = request_of(scope)
        exchange = Exchange(number, scope[BEGAN], stopwatch(), *request, given, *(body or _NO_BODY))
        (self._own if own else self._exchanges).append(exchange.packed())

    def _settle(self) -> None:
        """Number and pack the exchanges that were kept as they were."""
        for scope, ended, moment, headers in self._recent:
            self.latest += 1
            kept = self._own if is_console(scope["headers"]) else self._exchanges
            kept.append(packed_call(self.latest, scope, ended, moment, headers))
        self._recent.clear()

    def _next(self) -> int:
        self._settle()
        self.latest += 1
        return self.latest

    async def numbers(self) -> Numbers:
        """Return how far the numbers go."""
        self._settle()
        return Numbers(self.latest, self.cleared)

    async def newest_first(self, after: int = 0, own: bool = False) -> Iterable[Exchange]:
        """Return the exchanges numbered above ``after``; with ``own``, the console's as well."""
        self._settle()
        kept = [*self._exchanges, *(self._own if own else ())]
        # In the order of their ends, but for those that wait; and nobody waits for long.
        exchanges = map(Exchange.unpacked, kept)
        waiting = [exchange for exchange in self._waiting.values() if own or not exchange.own]
        found = sorted([*exchanges, *waiting], key=lambda one: one.number, reverse=True)
        return takewhile(lambda one: one.number > after, found)

    async def find(self, number: int) -> Exchange | None:
        """Return the exchange with this number, or None if it is not kept."""
        found = await self.newest_first(number - 1, own=True)
        return next((one for one in found if one.number == number), None)

    async def clear(self, numbers: Collection[int] | None = None) -> None:
        """Forget the exchanges that are over: all, or those with one of ``numbers``."""
        self._settle()
        if numbers is None:
            self._exchanges.clear()
            self._own.clear()
            self.cleared = self.latest
            return
        for kept in (self._exchanges, self._own):
            left = [packed for packed in kept if Exchange.unpacked(packed).number not in numbers]
            kept.clear()
            kept.extend(left)

    async def forget_workspace(self, workspace: str) -> None:
        """Forget what one workspace has asked, also what is still to be answered."""
        waiting = self._waiting.values()
        self._forgotten |= {one.number for one in waiting if one.workspace == workspace}
        found = await self.newest_first()
        await self.clear({one.number for one in found if one.workspace == workspace})
