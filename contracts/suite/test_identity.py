"""Asks for rooms by other spellings of their names, and for many at once."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace

import pytest

from contracts.asking.session import Session
from contracts.judging.findings import Finding, NotReachedError
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


def _spellings(session: Session) -> Iterator[Request]:
    """Yield the room's name fully percent-encoded, and with its case swapped, as a room may be."""
    room = session.live[0]
    yield session.target.request("".join(f"%{byte:02X}" for byte in room.name.encode()))
    swapped = room.name.swapcase()
    if swapped != room.name and swapped not in session.settings.rooms:
        yield session.target.request(segment(swapped))


@pytest.mark.clause("identity.concurrent")
def test_concurrent(session: Session, misspelt: str, verdict: Callable[[Finding], None]) -> None:
    """Each of many simultaneous requests gets its own room's call."""
    rooms = [room for room in session.live if isinstance(room.known, dict)][:_THREADS]
    if len(rooms) < 2:
        verdict(Finding("skipped", reason="it takes two live rooms: give --room twice"))
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


def _ask_at_once(session: Session, rooms: list[Room]) -> BaseException | None:
    """Ask for the rooms in turn, many at a time; return why some could not be asked for."""
    turns = itertools.islice(itertools.cycle(rooms), session.plan.concurrent)
    requests = {room.name: session.valid(room.name) for room in rooms}
    threads = ThreadPoolExecutor(_THREADS)
    try:
        asked = [threads.submit(session.target.send, requests[room.name]) for room in turns]
        wait(asked)
    finally:  # after Ctrl-C, no answer is worth waiting for
        threads.shutdown(wait=False, cancel_futures=True)
    for one in asked:
        if not one.exception():
            session.history.add(replace(one.result(), mark="together"))
    return next((error for one in asked if (error := one.exception())), None)
