"""Asks by other methods."""

from collections.abc import Callable, Iterator

import pytest

from contracts.asking.session import Session
from contracts.suite.asking import ask_all
from contracts.traffic.exchange import Request
from openapi.paths import segment

_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_READING = ("HEAD", "OPTIONS")


@pytest.mark.clause("methods.unsupported")
def test_unsupported(session: Session, judge: Callable[[str], None]) -> None:
    """Other methods answer 405 with Allow, or 404, and never break the server."""
    judge(ask_all(session, _by_other_methods(session)))


def _by_other_methods(session: Session) -> Iterator[Request]:
    full = session.settings.profile == "full"
    for method in (*(_READING if full else ()), *_METHODS):
        yield session.target.request(segment(session.live[0].name), method=method)
