"""Asks by other methods, and for changes only; looks at where answers end."""

from collections.abc import Callable, Iterator

import pytest

from contracts.asking.session import Session
from contracts.contract import LIST, READING
from contracts.judging.conditional import conditions
from contracts.suite.asking import ask_all
from contracts.traffic.exchange import Request
from openapi.paths import segment

_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_READING = ("HEAD", "OPTIONS")
_HARMFUL = ("PUT", "PATCH", "DELETE")  # may replace or end a call: never for a room that has one


@pytest.fixture(scope="session")
def others(session: Session, offered: frozenset[str]) -> str:
    """Ask by other methods."""
    return ask_all(session, _by_other_methods(session, offered))


@pytest.mark.clause("methods.unsupported")
def test_unsupported(others: str, judge: Callable[[str], None]) -> None:
    """Other methods answer 405 with Allow, or 404, and never break the server."""
    judge(others)


def _by_other_methods(session: Session, offered: frozenset[str]) -> Iterator[Request]:
    full = session.settings.profile == "full"
    methods = (*(_READING if full else ()), *_METHODS)
    made_up = _made_up(session)
    for method in methods[: session.plan.methods]:
        room = made_up if method in _HARMFUL else session.live[0].name
        yield session.target.request(segment(room), method=method)
    # Of the siblings, none that might make or end a call. The list names no room.
    for name in READING:
        for method in ("HEAD", "PUT", "PATCH") if full else ("PUT",):
            if name in offered and (full or name == LIST):
                room = made_up if method in _HARMFUL else session.live[0].name
                yield session.target.request(segment(room), of=name, method=method)


def _made_up(session: Session) -> str:
    return f"no-such-room-{session.random.getrandbits(48):012x}"


@pytest.mark.clause("http.surplus-bytes", stage="review")
def test_surplus(others: str, nowhere: str, watched: Session, judge: Callable[[str], None]) -> None:
    """Nothing follows the end of an answer: to other methods, of a missing room, of a call."""
    judge(others or nowhere)


@pytest.fixture(scope="session")
def nowhere(session: Session) -> str:
    """Ask for a room that does not exist, unless that was done; what follows shows at the next."""
    requests = [session.target.request(segment(_made_up(session)))] * 2
    return "" if session.history.missing else ask_all(session, requests, "absent")


@pytest.mark.clause("cache.conditional", stage="review")
def test_conditional(watched: Session, judge: Callable[[str], None]) -> None:
    """A call that has changed is shown to who asks for changes only."""
    judge(ask_all(watched, _for_changes(watched)))


def _for_changes(session: Session) -> Iterator[Request]:
    """Yield requests with what an earlier answer said of its version, one condition in each."""
    for room in session.live[:1]:
        found = conditions(session.history, room.place, session.target.clock.monotonic())
        for condition in found[: session.plan.conditional]:
            yield session.target.request(segment(room.name), extra=(condition,))
