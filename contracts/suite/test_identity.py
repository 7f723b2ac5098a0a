"""Whose call an answer shows."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import pytest

from contracts.asking.session import Room, Session
from contracts.contract import segment
from contracts.judging.bodies import parse
from contracts.judging.calldata import marks
from contracts.judging.findings import Breach, Finding, NotReachedError, attempted, judged
from contracts.traffic.exchange import Answer, Request

Judge = Callable[[Finding], None]
Known = dict[str, dict[str, object]]  # what tells each room's call from others

_THREADS = 8


@pytest.fixture(scope="session")
def misspelt(verification: Session) -> Finding:
    """Ask for other spellings of a live room's name, while there are requests to spend."""
    return attempted(_misspelt(verification))


@pytest.mark.clause("identity.echo", stage="review")
def test_echo(misspelt: Finding, watched: Session, verdict: Judge) -> None:
    """``roomName`` is the requested name, to the letter."""
    polls = [one for one in watched.journal.observations if one.status == 200]
    seen = [one for one in polls if isinstance(one.body, dict) and "roomName" in one.body]
    breaches = [breach for one in seen for breach in _echoes(one.body["roomName"], one.room, "")]
    exercised = bool(seen) and misspelt.status != "not reached"
    why_not = misspelt.reason or "no answer had a roomName"
    verdict(judged([*breaches, *misspelt.breaches], exercised, why_not))


def _misspelt(session: Session) -> Iterator[Breach]:
    for name, request in _spellings(session, session.live[0]):
        answer = session.ask(request)
        body = parse(answer.content).body
        # A redirect that corrects the name says so, and what comes then has the right one.
        own = name in unquote(answer.landed)
        if answer.status == 200 and isinstance(body, dict) and "roomName" in body and own:
            yield from _echoes(body["roomName"], name, session.target.curl(request))


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
def test_concurrent(verification: Session, misspelt: Finding, verdict: Judge) -> None:
    """Each of many simultaneous requests gets its own room's call."""
    rooms = [room for room in verification.live if isinstance(room.known, dict)][:_THREADS]
    if len(rooms) < 2:
        verdict(Finding("skipped", reason="it takes two live rooms: give --room twice"))
    known = {room.name: marks(room.known) for room in rooms}
    asked = _at_once(verification, rooms)
    bodies = [(room, body) for room, one in asked if (body := _body(verification, room, one))]
    breaches = list(_crossed(bodies, known, known))
    if breaches:
        # A call that is another one by now shows the same when it is asked for alone.
        with suppress(NotReachedError):
            for room in rooms:
                verification.poll(room)
        now = {room.name: marks(room.known) for room in rooms}
        breaches = list(_crossed(bodies, now, known))
    stopped = next((error for _, one in asked if (error := one.exception())), None)
    if stopped and not breaches:
        raise stopped
    fields = {field for one in known.values() for field in one}
    telling = {f for f in fields if len({str(one.get(f)) for one in known.values()}) > 1}
    exercised = any(not telling.isdisjoint(marks(body)) for _, body in bodies)
    verdict(judged(breaches, exercised, "no concurrent request was answered with what tells calls"))


def _at_once(session: Session, rooms: list[Room]) -> list[tuple[Room, Future[Answer]]]:
    """Ask for the rooms in turn, many at a time."""
    turns = itertools.islice(itertools.cycle(rooms), session.plan.concurrent)
    requests = {room.name: session.valid(room.name) for room in rooms}
    with ThreadPoolExecutor(_THREADS) as threads:
        return [(room, threads.submit(session.target.send, requests[room.name])) for room in turns]


def _body(session: Session, room: Room, asked: Future[Answer]) -> dict[str, Any] | None:
    """Return the call that came, if one did."""
    if asked.exception():
        return None
    answer = asked.result()
    session.journal.error(answer)
    if answer.fault == "timeout":
        return None  # it takes turns, and they take long: slow, which is no fault
    body = session.keep(room, answer, in_order=False)
    return body if isinstance(body, dict) else None


def _crossed(
    bodies: list[tuple[Room, dict[str, Any]]], own: Known, known: Known
) -> Iterator[Breach]:
    """Yield the breach where a body has what another room, asked for alone, answers."""
    for room, body in bodies:
        for field, received in marks(body).items():
            rest = [name for name, one in known.items() if one.get(field) == received]
            if rest and own[room.name].get(field, received) != received and room.name not in rest:
                words = f"the call of {room.name!r} under concurrent requests"
                yield Breach(words, f"{field} {received!r}, as in {rest[0]!r}", room.name)
                break
