"""Looks for bytes that follow an answer: the next one on its connection begins with them."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from contracts.traffic.exchange import Exchange

__all__ = ["Stream", "Surplus"]

_SHOWN = 80  # bytes
_PATIENCE = 0.05  # seconds to read what has come already


class Stream(Protocol):
    """A connection, as the HTTP client gives it out."""

    def get_extra_info(self, info: str) -> object:
        """Return a property such as ``is_readable``."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes."""


class Surplus:
    """Remembers the last answer on a connection that is kept, and looks at what came after it.

    The client itself reports such bytes where they came with the answer (the next answer is then
    garbled), and drops the connection silently where they came later. ``found`` is told of the
    exchange that left them, with the fault ``surplus``. Where requests go out at once, nobody
    knows whose connection the next one takes: nothing is looked at.
    """

    def __init__(self, found: Callable[[Exchange], None]) -> None:
        self._found = found
        self._lock = threading.Lock()
        self._busy = 0
        self._last: tuple[Exchange, Stream | None] | None = None

    def around(
        self,
        read: Callable[[], Exchange],
        stream: Callable[[], Stream | None],
        opened: Sequence[str],
    ) -> Exchange:
        """Return what ``read`` returns, and look at what is left of the answer before it.

        ``stream`` returns the connection then, ``opened`` is not empty then if it is a new one.
        """
        last = self._begin()
        exchange = None
        try:
            exchange = replace(read(), reused=not opened)
        finally:
            self._end(exchange, stream())
        if exchange.reused and exchange.fault == "garbled":
            self._report(last or exchange, f"next on its connection, {exchange.detail}")
        return exchange

    def _begin(self) -> Exchange | None:
        """Return the answer before, where its connection may be used again."""
        with self._lock:
            self._busy += 1
            last, self._last = self._last, None
            if not last:
                return None
            if last[1] and (left := _waiting(last[1])) and not left.startswith(b"HTTP/"):
                self._report(last[0], f"after the answer came {left!r}")
            return last[0]

    def _end(self, exchange: Exchange | None, stream: Stream | None) -> None:
        with self._lock:
            self._busy -= 1
            alone = self._busy == 0 and exchange and exchange.status
            self._last = (exchange, stream) if alone and exchange else None

    def _report(self, exchange: Exchange, detail: str) -> None:
        self._found(replace(exchange, fault="surplus", detail=detail))


def _waiting(stream: Stream) -> bytes:
    """Return what can be read of an idle connection: nothing, as a rule.

    Nobody misses it: the client drops a connection on which more waits, or one that has ended.
    """
    with suppress(Exception):  # closed by now, one way or another
        if stream.get_extra_info("is_readable"):
            return stream.read(_SHOWN, timeout=_PATIENCE)
    return b""
