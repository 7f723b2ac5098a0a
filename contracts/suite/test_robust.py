"""Whether the target stands up to the unusual, and to the usual many times over."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Breach, Finding, NotReachedError, failed
from contracts.probing.robustness import Robustness

Judge = Callable[[Finding], None]

_LONGEST = 20.0  # seconds that the repetitions may take
_ENOUGH = 3  # lapses from which on nothing more is learned


def _repeat(session: Session) -> None:
    """Ask for the live rooms in turn, each time on a new connection."""
    session.doing("repeating the same request")
    began = session.target.worked()
    for number in range(session.plan.repeats):
        rooms = [room for room in session.rooms if room.live]
        lapses = len(session.history.failures)
        late = session.target.worked() - began > _LONGEST
        if not rooms or lapses >= _ENOUGH or session.spare < 3 or late:
            return
        session.tick()
        session.poll(rooms[number % len(rooms)], fresh=True)


@pytest.fixture(scope="session")
def repeated(verification: Session) -> Session:
    """Send the same requests many times."""
    try:
        _repeat(verification)
    except NotReachedError:
        if not verification.history.failures:
            raise
    return verification


@pytest.mark.clause("robust.no-5xx", stage="break")
def test_no_5xx(verification: Session, verdict: Judge, request: pytest.FixtureRequest) -> None:
    """No room name, query string or header breaks the server."""
    allowance = min(verification.plan.robust, verification.spare - verification.plan.repeats)
    if allowance < 1:
        raise NotReachedError("the requests of the profile are spent")
    finding = Robustness(verification, allowance).examine()
    if finding.status == "passed" and verification.lapses:
        # It broke once and not again. If valid requests do so too, that is robust.repeat's to say:
        # all of them, those of the watch as well, for few may be left to repeat.
        request.getfixturevalue("repeated")
        request.getfixturevalue("watched")
        if not verification.history.failures:
            lapse = verification.lapses[0]
            once = f"{lapse.outcome}, and not again at once"
            finding = failed(Breach("an answer that is no 5xx", once, request=lapse.request))
    verdict(finding)


@pytest.mark.clause("robust.repeat", stage="repeat")
def test_repeat(repeated: Session, watched: Session, judge: Callable[[], None]) -> None:
    """A valid request for a live room always succeeds."""
    judge()
