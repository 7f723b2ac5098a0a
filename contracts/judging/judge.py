"""Judges exchanges by a table from clause to function.

It has every clause but ``robust.no-5xx`` and ``sequence.any``: those search for requests.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter

from contracts.contract import ENDING, siblings
from contracts.judging import (
    access,
    agreement,
    conditional,
    endings,
    errors,
    guarding,
    http,
    identity,
    injection,
    insights,
    listing,
    removal,
)
from contracts.judging.answering import answers_as_described
from contracts.judging.clauses import catalogue
from contracts.judging.coherence import INVARIANTS
from contracts.judging.commands import until_ended
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.offers import where_offered
from contracts.judging.results import ABSENT
from contracts.judging.shape import CLAUSES
from contracts.traffic.exchange import Exchange

__all__ = ["JUDGES", "OF_DURATION", "Judge", "judge"]

Judge = Callable[[History], Finding]

OF_DURATION = ("time.duration-rate", "time.duration-agrees")
"""Clauses about what stands still from when a call was ended."""


def judge(exchanges: Iterable[Exchange]) -> dict[str, Finding]:
    """Return what became of each clause, by its id, in the order of the report.

    ``exchanges`` are requests and answers in the order in which they were sent, of any number of
    rooms and workspaces. What each of them was follows from its method, path and headers, and
    from its mark. Nothing is sent.
    """
    history = History()
    for one in exchanges:
        history.add(one)
    return {clause: JUDGES[clause](history) for clause in catalogue() if clause in JUDGES}


def _status(history: History) -> Finding:
    """A live room answers 200."""
    breaches, absent = [], []
    for room in history.rooms:
        if room.refused and room.refused.status in (401, 403, *ABSENT):
            target = room.refused.landed or room.refused.request.target
            absent.append(f"{room.label} was not live ({room.refused.status} at {target})")
        elif room.refused:
            breaches.append(Breach("200", room.refused.told, room.name))
    finding = judged(breaches, any(room.opened for room in history.rooms), "no room was live")
    reason = "; ".join(absent) or finding.reason
    return finding if breaches else Finding(finding.status, reason=reason)


def _repeat(history: History) -> Finding:
    """A valid request for a live room always succeeds."""
    failures = history.failures
    breaches = [Breach("200 every time", one.told, one.room.name) for one in failures]
    finding = judged(breaches, len(history.replies) > 1, "no request was repeated")
    share = f"{len(failures)} of {len(history.replies)} requests failed" if failures else ""
    return Finding(finding.status, finding.breaches, share or finding.reason)


def _undeclared(history: History) -> Finding:
    """Fields that the contract does not know are named, and are no failure."""
    finding = judged([], history.shape.parsed > 0, "no body could be read")
    fields = sorted(history.shape.undeclared) + sorted(history.siblings.undeclared)
    reason = f"not in the contract: {', '.join(fields)}" if fields else finding.reason
    return Finding(finding.status, reason=reason)


def _of_shape(clause: str) -> Judge:
    return lambda history: CLAUSES[clause](history.shape)


def _over_time(clause: str) -> Judge:
    observed = until_ended if clause in OF_DURATION else attrgetter("observations")
    return lambda history: INVARIANTS[clause](observed(history))


def _of_sibling(name: str) -> Iterator[tuple[str, Judge]]:
    """Yield the judges of the clauses about an operation that may be lacking."""
    yield f"{name}.shape", answers_as_described(name)
    if name in ENDING:
        yield f"{name}.guarded", guarding.guarded(name)
    for clause, one in _SIBLINGS.items():
        if clause.partition(".")[0] == name:
            yield clause, one


_SIBLINGS: Mapping[str, Judge] = {
    "list.count": listing.counted,
    "list.unique": listing.unique,
    "list.timestamp": listing.timely,
    "list.live": listing.live,
    "list.gone": listing.current,
    "list.agrees": agreement.agrees,
    "insights.sentiment": insights.sentiment,
    "insights.topics": insights.topics,
    "remove-agent.refused": removal.refused,
    "remove-agent.stays": removal.stays,
    "remove-agent.silent": removal.silent,
    "remove-agent.repeated": removal.repeated,
    "end-call.gone": endings.gone,
    "end-call.end-time": endings.timely,
    "end-call.repeated": endings.repeated,
    "end-call.others": endings.others,
}

JUDGES: Mapping[str, Judge] = {
    "shape.status": _status,
    **{clause: _of_shape(clause) for clause in CLAUSES},
    "shape.undeclared": _undeclared,
    "identity.echo": identity.echo,
    "identity.spelling": identity.spelling,
    "identity.concurrent": identity.concurrent,
    **{clause: _over_time(clause) for clause in INVARIANTS},
    "tenancy.required": access.required,
    "tenancy.isolated": access.isolated,
    "auth.required": access.authorised,
    "absence.unknown-room": errors.unknown_room,
    "absence.error-body": errors.body,
    "errors.no-leak": errors.no_leak,
    "robust.header-injection": injection.injected,
    "robust.repeat": _repeat,
    "methods.unsupported": http.unsupported,
    "http.surplus-bytes": http.no_surplus,
    "http.content-coding": http.accepted_coding,
    "cache.live": http.not_cacheable,
    "cache.conditional": conditional.not_modified,
    "limit.retry-after": http.retry_after,
    **{clause: where_offered(of, one) for of in siblings() for clause, one in _of_sibling(of)},
}
