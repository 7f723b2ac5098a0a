"""Connections to the implementation that the proxy stands before."""

import asyncio
import ssl
from collections import deque
from urllib.parse import urlsplit

import h11

from contracts.proxy.wire import ClosedError, End

__all__ = ["LateError", "Upstream"]

_CONNECT_SECONDS = 10.0
_IDLE = 64  # connections that are kept for later requests


class LateError(ClosedError):
    """The upstream did not answer in time."""


class Upstream:
    """Opens connections to ``url``, and keeps those that can be used again.

    ``host`` is what a request's Host header has to say, ``prefix`` what its path begins with.
    """

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        self.origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.host = parts.netloc.rpartition("@")[2].encode()
        self.prefix = parts.path.rstrip("/").encode()
        self._name, self._port = parts.hostname or "", parts.port or (443 if secure else 80)
        self._tls = (tls or ssl.create_default_context()) if secure else None
        self._idle: deque[End] = deque()

    async def connection(self, *, fresh: bool = False) -> tuple[End, bool]:
        """Return a connection, and whether it was used before.

        Raises:
            ClosedError: nobody listens there.
            LateError: nobody answers there.
        """
        while self._idle and not fresh:
            end = self._idle.pop()
            if not end.is_closing:
                return end, True
            end.close()
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(
                    self._name, self._port, ssl=self._tls
                )
        except TimeoutError:
            raise LateError("no connection could be made in time") from None
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise ClosedError(f"no connection could be made: {why}") from None
        return End(reader, writer, h11.CLIENT), False

    def give_back(self, end: End) -> None:
        """Keep a connection for the next request, where it can be used again."""
        if not end.is_closing and len(self._idle) < _IDLE and end.reuse():
            self._idle.append(end)
        else:
            end.close()

    def close(self) -> None:
        """Close what is kept."""
        while self._idle:
            self._idle.pop().close()
