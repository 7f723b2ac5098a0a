"""Whether who calls, and whom, stays what it is."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, groupby

from contracts.judging.coherence.calls import Call, calls
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import Observation

__all__ = ["stable"]

_NAMES = ("customerName", "aiAgentName")  # may become known, and change once: a handover


def stable(observations: Sequence[Observation]) -> Finding:
    """``customerPhone`` stays once it is known; the names change at most once, and not back."""
    found = calls(observations)
    breaches = [breach for call in found for breach in (*_phone(call), *_names(call))]
    fields = ("customerPhone", *_NAMES)
    exercised = any(len(_known(call, field)) > 1 for call in found for field in fields)
    return judged(breaches, exercised, "no call was seen twice with a phone or a name")


def _known(call: Call, field: str) -> list[str]:
    """Return what a field showed from when it was known; an empty text where it was not again.

    Another type is for the schema to complain about.
    """
    shown = [one.body.get(field) or "" for one in call.seen]
    return list(dropwhile(lambda text: not text, (one for one in shown if isinstance(one, str))))


def _runs(values: Iterable[str]) -> list[str]:
    return [value for value, _ in groupby(values)]


def _phone(call: Call) -> Iterator[Breach]:
    runs = _runs(_known(call, "customerPhone"))
    if len(runs) > 1:
        received = f"customerPhone {runs[0]!r}, then {runs[1]!r}"
        yield Breach("one customerPhone, once it is known", received, call.room)


def _names(call: Call) -> Iterator[Breach]:
    for field in _NAMES:
        runs = _runs(_known(call, field))
        names = _runs(filter(None, runs))
        expected = f"{field} that changes once at most"
        if len(names) > 2:
            received = f"{field} {', then '.join(map(repr, names[:3]))}"
            yield Breach(expected, received, call.room)
        elif len(set(runs)) < len(runs):  # known, unknown, and known again
            received = f"{field} {', then '.join(map(repr, runs[:3]))}"
            yield Breach(expected, received, call.room, level="should")
