"""Sends what may break the server, and the same valid request many times."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Breach, Finding, LateError, NotReachedError, failed
from contracts.probing.robustness import Robustness

Judge = Callable[[Finding], None]

_LONGEST = 20.0  # seconds that the repetitions may take
_ENOUGH = 3  # failures that tell enough


def _repeat(session: Session) -> None:
    """Ask for the live rooms in turn, each time on a new connection.

    What is left for the clauses that come later stays untouched.
    """
    session.doing("repeating the same request")
    session.fit()
    began = session.target.worked()
    kept = session.plan.robust + session.plan.keys
    for number in range(session.plan.repeats):
        rooms = [room for room in session.rooms if room.live]
        lapses = len(session.history.failures)
        late = session.target.worked() - began > _LONGEST
        if not rooms or lapses >= _ENOUGH or session.spare < kept + 3 or late:
            return
        session.tick()
        session.poll(rooms[number % len(rooms)], fresh=True)


@pytest.fixture(scope="session")
def repeated(session: Session) -> Session:
    """Send the same requests many times."""
    try:
        _repeat(session)
    except LateError:
        pass  # what there was time for is judged
    except NotReachedError:
        if not session.history.failures:
            raise
    return session


@pytest.fixture(scope="session")
def probed(session: Session) -> Finding:
    """Send what may break the server; return what became of that."""
    session.fit()
    allowance = min(session.plan.robust, session.spare)
    if allowance < 1:
        raise NotReachedError("the requests of the profile are spent")
    return Robustness(session, allowance).examine()


@pytest.fixture(scope="session")
def watching() -> None:
    """Begin to watch at the start; what is seen may be needed, or not."""


@pytest.mark.clause("robust.no-5xx", stage="break")
@pytest.mark.usefixtures("watching")
def test_no_5xx(
    session: Session, probed: Finding, verdict: Judge, request: pytest.FixtureRequest
) -> None:
    """No room name, query string or header breaks the server."""
    finding = probed
    if finding.status == "passed" and session.lapses:
        # It broke once and not again. Where valid requests fail now and then too, robust.repeat
        # says so. To know that, all of them are sent first, those of the watch as well.
        request.getfixturevalue("repeated")
        request.getfixturevalue("watched")
        if not session.history.failures:
            lapse = session.lapses[0]
            once = f"{lapse.told}, and not again at once"
            finding = failed(Breach("an answer that is no 5xx", once, request=lapse.request))
    verdict(finding)


@pytest.mark.clause("robust.repeat", stage="repeat")
def test_repeat(repeated: Session, watched: Session, judge: Callable[[], None]) -> None:
    """A valid request for a live room always succeeds."""
    judge()


@pytest.mark.clause("robust.header-injection", stage="review")
def test_header_injection(probed: Finding, judge: Callable[[], None]) -> None:
    """No room name puts a header into the answer."""
    judge()
