"""Whether a room name can put a header into an answer."""

from collections.abc import Iterator

from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.question import headers_within
from contracts.traffic.exchange import Exchange

__all__ = ["injected"]


def injected(history: History) -> Finding:
    """No header of an answer, or of a redirect to it, is one that the request's path held."""
    breaches = (breach for one in history.broken_lines for breach in _reflected(one))
    why_not = "no room name with a line break in it was answered"
    return judged(breaches, bool(history.broken_lines), why_not)


def _reflected(exchange: Exchange) -> Iterator[Breach]:
    for name, value in headers_within(exchange.request):
        for headers in (exchange.headers, *exchange.redirects):
            if value in headers.get(name, ""):
                received = f"{name}: {headers[name]}"
                yield Breach("no header made of a room name", received, request=exchange.request)
                break
