"""Whether a call that has changed is shown to who asks for changes only."""

from collections.abc import Iterator

from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.question import Place, question
from contracts.judging.results import Observation
from contracts.traffic.exchange import Exchange, Request

__all__ = ["conditions", "not_modified"]

_CACHED = 3.0  # seconds that an answer may be old, where it is cached
_LONGEST = 100  # characters of a validator that are shown

# What a client repeats of an answer, and in which header. Without a Last-Modified, the Date will
# do (RFC 9110, 13.1.3).
_REPEATED = (
    ("etag", "if-none-match"),
    ("last-modified", "if-modified-since"),
    ("date", "if-modified-since"),
)


def conditions(history: History, place: Place, now: float) -> list[tuple[str, str]]:
    """Return the headers that ask whether a call has changed which did; none where it did not.

    ``now`` is in monotonic seconds.
    """
    found: dict[str, str] = {}
    for one in _outdated(history, place, now):
        for validator, header in _REPEATED:
            if one.headers.get(validator):
                found.setdefault(header, one.headers[validator])
    return list(found.items())


def _outdated(history: History, place: Place, now: float) -> list[Observation]:
    """Return the answers that show the call of a place as it is no longer, the oldest first."""
    seen = [
        one
        for one in history.observations
        if (one.workspace, one.room) == place and one.status == 200 and one.received <= now
    ]
    old = [one for one in seen if one.received + _CACHED < now]
    return [one for one in old if one.body is not None and one.body != seen[-1].body]


def not_modified(history: History) -> Finding:
    """A call that has changed since is no 304."""
    breaches = []
    exercised = False
    for exchange in history.conditional:
        repeated = list(_repeated(history, exchange))
        exercised = exercised or bool(repeated)
        if repeated and exchange.status == 304:
            received = f"304 to {repeated[0][:_LONGEST]}, which came with an older body"
            words = "200 once the body has changed"
            breaches.append(Breach(words, received, request=exchange.request))
    why_not = "nobody asked for changes of a call that had changed for 3 s"
    return judged(breaches, exercised, why_not)


def _repeated(history: History, exchange: Exchange) -> Iterator[str]:
    """Yield the conditions of a request that an answer had set which is outdated by then."""
    asked = question(exchange.request)
    for one in _outdated(history, asked.place, exchange.sent) if asked else ():
        for validator, header in _decisive(exchange.request):
            value = exchange.request.header(header)
            if value and value == one.headers.get(validator):
                yield f"{header}: {value}"


def _decisive(request: Request) -> list[tuple[str, str]]:
    """Return what counts: where there is an If-None-Match, nothing else does."""
    by_tag = request.header("if-none-match") is not None
    return [one for one in _REPEATED if (one[0] == "etag") == by_tag]
