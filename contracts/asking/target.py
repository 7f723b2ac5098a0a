"""The implementation under verification, as requests go to it."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.request import getproxies

import httpx2

from contracts.asking.connections import Connections
from contracts.asking.limits import shown_rate, wait_after
from contracts.asking.pace import Budget, Clock, Pace
from contracts.asking.proxy import find_proxy
from contracts.asking.surplus import Surplus
from contracts.contract import CALL, Operation, operations
from contracts.judging.findings import LimitedError
from contracts.settings import Settings
from contracts.traffic.address import Address, scheme_and_token
from contracts.traffic.curl import curl
from contracts.traffic.exchange import DEFAULT_HEADERS, Exchange, Request
from contracts.traffic.secrets import Secrets
from openapi import Rate
from openapi.operations import JSON

__all__ = ["Target"]

_REFUSALS = 7  # answers of 429 in a row, after which a request is given up
_LONGEST_WAIT = 300.0  # seconds that one 429 may ask for
_HOPS = 3


class Target:
    """Sends requests within budget and pace; a 429 is waited for and never returned.

    ``url`` is the base URL without user info, ``origin`` its scheme, host and port.
    ``progress`` is told the number of requests sent after each one, ``waiting`` for how many
    seconds a rate limit is waited for, ``refused`` each 429, ``exchanged`` everything that goes
    over the wire, ``surplus`` each answer that more bytes followed. All of them may be called from
    any thread. ``transport`` stands in for the network in tests.
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
        exchanged: Callable[[Exchange], None] = lambda _: None,
        surplus: Callable[[Exchange], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._operation = Operation.load()
        self._address = Address.of(settings.base_url)
        self.origin = self._address.origin
        self.url = self.origin + self._address.prefix
        self.budget = budget
        self.clock = clock or Clock()
        rate = settings.rate_limit if isinstance(settings.rate_limit, Rate) else None
        self._pace = Pace(rate, self.clock, waiting, settings.within)
        self._progress = progress
        self._refused = refused
        self._exchanged = exchanged
        self._followed: dict[Request, int] = {}  # redirects, by the request that began them
        self.proxy = None if transport else find_proxy(settings.base_url, settings.proxy)
        self.secrets = self._secrets()
        self._connections = Connections(
            settings, self.origin, self.proxy, self.clock, Surplus(surplus), transport
        )
        self.close = self._connections.close

    def _secrets(self) -> Secrets:
        given = self._settings
        proxy = self.proxy.address if self.proxy else None
        if given.auth_header is None:
            key = ("API_KEY", given.api_key) if given.api_key is not None else None
            return self._address.secrets(given.headers, key, proxy)
        _, value = given.auth_header
        scheme, token = scheme_and_token(value)
        key = ("AUTH_TOKEN", token) if scheme else ("AUTH_HEADER", value)
        # Cookies may come back one by one.
        cookies = [given.auth_header] if given.auth_header[0].lower() == "cookie" else []
        return self._address.secrets((*given.headers, *cookies), key, proxy)

    @property
    def fitting(self) -> float:
        """How many more requests fit into ``--within``, as far as a rate is known."""
        return self._pace.fitting

    def begin(self) -> None:
        """Count the time of ``--within`` from now on."""
        self._pace.begin()

    def worked(self) -> float:
        """Return monotonic seconds that stand still while a rate limit is waited for."""
        return self.clock.monotonic() - self._pace.waited

    def request(
        self,
        path_segment: str = "",
        *,
        of: str = CALL,
        method: str | None = None,
        query: str = "",
        workspace: str | None = None,
        key: str | None = None,
        without: tuple[str, ...] = (),
        extra: tuple[tuple[str, str], ...] = (),
        content: str = "",
    ) -> Request:
        """Return a request for the room in ``path_segment``, which is percent-encoded.

        ``of`` names the operation, whose own method is taken where none is given. ``workspace``
        and ``key`` replace the right ones; header names in ``without`` are left out; ``extra``
        headers come on top. ``query`` is percent-encoded, without ``?``; ``content`` is JSON.
        """
        operation, asked = self._operation, operations()[of]
        credential = self._settings.credential
        workspace_id = self._settings.workspace_id if workspace is None else workspace
        headers = dict(DEFAULT_HEADERS)
        if self._address.authorization:
            headers["authorization"] = self._address.authorization
        headers |= {name.lower(): value for name, value in self._settings.headers}
        headers[operation.workspace_header] = workspace_id
        if credential:
            headers[credential[0].lower()] = credential[1] if key is None else key
        if content:
            headers["content-type"] = JSON
        headers |= {name.lower(): value for name, value in extra}
        kept = tuple((name, value) for name, value in headers.items() if name not in without)
        path = asked.path.expand({operation.parameter: path_segment})
        target = self._address.prefix + path + (f"?{query}" if query else "")
        return Request(method or asked.method, target, kept, content)

    def curl(self, request: Request) -> str:
        """Return a command that sends the request again, without a secret in it."""
        settings = self._settings
        options = " --insecure" if settings.insecure else ""
        for name, path in (("cacert", settings.ca), ("cert", settings.cert)):
            options += f" --{name} {shlex.quote(str(path))}" if path else ""
        if self.proxy:
            options += self.proxy.curl
        elif getproxies():
            options += " --noproxy '*'"
        # No more than were followed: the next one may lead to another host, with the key.
        if hops := self._followed.get(request):
            options += f" -L --max-redirs {hops}"
        return curl(request, self.origin, self.secrets, options=options)

    def send(self, request: Request, *, fresh: bool = False) -> Exchange:
        """Return the exchange, wherever a redirect within the origin leads to.

        ``fresh`` takes a new connection, so that a drop can only be the server's doing.

        Raises:
            BudgetError: where the profile's requests are spent.
            LimitedError: where 429 is all that comes.
            UnsendableError: where HTTP does not allow the request.

        """
        if fresh:
            self._connections.close_idle()
        exchange = self._answer(request, fresh)
        redirects: list[Mapping[str, str]] = []
        while len(redirects) < _HOPS and (onward := self._onward(exchange)):
            redirects.append(exchange.headers)
            exchange = self._answer(replace(request, target=onward), fresh)
            self._followed[request] = len(redirects)
        landed = exchange.request.target
        return replace(exchange, request=request, landed=landed, redirects=tuple(redirects))

    def _onward(self, exchange: Exchange) -> str:
        """Return where a redirect leads to within the origin, else an empty text."""
        origin, target = self._redirect(exchange)
        # 307 and 308 keep the method; after the others, clients go on with GET (RFC 9110, 15.4).
        kept = exchange.status in (307, 308) or exchange.request.method in ("GET", "HEAD")
        return target if kept and origin == self.origin else ""

    def asked(self, exchange: Exchange) -> str:
        """Return the URL that an answer came from."""
        return self.origin + (exchange.landed or exchange.request.target)

    def elsewhere(self, exchange: Exchange) -> str:
        """Return the origin that an answer redirects to, empty where it is the target's own."""
        origin, _ = self._redirect(exchange)
        return origin if origin != self.origin else ""

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
            seconds = wait_after(exchange, attempt)
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
        exchange = self._connections.send(request, fresh=fresh)
        if self._settings.rate_limit == "auto" and (rate := shown_rate(exchange)):
            self._pace.learn(rate)
        self._exchanged(exchange)
        self._progress(self.budget.spent)
        return exchange
