"""Fixtures that ask for the operations which may be lacking. Several modules share them."""

from collections.abc import Callable

import pytest

from contracts.asking.board import chosen
from contracts.asking.ending import Ending
from contracts.asking.session import Session
from contracts.contract import INSIGHTS, LIST, READING
from contracts.judging.findings import NotReachedError
from contracts.judging.listing import LAG
from contracts.judging.question import Place
from contracts.judging.results import ABSENT
from contracts.judging.rooms import Room
from contracts.judging.siblings import Listing
from contracts.suite.asking import ask_all
from openapi.paths import segment

__all__ = [
    "ended",
    "ending",
    "insights",
    "later_insights",
    "listed",
    "listed_again",
    "muted",
    "offered",
    "others_tried",
]


@pytest.fixture(scope="session")
def offered(session: Session) -> frozenset[str]:
    """Return which of the operations that only read are offered besides that of a call."""
    session.meet()
    return frozenset(name for name in READING if session.offers(name))


@pytest.fixture(scope="session")
def listed(session: Session, offered: frozenset[str]) -> str:
    """Look at some calls of the list, at the list again, and at the calls once more."""
    if LIST not in offered:
        return ""
    session.doing("comparing the list with its calls")
    try:
        rooms = _sample(session)
        for room in rooms:
            session.look(room)
        if rooms:
            session.ask_for_list()
        for room in rooms:
            session.poll(room)
    except NotReachedError as error:
        return str(error)
    return ""


def _shown(session: Session) -> Listing:
    """Return what the last list shows that could be read."""
    listings = [one.listing for one in session.history.siblings.of(LIST) if one.listing]
    return listings[-1] if listings else Listing()


def _sample(session: Session) -> list[Room]:
    """Return some rooms of the list that nobody has asked for yet."""
    known = {*session.names, *session.settings.expendable_rooms}
    names = chosen(list(_shown(session).rooms), session.plan.sampled, known, session.random)
    return [session.history.room(Place(session.settings.workspace_id, one)) for one in names]


@pytest.fixture(scope="session")
def listed_again(session: Session, listed: str, watched: Session, offered: frozenset[str]) -> str:
    """Ask for the list after some time; and once more where it shows rooms without a call."""
    if LIST not in offered or listed:
        return listed
    try:
        session.ask_for_list()
        for room in session.live[: max(1, session.plan.sampled)]:
            session.poll(room)
        _look_twice(session)
    except NotReachedError as error:
        return str(error)
    return ""


def _look_twice(session: Session) -> None:
    """Ask again for what may have ended just before the list came."""
    over = [room for room in session.history.rooms if _is_over(session, room)]
    if not over:
        return
    session.doing("waiting whether the list forgets what is over")
    clock = session.target.clock
    clock.sleep(LAG)
    session.ask_for_list()
    for room in over[: max(1, session.plan.sampled)]:
        session.look(room)


def _is_over(session: Session, room: Room) -> bool:
    if room.name not in _shown(session).rooms or room.name in session.done:
        return False
    seen = [one for one in session.history.observations if one.room == room.name]
    return bool(seen) and seen[-1].status in ABSENT


def _look_into(session: Session, offered: frozenset[str]) -> str:
    if INSIGHTS not in offered:
        return ""
    rooms = [room for room in session.rooms if room.live]
    few = rooms[: 1 if session.settings.profile == "quick" else 2]
    requests = (session.target.request(segment(one.name), of=INSIGHTS) for one in few)
    return ask_all(session, requests, "")


@pytest.fixture(scope="session")
def insights(session: Session, offered: frozenset[str]) -> str:
    """Ask for insights once more."""
    return _look_into(session, offered)


@pytest.fixture(scope="session")
def later_insights(
    session: Session, insights: str, watched: Session, offered: frozenset[str]
) -> str:
    """Ask for insights after some time, and for the calls that they are about."""
    stopped = insights or _look_into(session, offered)
    if INSIGHTS in offered and not stopped:
        for room in session.live[:1]:
            session.poll(room)
    return stopped


@pytest.fixture(scope="session")
def ending(session: Session, offered: frozenset[str], watched: Session) -> Ending:
    """Find a room whose call may end."""
    return Ending(session)


@pytest.fixture(scope="session")
def others_tried(ending: Ending) -> str:
    """Try both commands as who may not."""
    return _stopped(ending.try_as_others)


@pytest.fixture(scope="session")
def muted(ending: Ending, others_tried: str) -> str:
    """Mute the agent, once it is known that nobody else can."""
    return others_tried or _stopped(ending.mute)


@pytest.fixture(scope="session")
def ended(ending: Ending, others_tried: str) -> str:
    """End the call, once it is known that nobody else can."""
    return others_tried or _stopped(ending.end)


def _stopped(ask: Callable[[], None]) -> str:
    try:
        ask()
    except NotReachedError as error:
        return str(error)
    return ""
