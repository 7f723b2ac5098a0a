"""What is answered where there is nothing to show."""

from contracts.judging.bodies import parse
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.leaks import leak
from contracts.judging.results import Level
from contracts.traffic.exchange import Exchange

__all__ = ["body", "no_leak", "unknown_room"]


def unknown_room(history: History) -> Finding:
    """A room that does not exist answers 404; another 4xx is only unusual."""
    breaches = list(history.strays.breaches.get("absence.unknown-room", []))
    made_up = [one.exchange for one in history.probes.values() if one.exchange.mark == "absent"]
    for one in made_up:
        if one.status != 404:
            level: Level | None = "should" if 400 <= one.status < 500 else None
            breaches.append(Breach("404", one.told, request=one.request, level=level))
    return judged(breaches, bool(made_up), "no request for a made-up room was seen")


def body(history: History) -> Finding:
    """The 404 carries an error body of a known shape."""
    missing = [one for one in history.missing if one.status == 404]
    breaches = []
    for one in missing:
        if not _is_known(history, one):
            start = one.content[:120].decode("utf-8", "replace") or "an empty body"
            words = 'JSON with {"error": {"code", "message"}}, "message" or "error"'
            breaches.append(Breach(words, start, request=one.request, cause=words))
    return judged(breaches, bool(missing), "no 404 was seen")


def _is_known(history: History, exchange: Exchange) -> bool:
    found = parse(exchange.content).body
    if not isinstance(found, dict):
        return False
    if history.is_error_envelope(found):
        return True
    if isinstance(found.get("message"), str) or isinstance(found.get("error"), str):
        return True
    # Problem details, RFC 9457.
    return "problem+json" in exchange.headers.get("content-type", "") and (
        isinstance(found.get("title"), str) or isinstance(found.get("detail"), str)
    )


def no_leak(history: History) -> Finding:
    """No error body shows the inside of the server."""
    words = "an error that tells the client's part only"
    # The same leak comes with many requests; the first of them is enough to see it.
    distinct: dict[str, Breach] = {}
    for one in history.errors:
        found = leak(one)
        if found:
            distinct.setdefault(found, Breach(words, found, request=one.request))
    return judged(distinct.values(), bool(history.errors), "no error was seen")
