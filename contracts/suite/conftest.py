"""What the tests of the suite share: the session that asks, and the judging of a clause."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Finding
from contracts.judging.judge import JUDGES
from contracts.suite.asking import unless_stopped
from contracts.suite.family import (  # noqa: F401 - pytest finds fixtures by their names here
    ended,
    ending,
    insights,
    later_insights,
    listed,
    listed_again,
    muted,
    offered,
    others_tried,
)
from contracts.suite.keys import SESSION, VERDICT


@pytest.fixture(scope="session")
def session(pytestconfig: pytest.Config) -> Session:
    """Return the session that asks the target, with the history of what was seen so far."""
    return pytestconfig.stash[SESSION]


@pytest.fixture(scope="session")
def watched(session: Session) -> Session:
    """Watch every call for as long as was asked for."""
    session.finish_watch()
    return session


@pytest.fixture
def verdict(request: pytest.FixtureRequest) -> Callable[[Finding], None]:
    """Record what became of the test's clause, and let the test end accordingly."""
    return lambda finding: request.config.stash[VERDICT](request.node, finding)


@pytest.fixture
def judge(
    request: pytest.FixtureRequest, session: Session, verdict: Callable[[Finding], None]
) -> Callable[[str], None]:
    """Judge what was seen by the test's clause, and let the test end accordingly.

    ``stopped`` says why asking ended early, if it did.
    """
    clause = request.node.get_closest_marker("clause").args[0]

    def judge(stopped: str = "") -> None:
        verdict(unless_stopped(JUDGES[clause](session.history), stopped))

    return judge
