"""The clauses that need nothing asked for but the live rooms: one watch serves them all."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.coherence import INVARIANTS

CLAUSES = (
    "shape.status",
    "shape.media-type",
    "shape.json",
    "shape.schema",
    "shape.advisory",
    "shape.undeclared",
    "shape.text",
    *INVARIANTS,
    "errors.no-leak",
    "http.content-coding",
    "cache.live",
    "limit.retry-after",
)


@pytest.mark.parametrize(
    "clause", [pytest.param(id_, marks=pytest.mark.clause(id_, stage="review")) for id_ in CLAUSES]
)
def test_seen(clause: str, watched: Session, judge: Callable[[], None]) -> None:
    """The clause holds of all that was seen."""
    judge()
