"""Whether who calls, and whom, stays what it is."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from contracts.judging.coherence.calls import Call, calls
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import Observation

__all__ = ["stable"]

_NAMES = ("customerName", "aiAgentName")  # may become known, and change once: a handover


def stable(observations: Sequence[Observation]) -> Finding:
    """``customerPhone`` stays once it is known; the names change at most once, and not back."""
    found = calls(observations)
    breaches = [breach for call in found for breach in (*_phone(call), *_names(call))]
    exercised = any(len(_runs(call, "customerPhone")[1]) > 1 for call in found)
    return judged(breaches, exercised, "no call was seen twice with a customerPhone")


def _runs(call: Call, field: str) -> tuple[list[str], list[str]]:
    """Return what a field showed once it was known: without repetitions, and in full.

    What is unknown is an empty text. Another type is for the schema to complain about.
    """
    seen = [one.body.get(field) or "" for one in call.seen]
    texts = [value for value in seen if isinstance(value, str)]
    known = next((n for n, value in enumerate(texts) if value), len(texts))
    return [value for value, _ in groupby(texts[known:])], texts[known:]


def _phone(call: Call) -> Iterator[Breach]:
    runs, _ = _runs(call, "customerPhone")
    if len(runs) > 1:
        received = f"customerPhone {runs[0]!r}, then {runs[1]!r}"
        yield Breach("one customerPhone, once it is known", received, call.room)


def _names(call: Call) -> Iterator[Breach]:
    for field in _NAMES:
        runs, _ = _runs(call, field)
        names = [value for value, _ in groupby(filter(None, runs))]
        expected = f"{field} that changes once at most"
        if len(names) > 2:
            received = f"{field} {', then '.join(map(repr, names[:3]))}"
            yield Breach(expected, received, call.room)
        elif len(set(runs)) < len(runs):  # known, unknown, and known again
            received = f"{field} {', then '.join(map(repr, runs[:3]))}"
            yield Breach(expected, received, call.room, level="should")
