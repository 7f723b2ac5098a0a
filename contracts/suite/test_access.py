"""Who gets a call, and who does not."""

from collections.abc import Callable, Iterator

import pytest

from contracts.calldata import is_same_call, refusal
from contracts.contract import Operation, segment
from contracts.exchange import Request
from contracts.findings import Breach, Finding, judged
from contracts.schema import parse
from contracts.session import Room, Session

Judge = Callable[[Finding], None]

_CLIENT_ERRORS = range(400, 500)


def _rooms(session: Session) -> list[Room]:
    """Return the rooms to try: a second one is worth its requests in the full profile only."""
    return session.live[: 1 if session.settings.profile == "quick" else 2]


@pytest.mark.clause("tenancy.required")
def test_required(verification: Session, verdict: Judge) -> None:
    """Without a workspace, or with an empty one, there is a 4xx and no call."""
    header = Operation.load().workspace_header
    breaches = []
    for room in _rooms(verification):
        path = segment(room.name)
        without = verification.target.request(path, without=(header,))
        for request in (without, verification.target.request(path, workspace="")):
            answer = verification.ask(request)
            breaches += refusal(verification, answer, _CLIENT_ERRORS, "a 4xx without call data")
    verdict(judged(breaches, True, ""))


@pytest.mark.clause("tenancy.isolated")
def test_isolated(verification: Session, verdict: Judge) -> None:
    """Another workspace does not get the room's call."""
    breaches = []
    for room in _rooms(verification):
        for workspace in _others(verification):
            request = verification.target.request(segment(room.name), workspace=workspace)
            body = parse(verification.ask(request).content).body
            if is_same_call(body, room.known):
                words = f"nothing of the call of {room.name!r} for workspace {workspace!r}"
                curl = verification.target.curl(request)
                breaches.append(Breach(words, f"the call {body.get('id')!r}", curl=curl))
    verdict(judged(breaches, True, ""))


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
    breaches = []
    for request in _unauthorised(verification, verification.live[0]):
        answer = verification.ask(request)
        breaches += refusal(verification, answer, (401, 403), "401 or 403 without call data")
    verdict(judged(breaches, True, ""))


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
