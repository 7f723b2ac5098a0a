"""What the tests of the suite share: who asks the target, and how a test says what was found."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Finding
from contracts.judging.judge import JUDGES
from contracts.suite.keys import SESSION, VERDICT


@pytest.fixture(scope="session")
def verification(pytestconfig: pytest.Config) -> Session:
    """Return who asks the target: rooms, budget, and the history of what was seen so far."""
    return pytestconfig.stash[SESSION]


@pytest.fixture(scope="session")
def watched(verification: Session) -> Session:
    """Watch every call for as long as was asked for."""
    verification.finish_watch()
    return verification


@pytest.fixture
def verdict(request: pytest.FixtureRequest) -> Callable[[Finding], None]:
    """Record what became of the test's clause, and let the test end accordingly."""
    return lambda finding: request.config.stash[VERDICT](request.node, finding)


@pytest.fixture
def judge(
    request: pytest.FixtureRequest, verification: Session, verdict: Callable[[Finding], None]
) -> Callable[[str], None]:
    """Judge what was seen by the test's clause, and let the test end accordingly.

    ``stopped`` says why not all was asked that the clause needs: then it has not passed.
    """
    clause = request.node.get_closest_marker("clause").args[0]

    def judge(stopped: str = "") -> None:
        finding = JUDGES[clause](verification.history)
        if stopped and finding.status != "failed":
            finding = Finding("not reached", reason=stopped)
        verdict(finding)

    return judge
