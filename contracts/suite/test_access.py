"""Asks for calls that must not be shown: in another workspace, without a key."""

from collections.abc import Callable, Iterator

import pytest

from contracts.asking.session import Session
from contracts.contract import Operation
from contracts.judging.findings import Finding, NotReachedError
from contracts.judging.rooms import Room
from contracts.suite.asking import ask_all
from contracts.traffic.address import scheme_and_token
from contracts.traffic.exchange import Request
from openapi.paths import segment

Judge = Callable[[str], None]


def _rooms(session: Session) -> list[Room]:
    """Return the rooms to try: a second one is worth its requests in the full profile only."""
    return session.live[: 1 if session.settings.profile == "quick" else 2]


@pytest.mark.clause("tenancy.required")
def test_required(session: Session, foreign: str, judge: Judge) -> None:
    """Without a workspace, or with an empty one, there is a 4xx and no call."""
    judge(ask_all(session, _without_workspace(session)))


def _without_workspace(session: Session) -> Iterator[Request]:
    header = Operation.load().workspace_header
    for room in _rooms(session):
        yield session.target.request(segment(room.name), without=(header,))
        yield session.target.request(segment(room.name), workspace="")


@pytest.fixture(scope="session")
def foreign(session: Session) -> str:
    """Ask for the rooms as other workspaces, before anything is asked that may do harm."""
    session.doing("asking as other workspaces")
    return ask_all(session, _from_elsewhere(session))


def _from_elsewhere(session: Session) -> Iterator[Request]:
    rooms = [room for room in _rooms(session) if session.history.calls.marks_at(room.place)]
    if not rooms:
        raise NotReachedError("no call is known to compare with")
    for room in rooms:
        for workspace in _others(session):
            yield session.target.request(segment(room.name), workspace=workspace)


@pytest.mark.clause("tenancy.isolated", stage="review")
def test_isolated(foreign: str, judge: Judge) -> None:
    """Another workspace does not get the room's call, whatever it is called."""
    judge(foreign)


def _others(session: Session) -> Iterator[str]:
    """Yield the given other workspace, an unknown one, an extension and a prefix of the right."""
    right = session.settings.workspace_id
    if session.settings.other_workspace_id:
        yield session.settings.other_workspace_id
    yield f"unknown-{session.random.getrandbits(48):012x}"
    yield f"{right}x"
    if right[:-1].strip():
        yield right[:-1].strip()


@pytest.mark.clause("auth.required", stage="key")
def test_auth(session: Session, verdict: Callable[[Finding], None], judge: Judge) -> None:
    """Without the key, or with a wrong one, there is a 401 or 403 and no call."""
    settings = session.settings
    if settings.credential is None:
        empty = "--api-key is empty: no key was sent"
        none = "no --api-key or --auth-header was given"
        verdict(Finding("skipped", reason=empty if settings.api_key_is_empty else none))
    requests = _unauthorised(session, session.live[0])
    judge(ask_all(session, requests, "unauthorised"))


def _unauthorised(session: Session, room: Room) -> Iterator[Request]:
    name, key = session.settings.credential or ("", "")
    path = segment(room.name)
    scheme, _ = scheme_and_token(key)
    wrong = f"{scheme}wrong-{session.random.getrandbits(48):012x}"
    yield session.target.request(path, without=(name.lower(),))
    yield session.target.request(path, key=wrong)
    if session.settings.profile != "full":
        return
    yield session.target.request(path, key="")
    # Whoever compares beginnings only takes these for the key. Of a password in base64 and of
    # several cookies, the end may mean nothing.
    if scheme.lower() != "basic " and name.lower() != "cookie":
        yield session.target.request(path, key=f"{key}x")
        if len(key) > 1:
            yield session.target.request(path, key=key[:-1])
