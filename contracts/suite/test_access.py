"""Asks for calls that must not be shown: in another workspace, without a key."""

from collections.abc import Callable, Iterator

import pytest

from contracts.asking.session import Session
from contracts.asking.strangers import with_wrong_keys, without_key, workspaces
from contracts.contract import LIST, READING, Operation
from contracts.judging.findings import Finding, NotReachedError
from contracts.judging.rooms import Room
from contracts.suite.asking import ask_all
from contracts.traffic.exchange import Request
from openapi.paths import segment

Judge = Callable[[str], None]


def _rooms(session: Session) -> list[Room]:
    """Return the rooms to try: a second one is worth its requests in the full profile only."""
    return session.live[: 1 if session.settings.profile == "quick" else 2]


def _further(session: Session, offered: frozenset[str]) -> list[str]:
    """Return which other operations to try."""
    return [one for one in READING if one in offered][: session.plan.further]


@pytest.mark.clause("tenancy.required")
def test_required(session: Session, foreign: str, offered: frozenset[str], judge: Judge) -> None:
    """Without a workspace, or with an empty one, there is a 4xx and no call."""
    judge(ask_all(session, _without_workspace(session, offered)))


def _without_workspace(session: Session, offered: frozenset[str]) -> Iterator[Request]:
    header = Operation.load().workspace_header
    for room in _rooms(session):
        yield session.target.request(segment(room.name), without=(header,))
        yield session.target.request(segment(room.name), workspace="")
    for name in _further(session, offered):
        yield session.target.request(segment(session.live[0].name), of=name, without=(header,))
        if session.settings.profile == "full":
            yield session.target.request(segment(session.live[0].name), of=name, workspace="")


@pytest.fixture(scope="session")
def foreign(session: Session, offered: frozenset[str]) -> str:
    """Ask for the rooms as other workspaces, before anything is asked that may do harm."""
    session.doing("asking as other workspaces")
    return ask_all(session, _from_elsewhere(session, offered))


def _from_elsewhere(session: Session, offered: frozenset[str]) -> Iterator[Request]:
    rooms = [room for room in _rooms(session) if session.history.calls.marks_at(room.place)]
    if not rooms:
        raise NotReachedError("no call is known to compare with")
    others = workspaces(session)
    for room in rooms:
        for workspace in others:
            yield session.target.request(segment(room.name), workspace=workspace)
    for name in (one for one in READING if one in offered):
        for workspace in others if session.settings.profile == "full" else others[:1]:
            yield session.target.request(segment(rooms[0].name), of=name, workspace=workspace)


@pytest.mark.clause("tenancy.isolated", stage="review")
def test_isolated(foreign: str, judge: Judge) -> None:
    """Another workspace does not get the room's call, whatever it is called."""
    judge(foreign)


@pytest.mark.clause("auth.required", stage="key")
def test_auth(
    session: Session,
    offered: frozenset[str],
    verdict: Callable[[Finding], None],
    judge: Judge,
) -> None:
    """Without the key, or with a wrong one, there is a 401 or 403 and no call."""
    settings = session.settings
    if settings.credential is None:
        empty = "--api-key is empty: no key was sent"
        none = "no --api-key or --auth-header was given"
        verdict(Finding("skipped", reason=empty if settings.api_key_is_empty else none))
    room = session.live[0]
    stopped = ask_all(session, _unauthorised(session, room, offered), "unauthorised")
    # By itself: that we are let in is seen in between, and a lock-out counts anew.
    judge(stopped or ask_all(session, _for_list(session, room, offered), "unauthorised"))


def _unauthorised(session: Session, room: Room, offered: frozenset[str]) -> Iterator[Request]:
    yield from with_wrong_keys(session, segment(room.name))
    if session.settings.profile == "full":  # three wrong keys are what many a lock-out takes
        for name in _further(session, offered):
            yield from with_wrong_keys(session, segment(room.name), 2, of=name)


def _for_list(session: Session, room: Room, offered: frozenset[str]) -> Iterator[Request]:
    """Yield the request that the quick profile can afford, unless commands are to be tried."""
    settings = session.settings
    if settings.profile == "quick" and LIST in offered and not settings.allow_ending:
        yield without_key(session, segment(room.name), of=LIST)
