"""Reads one answer off the wire. What goes wrong there is part of the exchange."""

from dataclasses import replace

import httpx2

from contracts.asking.pace import Clock
from contracts.asking.surplus import Stream
from contracts.traffic.exchange import Exchange, Fault, Request

__all__ = ["Reading", "UnsendableError", "tolerate"]

_LARGEST = 32 * 1024**2  # bytes of a body that are read; a call of an hour takes a megabyte


class UnsendableError(ValueError):
    """The HTTP client refuses to put such a request on the wire."""


def tolerate(response: httpx2.Response) -> None:
    """Spare the HTTP client what it does not take: an invalid Location, an old name of gzip."""
    if "location" in response.headers:
        response.extensions["location"] = response.headers.pop("location")
    codings = response.headers.get("content-encoding", "")
    if "x-gzip" in codings.lower():  # the same as gzip (RFC 9110, 8.4.1.3)
        response.headers["content-encoding"] = codings.lower().replace("x-gzip", "gzip")


class Reading:
    """Reads one answer to its end, its limit or its fault."""

    def __init__(
        self,
        request: Request,
        clock: Clock,
        timeout: float,
        proxy: str = "",
        largest: int = _LARGEST,
    ) -> None:
        """Take what is sent. ``timeout`` is for all of it; ``proxy`` is what it goes through.

        ``largest`` is how many bytes of the body are read at most.
        """
        self._exchange = Exchange(request, clock.monotonic(), 0.0, clock.now())
        self._clock = clock
        self._timeout = timeout
        self._proxy = proxy
        self._largest = largest
        self._content = bytearray()
        self.stream: Stream | None = None  # the connection on which the answer came

    def read(self, client: httpx2.Client, built: httpx2.Request) -> Exchange:
        """Send, and return what came; every failure of the network becomes a fault."""
        fault, detail = self._outcome(client, built)
        return replace(
            self._exchange,
            received=self._clock.monotonic(),
            at=self._clock.now(),
            content=bytes(self._content),
            fault=fault,
            detail=detail,
        )

    def _outcome(self, client: httpx2.Client, built: httpx2.Request) -> tuple[Fault, str]:
        try:
            response = client.send(built, stream=True)
            try:
                return self._body(response)
            finally:
                response.close()
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            return "unreachable", self._unconnected(str(error) or "no connection")
        except httpx2.ProxyError as error:
            return "unreachable", f"the proxy {self._proxy} answered {error}"
        except httpx2.TimeoutException:
            return self._late()
        except httpx2.DecodingError as error:
            coding = self._exchange.headers.get("content-encoding", "")
            return "undecodable", f"its Content-Encoding {coding!r} does not decode: {error}"
        except httpx2.LocalProtocolError as error:
            raise UnsendableError(str(error)) from None
        except (httpx2.TransportError, ValueError) as error:
            what = str(error) or type(error).__name__
            if self._exchange.status:
                return "incomplete", f"the connection closed within the body: {what}"
            if _is_garbled(error):
                return "garbled", f"what came is no answer of HTTP: {what}"
            return "dropped", f"the connection closed without an answer: {what}"

    def _unconnected(self, detail: str) -> str:
        # A certificate is the target's: the proxy was reached.
        if not self._proxy or "SSL" in detail:
            return detail
        return f"the proxy {self._proxy} cannot be reached: {detail}"

    def _late(self) -> tuple[Fault, str]:
        return "timeout", f"no complete answer within {self._timeout:g} s"

    def _body(self, response: httpx2.Response) -> tuple[Fault, str]:
        """Read the body; return what ends it before its end."""
        self.stream = response.extensions.get("network_stream")
        headers = {name.lower(): value for name, value in response.headers.items()}
        if "location" in response.extensions:
            headers["location"] = response.extensions["location"]
        self._exchange = replace(self._exchange, status=response.status_code, headers=headers)
        for chunk in response.iter_bytes():
            self._content += chunk
            if len(self._content) > self._largest:
                most = self._largest // 1024**2
                return "oversized", f"more than {most} MB, the most that is read of a body"
            if self._clock.monotonic() - self._exchange.sent > self._timeout:
                return self._late()
        return "", ""


def _is_garbled(error: Exception) -> bool:
    """Return whether bytes came that h11, the client's parser, does not understand."""
    cause: BaseException | None = error
    while cause and type(cause).__module__.split(".")[0] != "h11":
        cause = cause.__cause__ or cause.__context__  # the client hides it from tracebacks
    return cause is not None
