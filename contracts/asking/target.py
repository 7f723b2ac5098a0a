"""The implementation under verification, as requests go to it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from contracts.asking.pace import Budget, Clock, Pace
from contracts.asking.reading import Reading, UnsendableError, tolerate
from contracts.asking.surplus import Surplus
from contracts.contract import Operation
from contracts.judging.findings import LimitedError
from contracts.settings import Settings
from contracts.traffic.address import Address
from contracts.traffic.curl import curl
from contracts.traffic.exchange import DEFAULT_HEADERS, Exchange, Request, http_date
from openapi import Rate

__all__ = ["Target"]

_REFUSALS = 7  # answers of 429 in a row, after which a request is given up
_LONGEST_WAIT = 300.0  # seconds that one 429 may ask for
_HOPS = 3


class Target:
    """Sends requests within budget and pace; a 429 is waited for and never returned.

    ``progress`` is told the number of requests sent after each one, ``waiting`` for how many
    seconds a rate limit is waited for, ``refused`` each 429, ``surplus`` each answer that more
    bytes followed. All of them may be called from any thread. ``transport`` stands in for the
    network in tests.
    """

    def __init__(
        self,
        settings: Settings,
        budget: Budget,
        *,
        clock: Clock | None = None,
        transport: httpx2.BaseTransport | None = None,
        progress: Callable[[int], None] = lambda _: None,
        waiting: Callable[[float], None] = lambda _: None,
        refused: Callable[[Exchange], None] = lambda _: None,
        surplus: Callable[[Exchange], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._operation = Operation.load()
        self._address = Address.of(settings.base_url)
        self.budget = budget
        self.clock = clock or Clock()
        rate = settings.rate_limit if isinstance(settings.rate_limit, Rate) else None
        self._pace = Pace(rate, self.clock, waiting)
        self._progress = progress
        self._refused = refused
        self._surplus = Surplus(surplus)
        self.secrets = self._address.secrets(settings.headers, settings.api_key)
        secure = self._address.origin.startswith("https:") and not settings.insecure
        self._verify = httpx2.create_ssl_context(verify=secure)
        self._transport = transport
        self._kept, self._fresh = self._client(keep=True), self._client(keep=False)
        self._idle = False  # whether a connection may be kept

    @property
    def url(self) -> str:
        """The base URL without user info."""
        return self._address.origin + self._address.prefix

    def worked(self) -> float:
        """Return monotonic seconds that stand still while a rate limit is waited for."""
        return self.clock.monotonic() - self._pace.waited

    def close(self) -> None:
        """Close every connection."""
        self._kept.close()
        self._fresh.close()

    def _client(self, *, keep: bool) -> httpx2.Client:
        # Servers close idle connections after two seconds or more; a second is safe to reuse.
        limits = httpx2.Limits(max_keepalive_connections=None if keep else 0, keepalive_expiry=1.0)
        timeout = httpx2.Timeout(self._settings.timeout, pool=None)
        return httpx2.Client(
            transport=self._transport,
            limits=limits,
            verify=self._verify,
            timeout=timeout,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # each request on its own
            event_hooks={"response": [tolerate]},
        )

    def request(
        self,
        path_segment: str,
        *,
        method: str = "GET",
        query: str = "",
        workspace: str | None = None,
        key: str | None = None,
        without: tuple[str, ...] = (),
        extra: tuple[tuple[str, str], ...] = (),
    ) -> Request:
        """Return a request for the room in ``path_segment``, which is percent-encoded.

        ``workspace`` and ``key`` replace the right ones; header names in ``without`` are left
        out; ``extra`` headers come on top. ``query`` is percent-encoded, without ``?``.
        """
        operation = self._operation
        right_key = self._settings.api_key
        workspace_id = self._settings.workspace_id if workspace is None else workspace
        headers = dict(DEFAULT_HEADERS)
        if self._address.authorization:
            headers["authorization"] = self._address.authorization
        headers |= {name.lower(): value for name, value in self._settings.headers}
        headers[operation.workspace_header] = workspace_id
        if key is not None or right_key is not None:
            headers[operation.key_header] = right_key or "" if key is None else key
        headers |= {name.lower(): value for name, value in extra}
        kept = tuple((name, value) for name, value in headers.items() if name not in without)
        path = operation.path.expand({operation.parameter: path_segment})
        return Request(method, self._address.prefix + path + (f"?{query}" if query else ""), kept)

    def curl(self, request: Request) -> str:
        """Return a command that sends the request again, without a secret in it."""
        options = " --insecure" if self._settings.insecure else ""
        return curl(request, self._address.origin, self.secrets, options=options)

    def send(self, request: Request, *, fresh: bool = False) -> Exchange:
        """Return the exchange, wherever a redirect within the origin leads to.

        ``fresh`` takes a new connection, so that a drop can only be the server's doing.

        Raises:
            BudgetError: where the profile's requests are spent.
            LimitedError: where 429 is all that comes.
            UnsendableError: where HTTP does not allow the request.

        """
        if fresh:
            self._close_idle()
        exchange = self._answer(request, fresh)
        redirects: list[Mapping[str, str]] = []
        while len(redirects) < _HOPS and (onward := self._onward(exchange)):
            redirects.append(exchange.headers)
            exchange = self._answer(replace(request, target=onward), fresh)
        landed = exchange.request.target
        return replace(exchange, request=request, landed=landed, redirects=tuple(redirects))

    def _close_idle(self) -> None:
        """Close the kept connection: some servers take the next one only after its end."""
        if self._idle:
            self._kept.close()
            self._kept = self._client(keep=True)
            self._idle = False

    def _onward(self, exchange: Exchange) -> str:
        """Return where a redirect leads to within the origin, else an empty text."""
        origin, target = self._redirect(exchange)
        # 307 and 308 keep the method; after the others, clients go on with GET (RFC 9110, 15.4).
        kept = exchange.status in (307, 308) or exchange.request.method in ("GET", "HEAD")
        return target if kept and origin == self._address.origin else ""

    def elsewhere(self, exchange: Exchange) -> str:
        """Return the origin that an answer redirects to, empty where it is the target's own."""
        origin, _ = self._redirect(exchange)
        return origin if origin != self._address.origin else ""

    def _redirect(self, exchange: Exchange) -> tuple[str, str]:
        location = exchange.headers.get("location")
        if not location or not 300 < exchange.status < 400:
            return "", ""
        return self._address.onward(exchange.request.target, location)

    def _answer(self, request: Request, fresh: bool) -> Exchange:
        """Return the first answer that is no 429, waiting in between."""
        for attempt in range(_REFUSALS):
            exchange = self._attempt(request, fresh)
            if exchange.status != 429:
                return exchange
            self._refused(exchange)
            if self._settings.rate_limit == "none":
                raise LimitedError("the target answered 429, and --rate-limit none forbids to wait")
            seconds = _wait(exchange, attempt)
            if seconds > _LONGEST_WAIT:
                raise LimitedError(f"the target answered 429 and wants a wait of {seconds:.0f} s")
            self._pace.hold(seconds)
        raise LimitedError(f"the target answered 429 to {_REFUSALS} attempts in a row")

    def _attempt(self, request: Request, fresh: bool) -> Exchange:
        """Send once. If a used connection was closed already, or is out of step, send once more."""
        exchange = self._sent(request, fresh)
        if exchange.reused and exchange.fault in ("dropped", "garbled"):
            exchange = self._sent(request, fresh=True)
        return exchange

    def _sent(self, request: Request, fresh: bool) -> Exchange:
        self._pace.wait()
        self.budget.spend()
        opened: list[str] = []

        def trace(event: str, _: object) -> None:
            if event == "connection.connect_tcp.started":
                opened.append(event)

        client = self._fresh if fresh else self._kept
        self._idle = self._idle or not fresh
        try:
            built = client.build_request(
                request.method,
                httpx2.URL(self._address.origin).copy_with(raw_path=request.target.encode("ascii")),
                headers=[(name.encode(), value.encode()) for name, value in request.headers],
                extensions={"trace": trace},
            )
        except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
            raise UnsendableError(str(error)) from None
        reading = Reading(request, self.clock, self._settings.timeout)
        read = partial(reading.read, client, built)
        exchange = read() if fresh else self._surplus.around(read, lambda: reading.stream, opened)
        self._progress(self.budget.spent)
        return exchange


def _wait(exchange: Exchange, attempt: int) -> float:
    """Return the seconds to wait after a 429: what it asks for, and more after the first.

    A Retry-After of whole seconds may end a moment too early; a date is by the server's clock.
    Source: RFC 9110, 10.2.3.
    """
    text = exchange.headers.get("retry-after", "").strip()
    growing = 2.0**attempt
    least = growing if attempt else 0.0
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return max(float(text), least)
    until, now = (http_date(exchange.headers, name) for name in ("retry-after", "date"))
    return max((until - (now or exchange.at)).total_seconds(), least) if until else growing
