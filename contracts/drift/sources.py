"""Where pages come from: files, and URLs that are read within a limit of time and of size."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from contracts.asking.network import Deadline, connecting, trusted
from contracts.asking.pace import Clock
from contracts.asking.proxy import find_proxy
from contracts.asking.reading import Reading, UnsendableError, tolerate
from contracts.traffic.address import Address
from contracts.traffic.exchange import Exchange, Request

__all__ = ["Limits", "SourceError", "fetch", "is_url", "shown", "text_of"]

_HOPS = 5
_TOO_LARGE = "more than {} bytes (--max-bytes)"
_ACCEPTED = "text/markdown, text/mdx, text/plain, */*;q=0.5"


class SourceError(ValueError):
    """A page that cannot be had, in one line without its name."""


@dataclass(frozen=True)
class Limits:
    """For how many seconds a page may be waited for in all, and how many bytes it may have."""

    seconds: float
    size: int


def is_url(place: str) -> bool:
    """Return whether a page is named by a URL."""
    return place.lower().startswith(("http://", "https://"))


def shown(place: str) -> str:
    """Return how a page may be named in a report.

    A URL is named without user, query and fragment, a file from the current folder on if it is
    within.
    """
    if not is_url(place):
        return _near(Path(place)).as_posix()
    scheme, _, rest = place.partition("://")
    host, slash, path = rest.split("#")[0].split("?")[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _near(path: Path) -> Path:
    """Return a path from the current folder on, if it is within."""
    absolute = Path.cwd() / path
    within = absolute.is_relative_to(Path.cwd()) and ".." not in path.parts
    return absolute.relative_to(Path.cwd()) if within else path


def text_of(place: str, limits: Limits) -> str:
    """Return the text of a page, from a file or a URL.

    Raises:
        SourceError: it cannot be had, is too large, comes too late, or is no text.
    """
    content = fetch(place, limits) if is_url(place) else _file(place, limits)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"expected text in UTF-8, byte {error.start} is none") from None


def _file(place: str, limits: Limits) -> bytes:
    try:
        with Path(place).open("rb") as file:
            content = file.read(limits.size + 1)
    except (OSError, ValueError) as error:
        raise SourceError(getattr(error, "strerror", None) or str(error)) from None
    return _within(content, limits)


def _within(content: bytes, limits: Limits) -> bytes:
    if len(content) > limits.size:
        raise SourceError(_TOO_LARGE.format(limits.size))
    return content


def fetch(
    url: str,
    limits: Limits,
    *,
    clock: Clock | None = None,
    transport: httpx2.BaseTransport | None = None,
) -> bytes:
    """Return what a URL answers, wherever at most five redirects lead to.

    ``clock`` and ``transport`` stand in for time and network in tests.

    Raises:
        SourceError: no complete answer of 200 within the limits.
        UsageError: the environment names a proxy or certificates that cannot be used.
    """
    asking = _Asking(limits, clock or Clock(), transport)
    first, target = _parts(url)
    origin = first.origin
    for _ in range(_HOPS + 1):
        # Who was told a password in the URL is its host alone.
        exchange = asking.ask(origin, target, first.authorization if origin == first.origin else "")
        if not 300 < exchange.status < 400 or "location" not in exchange.headers:
            return _content(exchange, limits)
        origin, target = _onward(origin, target, exchange.headers["location"])
    raise SourceError(f"more than {_HOPS} redirects")


class _Asking:
    """Sends requests, all of them within one limit of time."""

    def __init__(
        self, limits: Limits, clock: Clock, transport: httpx2.BaseTransport | None
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._transport = transport
        self._deadline = Deadline(clock.monotonic)
        self._deadline.start(limits.seconds)

    def ask(self, origin: str, target: str, authorization: str) -> Exchange:
        """Return what came, whatever it is."""
        headers = [("accept", _ACCEPTED), ("user-agent", "active-calls-drift")]
        headers += [("authorization", authorization)] if authorization else []
        proxy = None if self._transport else find_proxy(origin, None)
        way = self._transport or connecting(
            trusted(origin.startswith("https:")), proxy, self._deadline, keep=False
        )
        seconds, size = self._limits.seconds, self._limits.size
        hooks = {"response": [tolerate]}
        request = Request("GET", target, tuple(headers))
        reading = Reading(request, self._clock, seconds, proxy.shown if proxy else "", size)
        try:
            with httpx2.Client(
                transport=way, trust_env=False, timeout=seconds, event_hooks=hooks
            ) as client:
                built = client.build_request("GET", origin + target, headers=headers)
                return reading.read(client, built)
        except (httpx2.InvalidURL, UnsendableError, UnicodeError) as error:
            raise SourceError(f"cannot be asked for: {error}") from None


def _parts(url: str) -> tuple[Address, str]:
    """Return where to ask, and the path and query to ask for."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise SourceError("is not a URL")
    address = Address.of(url)
    _, target = address.onward("/", url)
    return address, target if target.startswith("/") else f"/{target}"


def _onward(origin: str, target: str, location: str) -> tuple[str, str]:
    where, path = Address(origin, "").onward(target, location)
    if not is_url(where) or where in ("http://", "https://"):
        raise SourceError("redirects to what is no URL")
    if origin.startswith("https:") and not where.startswith("https:"):
        raise SourceError(f"redirects from https to {shown(where)}")
    return where, path or "/"


def _content(exchange: Exchange, limits: Limits) -> bytes:
    if exchange.fault == "oversized":
        raise SourceError(_TOO_LARGE.format(limits.size))
    if exchange.fault == "timeout":
        raise SourceError(f"no complete answer within {limits.seconds:g} s (--timeout)")
    if exchange.fault:
        raise SourceError(exchange.detail)
    if exchange.status != 200:
        raise SourceError(f"answered {exchange.status}, expected 200")
    return exchange.content
