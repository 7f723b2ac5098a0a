"""Where the verifier puts what the fixtures of the suite need."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Finding

__all__ = ["SESSION", "VERDICT"]

SESSION = pytest.StashKey[Session]()
"""The session that asks the target."""

VERDICT = pytest.StashKey[Callable[[pytest.Item, Finding], None]]()
"""Records what was found of the clause of a test, and ends the test accordingly."""
