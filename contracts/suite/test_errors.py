"""Asks for rooms that do not exist."""

from collections.abc import Callable, Iterator

import pytest

from contracts.asking.session import Session
from contracts.contract import INSIGHTS
from contracts.suite.asking import ask_all
from contracts.traffic.exchange import Request
from openapi.paths import segment

Judge = Callable[[str], None]


@pytest.fixture(scope="session")
def absent(session: Session, offered: frozenset[str]) -> str:
    """Ask for rooms that do not exist: made-up names, longer live ones; and for a shorter one."""
    session.doing("asking for rooms that do not exist")
    known = session.live[0].name
    stopped = ask_all(session, _made_up(session, known), "absent")
    ask_all(session, _prefix(session, known[:-1]))
    if INSIGHTS in offered and session.plan.further > 1:
        made_up = segment(f"no-such-room-{session.random.getrandbits(48):012x}")
        ask_all(session, [session.target.request(made_up, of=INSIGHTS)], "absent")
    # Those that were answered tell enough.
    answered = (one.exchange.mark for one in session.history.probes.values())
    return "" if "absent" in answered else stopped


def _made_up(session: Session, known: str) -> Iterator[Request]:
    number = session.random.getrandbits(48)
    chance = f"{number:012x}"
    names = [f"no-such-room-{chance}", f"{known}-{chance}", str(number), f"{chance} é"]
    names = [*names, f"{chance}-{known}"][: session.plan.absent - 1]
    return (session.target.request(segment(name)) for name in names)


def _prefix(session: Session, name: str) -> Iterator[Request]:
    """Yield the request for a room that may well exist, but has not the call of a longer name."""
    if name.strip() and name not in session.names:
        yield session.target.request(segment(name))


@pytest.mark.clause("absence.unknown-room", stage="review")
def test_unknown_room(absent: str, judge: Judge) -> None:
    """A room that does not exist answers 404; another 4xx is only unusual."""
    judge(absent)


@pytest.mark.clause("absence.error-body")
def test_error_body(absent: str, judge: Judge) -> None:
    """The 404 carries an error body of a known shape."""
    judge(absent)
