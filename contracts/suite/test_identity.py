"""Asks for rooms by other spellings of their names, and for many at once."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Finding, NotReachedError, StoppedError
from contracts.judging.identity import concurrent
from contracts.judging.rooms import Room
from contracts.suite.asking import ask_all
from contracts.traffic.exchange import Request
from openapi.paths import segment

_THREADS = 8


@pytest.fixture(scope="session")
def misspelt(session: Session) -> str:
    """Ask for other spellings of a live room's name, while there are requests to spend."""
    return ask_all(session, _spellings(session))


@pytest.mark.clause("identity.echo", stage="review")
def test_echo(misspelt: str, watched: Session, judge: Callable[[str], None]) -> None:
    """``roomName`` is the requested name, to the letter."""
    judge(misspelt)


@pytest.mark.clause("identity.spelling", stage="review")
def test_spelling(misspelt: str, watched: Session, judge: Callable[[str], None]) -> None:
    """However a request is written that means the same, the answer is the room's call."""
    judge(misspelt)


def _spellings(session: Session) -> Iterator[Request]:
    """Yield the same request in other words, and one with the room's case swapped.

    The name is percent-encoded in full; the names of the headers are in capitals.
    """
    room = session.live[0]
    encoded = "".join(f"%{byte:02X}" for byte in room.name.encode())
    # Without compression too: whether that is heeded does not depend on how the names are written.
    plain = session.target.request(segment(room.name), extra=(("accept-encoding", "identity"),))
    capitals = tuple((name.upper(), value) for name, value in plain.headers)
    for request in (session.target.request(encoded), replace(plain, headers=capitals)):
        yield request
        probe = session.history.probes.get(request)  # none where a refusal is in doubt
        if probe is None or probe.exchange.status != 200:
            yield request  # a lapse, which robust.repeat is for, does not happen twice
    swapped = room.name.swapcase()
    if swapped != room.name and swapped not in session.names:
        yield session.target.request(segment(swapped))


@pytest.mark.clause("identity.concurrent")
def test_concurrent(session: Session, misspelt: str, verdict: Callable[[Finding], None]) -> None:
    """Each of many simultaneous requests gets its own room's call."""
    rooms = [room for room in session.live if isinstance(room.known, dict)][:_THREADS]
    if len(rooms) < 2:
        verdict(_too_few(session))
    stopped = _ask_at_once(session, rooms)
    finding = concurrent(session.history)
    if finding.status == "failed":
        # A call that is another one by now shows the same when it is asked for alone.
        with suppress(NotReachedError):
            for room in rooms:
                session.poll(room)
        finding = concurrent(session.history)
    if stopped and finding.status != "failed":
        raise stopped
    verdict(finding)


def _too_few(session: Session) -> Finding:
    """Return why there are no two rooms to ask for at once."""
    if len(session.rooms) < 2:
        why = "give --room twice" if session.settings.rooms else "the list shows one"
        return Finding("skipped", reason=f"it takes two live rooms: {why}")
    dead = [f"{room.name!r} {_state(room)}" for room in session.rooms if _state(room)]
    return Finding("not reached", reason=f"it takes two live rooms, and {', '.join(dead)}")


def _state(room: Room) -> str:
    """Return why a room cannot be told from others, or an empty text where it can."""
    if not room.opened:
        return f"was not live ({room.refused.outcome})" if room.refused else "was not asked for"
    if room.gone:
        return "has ended"
    return "" if isinstance(room.known, dict) else "shows no object"


def _ask_at_once(session: Session, rooms: list[Room]) -> BaseException | None:
    """Ask for the rooms in turn, many at a time; return why some could not be asked for."""
    session.fit()
    if session.asker.stopped:
        raise StoppedError(session.asker.stopped)
    turns = itertools.islice(itertools.cycle(rooms), session.plan.concurrent)
    requests = {room.name: session.valid(room.name) for room in rooms}
    threads = ThreadPoolExecutor(_THREADS)
    try:
        asked = [threads.submit(session.target.send, requests[room.name]) for room in turns]
        wait(asked)
    finally:  # after Ctrl-C, no answer is worth waiting for
        threads.shutdown(wait=False, cancel_futures=True)
    came = [replace(one.result(), mark="together") for one in asked if not one.exception()]
    session.asker.add(came)
    return next((error for one in asked if (error := one.exception())), None)
