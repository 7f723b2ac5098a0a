"""Whether the list of calls is what it says."""

from collections.abc import Callable

import pytest

Judge = Callable[[str], None]

CLAUSES = (
    *("list.count", "list.unique", "list.timestamp", "list.live", "list.gone", "list.agrees"),
)


@pytest.mark.clause("list.shape")
def test_shape(listed: str, judge: Judge) -> None:
    """The list answers 200 with what is documented."""
    judge(listed)


@pytest.mark.parametrize(
    "clause", [pytest.param(id_, marks=pytest.mark.clause(id_, stage="review")) for id_ in CLAUSES]
)
def test_listed(clause: str, listed_again: str, judge: Judge) -> None:
    """The clause holds of every list that was seen."""
    judge(listed_again)
