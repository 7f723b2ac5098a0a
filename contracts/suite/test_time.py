"""What holds between successive observations; one watch serves every clause."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.coherence import INVARIANTS
from contracts.judging.findings import Finding

Judge = Callable[[Finding], None]


@pytest.mark.parametrize(
    "clause",
    [pytest.param(id_, marks=pytest.mark.clause(id_, stage="review")) for id_ in INVARIANTS],
)
def test_over_time(clause: str, watched: Session, verdict: Judge) -> None:
    """The invariant holds over all that was seen."""
    verdict(INVARIANTS[clause](watched.journal.observations))
