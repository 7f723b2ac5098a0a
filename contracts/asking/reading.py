"""Reads one answer off the wire. What goes wrong there is part of the exchange."""

from dataclasses import replace

import httpx2

from contracts.asking.pace import Clock
from contracts.traffic.exchange import Exchange, Fault, Request

__all__ = ["Reading", "UnsendableError", "spare_location"]

_LARGEST = 8 * 1024 * 1024  # bytes of a body that are read; a call of an hour takes a tenth of it


class UnsendableError(ValueError):
    """The HTTP client refuses to put such a request on the wire."""


def spare_location(response: httpx2.Response) -> None:
    """Hide Location from the HTTP client: an invalid one is an error to it."""
    if "location" in response.headers:
        response.extensions["location"] = response.headers.pop("location")


class Reading:
    """Reads one answer to its end, its limit or its fault."""

    def __init__(self, request: Request, clock: Clock, timeout: float, proxy: str = "") -> None:
        """Take what is sent. ``timeout`` is for all of it; ``proxy`` is what it goes through."""
        self._exchange = Exchange(request, clock.monotonic(), 0.0, clock.now())
        self._clock = clock
        self._timeout = timeout
        self._proxy = proxy
        self._content = bytearray()

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
        late = f"no complete answer within {self._timeout:g} s"
        try:
            response = client.send(built, stream=True)
            try:
                return ("", "") if self._body(response) else ("timeout", late)
            finally:
                response.close()
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            return "unreachable", self._unconnected(str(error) or "no connection")
        except httpx2.ProxyError as error:
            return "unreachable", f"the proxy {self._proxy} answered {error}"
        except httpx2.TimeoutException:
            return "timeout", late
        except httpx2.DecodingError as error:
            coding = self._exchange.headers.get("content-encoding", "")
            return "undecodable", f"its Content-Encoding {coding!r} does not decode: {error}"
        except httpx2.LocalProtocolError as error:
            raise UnsendableError(str(error)) from None
        except (httpx2.TransportError, ValueError) as error:
            what = str(error) or type(error).__name__
            if self._exchange.status:
                return "incomplete", f"the connection closed within the body: {what}"
            return "dropped", f"the connection closed without an answer: {what}"

    def _unconnected(self, detail: str) -> str:
        # A certificate is the target's: the proxy was reached.
        if not self._proxy or "SSL" in detail:
            return detail
        return f"the proxy {self._proxy} cannot be reached: {detail}"

    def _body(self, response: httpx2.Response) -> bool:
        """Read the body; return False where it takes longer than the timeout in all."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        if "location" in response.extensions:
            headers["location"] = response.extensions["location"]
        self._exchange = replace(self._exchange, status=response.status_code, headers=headers)
        for chunk in response.iter_bytes():
            self._content += chunk
            if len(self._content) > _LARGEST:
                break
            if self._clock.monotonic() - self._exchange.sent > self._timeout:
                return False
        return True
