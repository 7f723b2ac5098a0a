"""What HTTP itself asks of an answer: methods, caching, rate limits, codings, where it ends."""

import re
from collections.abc import Iterator, Mapping

from contracts.contract import READING
from contracts.judging.bodies import parse
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History, Probe
from contracts.judging.results import Level
from contracts.traffic.exchange import Exchange, http_date

__all__ = ["accepted_coding", "no_surplus", "not_cacheable", "retry_after", "unsupported"]

_ANSWERABLE = ("HEAD", "OPTIONS")  # may be answered like GET, and must not break
_FRESH = 5.0  # seconds


def unsupported(history: History) -> Finding:
    """Other methods answer 405 with Allow, or 404, and never break the server."""
    others = [one for one in history.probes.values() if not one.question.usual]
    breaches = (breach for one in others for breach in _answered(one))
    return judged(breaches, bool(others), "no other method was seen")


def _answered(probe: Probe) -> Iterator[Breach]:
    method, exchange = probe.question.method, probe.exchange
    words = f"405 with Allow, or 404, to {method}"
    if exchange.broken:
        # 501 says in so many words that the method is not implemented (RFC 9110, 15.6.2).
        level: Level | None = None if exchange.status == 501 else "must"
        if exchange.status != 501 or method not in _ANSWERABLE:
            received, cause = f"{exchange.told} to {method}", exchange.outcome
            yield Breach(words, received, request=exchange.request, level=level, cause=cause)
        return
    received = "" if method in _ANSWERABLE else _unlike_a_refusal(probe)
    if received:
        yield Breach(words, received, request=exchange.request, cause=received)


def _unlike_a_refusal(probe: Probe) -> str:
    exchange = probe.exchange
    if 200 <= exchange.status < 300 and probe.call:
        return f"{exchange.status} with call data"
    if exchange.status == 405 and "allow" not in exchange.headers:
        return "405 without Allow"
    return "" if exchange.status in (404, 405) else exchange.told


def not_cacheable(history: History) -> Finding:
    """A live call is not cacheable by everybody, nor for long."""
    seen = [one for one in history.observations if one.status == 200]
    words = "not public, nor fresh for more than 5 s"
    received = ((_cacheable(one.headers), one.room) for one in seen)
    breaches = [Breach(words, header, room) for header, room in received if header]
    for one in (answer for name in READING for answer in history.siblings.of(name)):
        header = _cacheable(one.exchange.headers) if one.status == 200 else ""
        if header:
            breaches.append(Breach(words, header, request=one.request, cause=header))
    return judged(breaches, bool(seen), "no room answered 200")


def _cacheable(headers: Mapping[str, str]) -> str:
    """Return the header that makes an answer cacheable by others or for long. RFC 9111, 4.2.1."""
    text = headers.get("cache-control", "")
    directives = {part.strip().lower() for part in text.split(",")}
    if directives & {"no-store", "no-cache"}:
        return ""
    ages = [
        float(found[1])
        for one in directives
        if (found := re.fullmatch(r'(?:s-maxage|max-age)="?(\d{1,9})"?', one))
    ]
    if "public" in directives or any(age > _FRESH for age in ages):
        return f"Cache-Control: {text}"
    if not ages and "expires" in headers and _lifetime(headers) > _FRESH:
        return f"Expires: {headers['expires']}"
    return ""


def _lifetime(headers: Mapping[str, str]) -> float:
    expires, date = (http_date(headers, name) for name in ("expires", "date"))
    # "Expires: 0" and its like: already stale.
    return (expires - date).total_seconds() if expires and date else 0.0


def retry_after(history: History) -> Finding:
    """A 429 says how long to wait."""
    breaches = [
        Breach("Retry-After with the 429", "no Retry-After", request=one.request)
        for one in history.limited
        if "retry-after" not in one.headers
    ]
    return judged(breaches, bool(history.limited), "no 429 was seen")


def no_surplus(history: History) -> Finding:
    """Nothing follows the end of an answer."""
    words = "nothing after the end of the answer"
    breaches = [
        Breach(words, one.detail, request=one.request)
        for one in history.surplus
        # Where a Content-Length cuts the call itself short, shape.json says so.
        if one.status != 200 or one.request.method == "HEAD" or not parse(one.content).error
    ]
    why_not = "no connection was used for two requests"
    return judged(breaches, history.reused, why_not)


def accepted_coding(history: History) -> Finding:
    """A body is only coded as the client said that it may be."""
    # A body that is said to be coded, and cannot be undone, is for shape.json to say.
    seen = [one for one in history.coded if one.mark != "hostile" and one.fault != "undecodable"]
    breaches = [breach for one in seen for breach in _not_accepted(one)]
    return judged(breaches, history.answered > 0, "no answer was seen")


def _not_accepted(exchange: Exchange) -> Iterator[Breach]:
    accept = exchange.request.header("accept-encoding")
    accepted = _codings(accept or "")
    for coding in _codings(exchange.headers["content-encoding"]) - {"identity"}:
        if accept is not None and not accepted & {coding, "*"}:
            received = f"Content-Encoding: {exchange.headers['content-encoding']}"
            yield Breach(f"a coding out of {accept!r}", received, request=exchange.request)


def _codings(text: str) -> set[str]:
    """Return the codings that a header names, without those of weight 0; x-gzip is gzip."""
    parts = [part.lower().replace(" ", "").partition(";q=") for part in text.split(",")]
    named = {coding for coding, _, weight in parts if not re.fullmatch(r"0(\.0*)?", weight)}
    return {one.removeprefix("x-") for one in named if one}
