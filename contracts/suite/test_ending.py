"""Mutes the agent of an expendable call, and ends that call: only where that is allowed."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Finding

Judge = Callable[[str], None]

NOT_ALLOWED = "nothing is muted or ended without --allow-ending and --expendable-room"
GUARDED = ("remove-agent.guarded", "end-call.guarded")
MUTED = (
    *("remove-agent.refused", "remove-agent.stays"),
    *("remove-agent.silent", "remove-agent.repeated"),
)
ENDED = ("end-call.gone", "end-call.end-time", "end-call.repeated", "end-call.others")


def _each(clauses: tuple[str, ...], stage: str) -> pytest.MarkDecorator:
    marked = [pytest.param(one, marks=pytest.mark.clause(one, stage=stage)) for one in clauses]
    return pytest.mark.parametrize("clause", marked)


@pytest.fixture
def ask_and_judge(
    request: pytest.FixtureRequest,
    session: Session,
    verdict: Callable[[Finding], None],
    judge: Judge,
) -> Judge:
    """Return what lets a fixture ask, where that is allowed, and judges what was seen."""

    def ask(fixture: str) -> None:
        if not session.settings.allow_ending:
            verdict(Finding("skipped", reason=NOT_ALLOWED))
        judge(request.getfixturevalue(fixture))

    return ask


@_each(GUARDED, "review")  # whether there is such a command shows when it is ours to give
def test_guarded(clause: str, ask_and_judge: Judge) -> None:
    """Nobody can do it who may not."""
    ask_and_judge("others_tried")


@pytest.mark.clause("remove-agent.shape", stage="end")
def test_removal(ask_and_judge: Judge) -> None:
    """Muting the agent answers as documented."""
    ask_and_judge("muted")


@pytest.mark.clause("end-call.shape", stage="end")
def test_ending(ask_and_judge: Judge) -> None:
    """Ending the call answers as documented."""
    ask_and_judge("ended")


@_each(MUTED, "review")
def test_muted(clause: str, ask_and_judge: Judge) -> None:
    """The agent is silent, and stays; nobody else is touched."""
    ask_and_judge("muted")


@_each(ENDED, "review")
def test_ended(clause: str, ask_and_judge: Judge) -> None:
    """The call is over, and no other."""
    ask_and_judge("ended")
