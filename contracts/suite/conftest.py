"""What the tests of the suite share: the verification, and a way to say what became of a clause."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Finding
from contracts.verifier import VERIFIER


@pytest.fixture(scope="session")
def verification(pytestconfig: pytest.Config) -> Session:
    """Return the verification under way: rooms, target, and what was seen so far."""
    return pytestconfig.stash[VERIFIER].session


@pytest.fixture(scope="session")
def watched(verification: Session) -> Session:
    """Watch every call for as long as was asked for."""
    verification.finish_watch()
    return verification


@pytest.fixture
def verdict(request: pytest.FixtureRequest) -> Callable[[Finding], None]:
    """Record what became of the test's clause, and let the test end accordingly."""
    return request.config.stash[VERIFIER].judge(request.node)
