"""The journal: the latest exchanges with the mock, kept in memory.

What happens while a request is answered is a few stores to one object: nothing is copied, decoded
or judged before somebody asks to see it. A call's body is not even kept: it is a function of the
request and the moment, and can be had again. The console's own traffic is kept apart, so that it
never pushes out what an application has asked.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .responses import EXCHANGE, Response
from .simulation.clock import real, stopwatch

__all__ = ["CONSOLE_HEADER", "Exchange", "Journal", "Recorder"]

CONSOLE_HEADER = (b"x-mock-console", b"1")
"""What the console's requests carry."""

_OWN_PATHS = (b"/_mock/", b"/console/", b"/docs", b"/healthz", b"/openapi.", b"/favicon.ico")
_MOST_OWN = 100
_MOST_REQUEST_BYTES = 8 * 1024
_BODY_PATIENCE_SECONDS = 1.0
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})

_RawHeaders = list[tuple[bytes, bytes]]


class Exchange:
    """One request and what has been answered so far.

    ``began`` and ``ended`` are readings of the stopwatch; ``ended`` is None while the answer is on
    its way. ``own`` are requests of the console, or for the mock's own pages. ``start`` is the
    message that opened the response, None before it. ``body`` is the response's, or None for a
    call's, which depends on the ``moment`` of the mock's clock alone; ``size`` is its length.
    """

    __slots__ = (
        "began", "body", "ended", "headers", "method", "moment", "number", "own", "path", "query",
        "request_body", "request_size", "size", "start",
    )  # fmt: skip

    def __init__(self, number: int, scope: Scope, own: bool) -> None:
        self.number, self.own, self.began = number, own, stopwatch()
        self.method: str = scope["method"]
        self.path: bytes = scope["raw_path"]
        self.query: bytes = scope["query_string"]
        self.headers: _RawHeaders = scope["headers"]
        self.ended: float | None = None
        self.start: Message | None = None
        self.body: bytes | None = None
        self.request_size = 0

    def answer(self, start: Message, response: Response) -> None:
        """Note what is being sent; headers that others add to ``start`` are noted with it."""
        self.start, self.size, self.moment = start, len(response.body), response.moment
        if response.moment is None and not self.own:
            self.body = response.body

    async def read_body(self, receive: Receive) -> Receive:
        """Keep the beginning of the request's body; return a ``receive`` that still has it all."""
        messages: deque[Message] = deque()
        with suppress(TimeoutError):  # a client may take its time over the rest
            async with asyncio.timeout(_BODY_PATIENCE_SECONDS):
                more = True
                while more and self.request_size <= _MOST_REQUEST_BYTES:
                    message = await receive()
                    messages.append(message)
                    self.request_size += len(message.get("body", b""))
                    more = message.get("more_body", False)
        body = b"".join(message.get("body", b"") for message in messages)
        self.request_body = body[:_MOST_REQUEST_BYTES]

        async def replay() -> Message:
            return messages.popleft() if messages else await receive()

        return replay


class Journal:
    """The latest ``size`` exchanges of applications, and some of the console's own.

    Exchanges are numbered from 1 in the order of their arrival. ``started`` is the instant, in UTC
    Unix seconds, from which the numbers count; ``cleared`` is the number up to which exchanges
    have been forgotten on request.
    """

    def __init__(self, size: int) -> None:
        self.size, self.started, self._began = size, real(), stopwatch()
        self.latest = self.cleared = 0
        self._exchanges: deque[Exchange] = deque(maxlen=size)
        self._own: deque[Exchange] = deque(maxlen=min(size, _MOST_OWN))

    def arrived(self, exchange: Exchange) -> float:
        """Return when the exchange's request arrived, in UTC Unix seconds."""
        return self.started + exchange.began - self._began

    def begin(self, scope: Scope) -> Exchange:
        """Enter a request that has just arrived."""
        self.latest = number = self.latest + 1
        path: bytes = scope["raw_path"]
        own = CONSOLE_HEADER in scope["headers"] or path == b"/" or path.startswith(_OWN_PATHS)
        exchange = Exchange(number, scope, own)
        (self._own if own else self._exchanges).append(exchange)
        return exchange

    def newest_first(self, after: int = 0, own: bool = False) -> Iterator[Exchange]:
        """Yield the exchanges numbered above ``after``; with ``own``, the console's as well."""
        entries: list[Exchange] = [*self._exchanges]
        if own:
            entries = sorted([*entries, *self._own], key=lambda exchange: exchange.number)
        for exchange in reversed(entries):
            if exchange.number <= after:
                return
            yield exchange

    def find(self, number: int) -> Exchange | None:
        """Return the exchange with this number, or None if it is not kept."""
        return next(
            (e for e in self.newest_first(number - 1, own=True) if e.number == number), None
        )

    def clear(self) -> None:
        """Forget every exchange."""
        self._exchanges.clear()
        self._own.clear()
        self.cleared = self.latest


class Recorder:
    """Enters each request into the journal."""

    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        self._app, self._journal = app, journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        exchange = scope[EXCHANGE] = self._journal.begin(scope)
        try:
            if exchange.method not in _WITHOUT_BODY:
                receive = await exchange.read_body(receive)
            await self._app(scope, receive, send)
        finally:
            exchange.ended = stopwatch()
