"""What the target answers where there is nothing to show."""

from collections.abc import Callable

import pytest

from contracts.asking.session import Session
from contracts.contract import segment
from contracts.judging.bodies import parse
from contracts.judging.calldata import whose
from contracts.judging.findings import Breach, Finding, NotReachedError, judged
from contracts.judging.leaks import leak
from contracts.judging.results import Level
from contracts.traffic.exchange import Answer

Judge = Callable[[Finding], None]


@pytest.fixture(scope="session")
def absent(verification: Session) -> list[Answer]:
    """Ask for rooms that do not exist: made-up names, longer live ones; and for a shorter one."""
    verification.doing("asking for rooms that do not exist")
    known = verification.live[0].name
    answers: list[Answer] = []
    try:
        for name in _made_up(verification, known):
            answer = verification.ask(verification.target.request(segment(name)))
            answers.append(answer)
        _ask_for_prefix(verification, known[:-1])
    except NotReachedError:
        if not answers:
            raise
    return answers


def _made_up(session: Session, known: str) -> list[str]:
    number = session.random.getrandbits(48)
    chance = f"{number:012x}"
    names = [f"no-such-room-{chance}", f"{known}-{chance}", str(number), f"{chance} é"]
    return [*names, f"{chance}-{known}"][: session.plan.absent - 1]


def _ask_for_prefix(session: Session, name: str) -> None:
    """Ask for a room that may well exist, and must not show the call of the longer name."""
    if name.strip() and name not in session.settings.rooms:
        answer = session.ask(session.target.request(segment(name)))
        room = whose(parse(answer.content).body, session.rooms)
        if room:
            curl, received = session.target.curl(answer.request), f"the call of {room.name!r}"
            session.strays.setdefault("absence.unknown-room", []).append(
                Breach("404", received, curl=curl)
            )


@pytest.mark.clause("absence.unknown-room", stage="review")
def test_unknown_room(absent: list[Answer], verification: Session, verdict: Judge) -> None:
    """A room that does not exist answers 404; another 4xx is only unusual."""
    breaches = list(verification.strays.get("absence.unknown-room", ()))
    for answer in absent:
        if answer.status != 404:
            level: Level | None = "should" if 400 <= answer.status < 500 else None
            curl = verification.target.curl(answer.request)
            breaches.append(Breach("404", answer.outcome, curl=curl, level=level))
    verdict(judged(breaches, True, ""))


@pytest.mark.clause("absence.error-body")
def test_error_body(absent: list[Answer], verification: Session, verdict: Judge) -> None:
    """The 404 carries an error body of a known shape."""
    breaches = []
    missing = [answer for answer in absent if answer.status == 404]
    for answer in missing:
        if not _is_known(verification, answer):
            curl = verification.target.curl(answer.request)
            start = answer.content[:120].decode("utf-8", "replace") or "an empty body"
            words = 'JSON with {"error": {"code", "message"}}, "message" or "error"'
            breaches.append(Breach(words, start, curl=curl))
    verdict(judged(breaches, bool(missing), "no 404 was seen"))


def _is_known(session: Session, answer: Answer) -> bool:
    body = parse(answer.content).body
    if not isinstance(body, dict):
        return False
    if session.journal.schemas.is_error_envelope(body):
        return True
    if isinstance(body.get("message"), str) or isinstance(body.get("error"), str):
        return True
    # Problem details, RFC 9457.
    return "problem+json" in answer.headers.get("content-type", "") and (
        isinstance(body.get("title"), str) or isinstance(body.get("detail"), str)
    )


@pytest.mark.clause("errors.no-leak", stage="review")
def test_no_leak(watched: Session, verdict: Judge) -> None:
    """No error body shows the inside of the server."""
    breaches = []
    for answer in watched.journal.errors:
        found = leak(answer)
        if found:
            curl = watched.target.curl(answer.request)
            breaches.append(Breach("an error that tells the client's part only", found, curl=curl))
    # The same leak comes with many requests; one of them is enough to see it.
    distinct = {one.received: one for one in reversed(breaches)}
    verdict(judged(reversed(distinct.values()), bool(watched.journal.errors), "no error was seen"))
