"""The connections to a target: one request over a kept or a fresh one, and its answer."""

from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from contracts.asking.network import Deadline, certificates, connecting
from contracts.asking.pace import Clock
from contracts.asking.proxy import Proxy
from contracts.asking.reading import Reading, UnsendableError, tolerate
from contracts.asking.surplus import Surplus
from contracts.settings import Settings
from contracts.traffic.exchange import Exchange, Request

__all__ = ["Connections"]


class Connections:
    """Sends requests to ``origin``. ``transport`` stands in for the network in tests."""

    def __init__(
        self,
        settings: Settings,
        origin: str,
        proxy: Proxy | None,
        clock: Clock,
        surplus: Surplus,
        transport: httpx2.BaseTransport | None,
    ) -> None:
        self._timeout, self._origin, self._proxy = settings.timeout, origin, proxy
        self._clock, self._surplus, self._transport = clock, surplus, transport
        self._deadline = Deadline(clock.monotonic)
        self._certificates = None if transport else certificates(settings, proxy)
        self._kept, self._fresh = self._client(keep=True), self._client(keep=False)
        self._idle = False  # whether a connection may be kept

    def _client(self, *, keep: bool) -> httpx2.Client:
        way = self._transport
        if self._certificates:
            way = connecting(self._certificates, self._proxy, self._deadline, keep=keep)
        return httpx2.Client(
            transport=way,
            trust_env=False,  # nor a .netrc: what is sent is what the options say
            timeout=httpx2.Timeout(self._timeout, pool=None),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # each request on its own
            event_hooks={"response": [tolerate]},
        )

    def close(self) -> None:
        """Close every connection."""
        self._kept.close()
        self._fresh.close()

    def close_idle(self) -> None:
        """Close the kept connection: some servers take the next one only after its end."""
        if self._idle:
            self._kept.close()
            self._kept = self._client(keep=True)
            self._idle = False

    def send(self, request: Request, *, fresh: bool) -> Exchange:
        """Return what comes of one request; ``fresh`` takes a connection of its own.

        Raises:
            UnsendableError: where HTTP does not allow the request.

        """
        opened: list[str] = []

        def trace(event: str, _: object) -> None:
            if event == "connection.connect_tcp.started":
                opened.append(event)

        client = self._fresh if fresh else self._kept
        self._idle = self._idle or not fresh
        try:
            built = client.build_request(
                request.method,
                httpx2.URL(self._origin).copy_with(raw_path=request.target.encode("ascii")),
                headers=[(name.encode(), value.encode()) for name, value in request.headers],
                content=request.content.encode() if request.content else None,
                extensions={"trace": trace},
            )
        except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
            raise UnsendableError(str(error)) from None
        self._deadline.start(self._timeout)
        through = self._proxy.shown if self._proxy else ""
        reading = Reading(request, self._clock, self._timeout, through)
        read = partial(reading.read, client, built)
        return read() if fresh else self._surplus.around(read, lambda: reading.stream, opened)
