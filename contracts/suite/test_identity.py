"""Whose call an answer shows."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.contract import segment
from contracts.exchange import Answer, Request
from contracts.findings import Breach, Finding, judged
from contracts.schema import parse
from contracts.session import Room, Session

Judge = Callable[[Finding], None]

_THREADS = 8


@pytest.mark.clause("identity.echo", stage="review")
def test_echo(watched: Session, verdict: Judge) -> None:
    """``roomName`` is the requested name, to the letter."""
    breaches = []
    exercised = False
    for one in watched.journal.observations:
        if one.status == 200 and isinstance(one.body, dict) and "roomName" in one.body:
            exercised = True
            breaches += _echoes(one.body["roomName"], one.room, "")
    if any(room.live for room in watched.rooms):
        for name, request in _spellings(watched, watched.live[0]):
            answer = watched.ask(request)
            body = parse(answer.content).body
            if answer.status == 200 and isinstance(body, dict) and "roomName" in body:
                breaches += _echoes(body["roomName"], name, watched.target.curl(request))
    verdict(judged(breaches, exercised, "no answer had a roomName"))


def _echoes(received: object, name: str, curl: str) -> list[Breach]:
    # A roomName that is no text is for the schema to complain about.
    if not isinstance(received, str) or received == name:
        return []
    return [Breach(f"roomName {name!r}", repr(received), room=name, curl=curl)]


def _spellings(session: Session, room: Room) -> Iterator[tuple[str, Request]]:
    """Yield the room's name fully percent-encoded, and with its case swapped, as a room may be."""
    encoded = "".join(f"%{byte:02X}" for byte in room.name.encode())
    yield room.name, session.target.request(encoded)
    swapped = room.name.swapcase()
    if swapped != room.name and swapped not in session.settings.rooms:
        yield swapped, session.target.request(segment(swapped))


@pytest.mark.clause("identity.concurrent")
def test_concurrent(verification: Session, verdict: Judge) -> None:
    """Each of many simultaneous requests gets its own room's call."""
    rooms = [room for room in verification.live if isinstance(room.known, dict)][:_THREADS]
    if len(rooms) < 2:
        verdict(Finding("skipped", reason="it takes two live rooms: give --room twice"))
    turns = list(itertools.islice(itertools.cycle(rooms), verification.plan.concurrent))
    requests = {room.name: verification.valid(room.name) for room in rooms}
    with ThreadPoolExecutor(_THREADS) as threads:
        answers = list(
            threads.map(lambda room: verification.target.send(requests[room.name]), turns)
        )
    known = {room.name: room.known for room in rooms}
    breaches = []
    exercised = False
    for room, answer in zip(turns, answers, strict=True):
        verification.journal.error(answer)
        if answer.fault == "timeout":
            continue  # it takes turns, and they take long: slow, which is no fault
        body = verification.keep(room, answer, in_order=False)
        exercised = exercised or isinstance(body, dict)
        breaches += _crossed(room, answer, body, known)
    verdict(judged(breaches, exercised, "no concurrent request was answered"))


def _crossed(
    room: Room, answer: Answer, body: object, known: dict[str, dict[str, object]]
) -> list[Breach]:
    """Return the breach where a body has what another room, asked for alone, answers."""
    if answer.status != 200 or not isinstance(body, dict):
        return []
    for field in ("roomName", "id"):
        own, received = known[room.name].get(field), body.get(field)
        others = [name for name, one in known.items() if one.get(field) == received != own]
        if others and isinstance(received, str):
            words = f"the call of {room.name!r} under concurrent requests"
            return [Breach(words, f"{field} {received!r}, as in {others[0]!r}", room.name)]
    return []
