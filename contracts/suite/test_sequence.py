"""Walks through the operations in any order."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.contract import siblings
from contracts.judging.findings import Finding, NotReachedError
from contracts.judging.judge import JUDGES
from contracts.probing.scenes import scenes


@pytest.mark.clause("sequence.any", stage="end")
def test_any_order(
    session: Session,
    offered: frozenset[str],
    listed_again: str,
    later_insights: str,
    verdict: Callable[[Finding], None],
    request: pytest.FixtureRequest,
) -> None:
    """The operations answer in whatever order they are used."""
    if session.settings.profile != "full":
        verdict(Finding("skipped", reason="only --profile full walks through the operations"))
    if session.settings.allow_ending:
        request.getfixturevalue("muted")
        request.getfixturevalue("ended")
    elif not offered:
        verdict(Finding("not offered", reason="there is no further operation to use"))
    if known := _broken(session):
        raise NotReachedError(f"what a walk would stumble over fails already: {known}")
    from contracts.probing.machine import examine  # late: drawing walks takes Hypothesis

    session.doing("walking through the operations in any order")
    session.fit()
    where = scenes(session)
    allowance = min(session.plan.walk, session.spare)
    verdict(examine(session, where, allowance, session.settings.seed))


def _broken(session: Session) -> str:
    """Return which clauses about the siblings fail, as far as they were asked for."""
    names = [id_ for id_ in JUDGES if id_.partition(".")[0] in siblings()]
    found = {id_: JUDGES[id_](session.history) for id_ in names}
    hard = (id_ for id_, one in found.items() if one.status == "failed")
    return ", ".join(id_ for id_ in hard if any(not one.level for one in found[id_].breaches))
