"""Whether a call keeps its id, and no other call has it."""

from collections.abc import Iterator, Sequence

from contracts.judging.coherence.calls import Call, calls, pause
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import Observation
from contracts.judging.texts import told_apart

__all__ = ["stable"]


def stable(observations: Sequence[Observation]) -> Finding:
    """``id`` is the same on every poll of a call, and differs between rooms."""
    found = calls(observations)
    exercised = any(len(list(_ids(call))) > 1 for call in found)
    breaches = [*_changes(found), *_shared(found)]
    return judged(breaches, exercised, "no call was seen twice with an id")


def _ids(call: Call) -> Iterator[str]:
    """Yield the id of each poll that has one; another type is for the schema to complain about."""
    return (one.body["id"] for one in call.seen if isinstance(one.body.get("id"), str))


def _changes(found: list[Call]) -> Iterator[Breach]:
    for call in found:
        for before, after in call.pairs:
            old, new = before.body.get("id"), after.body.get("id")
            if isinstance(old, str) and isinstance(new, str) and old != new:
                was, is_ = told_apart(old, new)
                between = (pause(before, after),)
                words = "the same id on every poll"
                yield Breach(words, f"{was}, then {is_}", call.room, pauses=between)


def _shared(found: list[Call]) -> Iterator[Breach]:
    owners: dict[str, str] = {}
    for call in found:
        for id_ in set(_ids(call)):
            other = owners.setdefault(id_, call.room)
            if other != call.room:
                received = f"{id_!r} in {other!r} and in {call.room!r}"
                yield Breach("another id in each room", received, call.room)
