"""Who gets a call, and who does not."""

from collections.abc import Callable, Iterator

import pytest

from contracts.asking.session import Room, Session
from contracts.contract import Operation, segment
from contracts.judging.bodies import parse
from contracts.judging.calldata import call_in, refusal, whose
from contracts.judging.findings import Breach, Finding, NotReachedError, attempted, judged
from contracts.traffic.exchange import Request

Judge = Callable[[Finding], None]

_CLIENT_ERRORS = range(400, 500)


def _rooms(session: Session) -> list[Room]:
    """Return the rooms to try: a second one is worth its requests in the full profile only."""
    return session.live[: 1 if session.settings.profile == "quick" else 2]


@pytest.mark.clause("tenancy.required")
def test_required(verification: Session, foreign: Finding, verdict: Judge) -> None:
    """Without a workspace, or with an empty one, there is a 4xx and no call."""
    verdict(judged(_without_workspace(verification), True, ""))


def _without_workspace(session: Session) -> Iterator[Breach]:
    header = Operation.load().workspace_header
    for room in _rooms(session):
        path = segment(room.name)
        without = session.target.request(path, without=(header,))
        for request in (without, session.target.request(path, workspace="")):
            answer = session.ask(request)
            yield from refusal(session, answer, _CLIENT_ERRORS, "a 4xx without call data")


@pytest.fixture(scope="session")
def foreign(verification: Session) -> Finding:
    """Ask for the rooms as other workspaces, before anything is asked that may do harm."""
    verification.doing("asking as other workspaces")
    return attempted(_shown_elsewhere(verification))


def _shown_elsewhere(session: Session) -> Iterator[Breach]:
    rooms = [room for room in _rooms(session) if call_in(room.known)]
    if not rooms:
        raise NotReachedError("no call is known to compare with")
    for room in rooms:
        for workspace in _others(session):
            request = session.target.request(segment(room.name), workspace=workspace)
            shown = whose(parse(session.ask(request).content).body, session.rooms)
            if shown:
                words = f"nothing of the call of {room.name!r} for workspace {workspace!r}"
                curl = session.target.curl(request)
                yield Breach(words, f"the call of {shown.name!r}", curl=curl)


@pytest.mark.clause("tenancy.isolated", stage="review")
def test_isolated(foreign: Finding, verification: Session, verdict: Judge) -> None:
    """Another workspace does not get the room's call, whatever it is called."""
    breaches = (*foreign.breaches, *verification.strays.get("tenancy.isolated", ()))
    verdict(judged(breaches, foreign.status == "passed", foreign.reason))


def _others(session: Session) -> Iterator[str]:
    """Yield the given other workspace, an unknown one, an extension and a prefix of the right."""
    right = session.settings.workspace_id
    if session.settings.other_workspace_id:
        yield session.settings.other_workspace_id
    yield f"unknown-{session.random.getrandbits(48):012x}"
    yield f"{right}x"
    if right[:-1].strip():
        yield right[:-1].strip()


@pytest.mark.clause("auth.required")
def test_auth(verification: Session, verdict: Judge) -> None:
    """Without the key, or with a wrong one, there is a 401 or 403 and no call."""
    if verification.settings.api_key is None:
        verdict(Finding("skipped", reason="no --api-key was given"))
    verdict(judged(_let_in(verification), True, ""))


def _let_in(session: Session) -> Iterator[Breach]:
    for request in _unauthorised(session, session.live[0]):
        answer = session.ask(request)
        yield from refusal(session, answer, (401, 403), "401 or 403 without call data")


def _unauthorised(session: Session, room: Room) -> Iterator[Request]:
    key, path = session.settings.api_key or "", segment(room.name)
    yield session.target.request(path, without=(Operation.load().key_header,))
    yield session.target.request(path, key=f"wrong-{session.random.getrandbits(48):012x}")
    if session.settings.profile == "full":
        yield session.target.request(path, key="")
        # Whoever compares beginnings only takes these for the key.
        yield session.target.request(path, key=f"{key}x")
        if len(key) > 1:
            yield session.target.request(path, key=key[:-1])
