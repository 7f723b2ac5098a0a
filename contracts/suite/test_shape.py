"""The shape of each answer for a live room, wherever in the verification it was seen."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import ABSENT

Judge = Callable[[Finding], None]


@pytest.mark.clause("shape.status", stage="review")
def test_status(watched: Session, verdict: Judge) -> None:
    """A live room answers 200."""
    breaches = []
    absent = []
    for room in watched.rooms:
        answer = room.refused
        if answer is None or room.opened:
            continue
        if answer.status in (401, 403, *ABSENT):
            absent.append(f"{room.name} was not live ({answer.status})")
        else:
            breaches.append(Breach("200", answer.outcome, room.name))
    finding = judged(breaches, any(room.opened for room in watched.rooms), "no room was live")
    verdict(finding if breaches else Finding(finding.status, reason="; ".join(absent)))


@pytest.mark.clause("shape.media-type", stage="review")
def test_media_type(watched: Session, verdict: Judge) -> None:
    """A 200 is application/json."""
    verdict(_shape(watched, "shape.media-type", watched.journal.judged))


@pytest.mark.clause("shape.json", stage="review")
def test_json(watched: Session, verdict: Judge) -> None:
    """A 200 is strictly valid JSON, and complete."""
    verdict(_shape(watched, "shape.json", watched.journal.judged))


@pytest.mark.clause("shape.schema", stage="review")
def test_schema(watched: Session, verdict: Judge) -> None:
    """A 200 satisfies what binds in the contract."""
    verdict(_shape(watched, "shape.schema", watched.journal.parsed))


@pytest.mark.clause("shape.advisory", stage="review")
def test_advisory(watched: Session, verdict: Judge) -> None:
    """A 200 looks like the printed example."""
    verdict(_shape(watched, "shape.advisory", watched.journal.telling))


@pytest.mark.clause("shape.undeclared", stage="review")
def test_undeclared(watched: Session, verdict: Judge) -> None:
    """Fields that the contract does not know are named, and are no failure."""
    finding = judged([], watched.journal.parsed > 0, "no body could be read")
    fields = sorted(watched.journal.undeclared)
    reason = f"not in the contract: {', '.join(fields)}" if fields else finding.reason
    verdict(Finding(finding.status, reason=reason))


def _shape(session: Session, clause: str, seen: int) -> Finding:
    return judged(session.journal.shape.get(clause, []), seen > 0, "no body could be read")
