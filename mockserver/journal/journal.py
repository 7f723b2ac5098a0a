"""The journal: the latest exchanges with the mock, kept in memory.

While a request is answered, it is only put on a list. Now and then the list is flattened, each
request into one piece of bytes; nothing is decoded or judged before somebody asks to see it. (To
keep the objects as they are looks cheaper. But then hundreds of requests' objects stay, and freeing
them long after they have left the processor's cache costs more than all the rest.) A call's body
is not even kept: it is a function of the request and the moment, and can be had again. The
console's own traffic is kept apart, so that it never pushes out what an application has asked.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from marshal import dumps, loads
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope

from mockserver.simulation.clock import real, stopwatch

if TYPE_CHECKING:
    from mockserver.http.responses import Headers, Response

__all__ = ["ARRIVAL", "BODILESS", "CONSOLE_HEADER", "Answer", "Exchange", "Journal", "Noted"]

ARRIVAL = "active-calls.arrival"
"""Where a request's scope says which journal it belongs into, and when it began."""
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods of requests that have no body, or none that matters."""
CONSOLE_HEADER = (b"x-mock-console", b"1")
"""What the console's requests carry."""

_OWN_PATHS = (b"/_mock/", b"/console/", b"/docs", b"/healthz", b"/openapi.", b"/favicon.ico")
_MOST_OWN = 100
_MOST_REQUEST_BYTES = 8 * 1024
_BODY_PATIENCE_SECONDS = 1.0
# The first format that looks for no repetitions; looking takes longer than writing twice.
_FORMAT = 2
# So many at a time are flattened: in between other work, each alone takes a good deal longer.
_BATCH = 32

_RawHeaders = list[tuple[bytes, bytes]]
Answer = tuple[int, bytes, bytes, "Headers", int]
"""The fields of a response: status, body, media type, headers, missing bytes."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    ``began`` and ``ended`` are readings of the stopwatch; ``ended`` is None while the answer is on
    its way. ``answer`` has the response's fields, and is None where there is no response yet, or
    the client left before. For a call it is the reading of the mock's clock that the response shows
    instead, and ``marks`` are the headers of its own. ``body`` is the beginning of the request's,
    which was ``size`` bytes long.
    """

    number: int
    began: float
    ended: float | None
    method: str
    path: bytes
    query: bytes
    headers: _RawHeaders
    answer: Answer | float | None
    marks: "Headers"
    body: bytes = b""
    size: int = 0

    @property
    def own(self) -> bool:
        """Whether it is the console's request, or one for the mock's own pages."""
        return _is_own(self.path, self.headers)


def _is_own(path: bytes, headers: _RawHeaders) -> bool:
    return CONSOLE_HEADER in headers or path.startswith(_OWN_PATHS) or path == b"/"


def _flat(response: "Response", own: bool) -> Answer:
    status, body, missing = int(response.status), response.body, response.missing_bytes
    if own:  # the mock's own pages can be long, and nobody looks at them here
        body, missing = b"", len(body) + missing
    return status, body, response.media_type, response.headers, missing


@dataclass(frozen=True, slots=True)
class Noted:
    """A request that could not be answered and kept in one go: its number and its body."""

    number: int
    body: bytes = b""
    size: int = 0


class Journal:
    """The latest ``size`` exchanges of applications, and some of the console's own.

    Exchanges are numbered from 1. ``started`` is the instant, in UTC Unix seconds, from which the
    numbers count; ``cleared`` is the number up to which exchanges were forgotten on request.
    """

    def __init__(self, size: int) -> None:
        self.size, self.started, self._began = size, real(), stopwatch()
        self.latest = self.cleared = 0
        self._recent: list[tuple[Scope, float, float, float, Headers]] = []
        self._exchanges: deque[bytes] = deque(maxlen=size)
        self._own: deque[bytes] = deque(maxlen=min(size, _MOST_OWN))
        self._waiting: dict[int, Exchange] = {}

    def arrived(self, exchange: Exchange) -> float:
        """Return when the exchange's request arrived, in UTC Unix seconds."""
        return self.started + exchange.began - self._began

    async def note(self, scope: Scope, began: float, receive: Receive) -> Noted:
        """Note a request that has a body, or is going to wait; read the beginning of the body."""
        body, size = b"", 0
        if scope["method"] not in BODILESS:
            body, size = await _beginning(receive)
        number = self._next()
        self._waiting[number] = Exchange(
            number, began, None, scope["method"], scope["raw_path"], scope["query_string"],
            scope["headers"], None, (), body, size,
        )  # fmt: skip
        return Noted(number, body, size)

    def keep_call(self, scope: Scope, began: float, moment: float, marks: "Headers") -> None:
        """Keep a request without a body that a call was the answer to: the usual case."""
        recent = self._recent
        recent.append((scope, began, stopwatch(), moment, marks))
        if len(recent) == _BATCH:
            self._settle()

    def _settle(self) -> None:
        """Number and flatten the requests that were kept as they were."""
        number = self.latest
        for scope, began, ended, moment, marks in self._recent:
            number += 1
            headers = scope["headers"]
            fields = (
                number, began, ended, scope["method"], scope["raw_path"], scope["query_string"],
                headers, moment, marks,
            )  # fmt: skip
            kept = self._own if CONSOLE_HEADER in headers else self._exchanges
            kept.append(dumps(fields, _FORMAT))
        self.latest = number
        self._recent.clear()

    def _next(self) -> int:
        self._settle()
        self.latest += 1
        return self.latest

    def keep(
        self, scope: Scope, began: float, response: "Response | None", noted: Noted | None = None
    ) -> None:
        """Keep a request with the response that was sent, or None where the client had left."""
        noted = noted or Noted(self._next())
        self._waiting.pop(noted.number, None)
        path, headers = scope["raw_path"], scope["headers"]
        own = _is_own(path, headers)
        answer: Answer | float | None = None
        marks: Headers = ()
        if response is not None:
            marks = response.headers
            answer = _flat(response, own) if response.moment is None else response.moment
        fields = (
            noted.number, began, stopwatch(), scope["method"], path, scope["query_string"], headers,
            answer, marks, noted.body, noted.size,
        )  # fmt: skip
        (self._own if own else self._exchanges).append(dumps(fields, _FORMAT))

    def newest_first(self, after: int = 0, own: bool = False) -> Iterator[Exchange]:
        """Yield the exchanges numbered above ``after``; with ``own``, the console's as well."""
        self._settle()
        kept = [*self._exchanges, *(self._own if own else ())]
        # In the order of their ends, but for those that wait; and nobody waits for long.
        exchanges = [Exchange(*loads(fields)) for fields in kept]
        waiting = [exchange for exchange in self._waiting.values() if own or not exchange.own]
        for exchange in sorted([*exchanges, *waiting], key=lambda e: e.number, reverse=True):
            if exchange.number > after:
                yield exchange

    def find(self, number: int) -> Exchange | None:
        """Return the exchange with this number, or None if it is not kept."""
        return next(
            (e for e in self.newest_first(number - 1, own=True) if e.number == number), None
        )

    def clear(self) -> None:
        """Forget every exchange that is over."""
        self._settle()
        self._exchanges.clear()
        self._own.clear()
        self.cleared = self.latest


async def _beginning(receive: Receive) -> tuple[bytes, int]:
    """Read the beginning of a body, which nobody else does; return it, and how much was read."""
    body = bytearray()
    with suppress(TimeoutError):  # a client may take its time over the rest
        async with asyncio.timeout(_BODY_PATIENCE_SECONDS):
            more = True
            while more and len(body) <= _MOST_REQUEST_BYTES:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
    return bytes(body[:_MOST_REQUEST_BYTES]), len(body)
