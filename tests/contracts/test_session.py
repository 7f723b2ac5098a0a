import json
import string
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from contracts.asking.opening import InconclusiveError, UnreachableError
from contracts.asking.pace import Budget
from contracts.asking.plan import plan
from contracts.asking.session import Session
from contracts.asking.target import Target
from contracts.judging.findings import (
    GoneError,
    NotReachedError,
)
from contracts.judging.history import History
from contracts.probing.robustness import smallest
from contracts.suite.asking import ask_all
from tests.contracts.samples import Hand, body, settings


def session(*outcomes: Any, **changes: Any) -> Session:
    """Return a session whose target gives each outcome in turn, the last for ever.

    An outcome is a status (200 comes with a call), an exception, or a response.
    """
    left = list(outcomes)

    def handler(request: httpx2.Request) -> httpx2.Response:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, Exception):
            raise one
        if isinstance(one, httpx2.Response):
            return one
        content = json.dumps(body(0)) if one == 200 else "{}"
        return httpx2.Response(one, content=content, headers={"content-type": "application/json"})

    given = settings(**({"rooms": ("call-1",)} | changes))
    transport = httpx2.MockTransport(handler)
    target = Target(given, Budget(60), clock=Hand().clock, transport=transport)
    return Session(given, target, plan("quick"), History())


def outcomes(one: Session) -> list[str]:
    """Return what the valid requests for rooms that were live came to."""
    return [reply.outcome for reply in one.history.replies]


@pytest.mark.parametrize(
    ("outcome", "error", "text"),
    [
        (
            404,
            InconclusiveError,
            "no room was found live: 404 for call-1 at "
            "http://target.example/base/v2/api/active-calls/call-1$",
        ),
        (401, InconclusiveError, "a key is wanted"),
        (403, InconclusiveError, "a key is wanted"),
        (429, InconclusiveError, "cannot be asked"),
        (
            httpx2.ConnectError("refused"),
            UnreachableError,
            "nobody answers at http://target.example",
        ),
        (httpx2.ReadTimeout("late"), UnreachableError, "no complete answer within 10 s"),
        (httpx2.RemoteProtocolError("closed"), UnreachableError, "closed without an answer"),
        (
            httpx2.Response(301, headers={"location": "https://else.example/a?token=t"}),
            UnreachableError,
            "/base redirects every request to https://else.example$",
        ),
        (
            httpx2.Response(400, content="Client sent an HTTP request to an HTTPS server."),
            UnreachableError,
            "http://target.example/base expects https",
        ),
    ],
)
def test_without_a_live_room_nothing_can_be_said(
    outcome: Any, error: type[Exception], text: str
) -> None:
    """Each reason has its line."""
    with pytest.raises(error, match=text):
        session(outcome).open()


def test_each_absent_room_has_its_own_url() -> None:
    """Each with its own status; of many rooms, the first few are named."""
    rooms = tuple(f"call {n}" for n in range(7))
    with pytest.raises(InconclusiveError) as raised:
        session(410, 410, 404, rooms=rooms).open()
    base = "http://target.example/base/v2/api/active-calls/call%20"
    told = str(raised.value)
    assert f"live: 410 for call 0 at {base}0, 404 for call 1 at {base}1, " in told
    assert told.endswith(f"404 for call 4 at {base}4, 2 more")


def test_a_refused_key_is_told_from_a_missing_one() -> None:
    """Whoever gave a key hears that it was refused."""
    with pytest.raises(InconclusiveError, match="the key was refused: the target answers 401"):
        session(401, api_key="k").open()


@pytest.mark.parametrize("outcome", [500, 302, 400])
def test_a_room_that_never_answers_200_is_kept_for_its_clause(outcome: Any) -> None:
    """It is no reason to stop, and leaves nothing to ask."""
    one = session(outcome)
    one.open()
    assert one.rooms[0].refused
    with pytest.raises(NotReachedError, match="no room answered 200"):
        _ = one.live


def test_a_first_answer_that_fails_is_a_lapse() -> None:
    """The room is live, and the failure is not forgotten."""
    one = session(503, 200)
    one.open()
    assert one.rooms[0].live
    assert sorted(outcomes(one)) == ["200", "503"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_call_that_ends_is_no_failure(status: int) -> None:
    """From then on nobody is live, and the 404s count for nothing."""
    one = session(200, status)
    one.open()
    one.poll(one.rooms[0])
    assert outcomes(one) == ["200"]
    with pytest.raises(GoneError):
        _ = one.live


def test_a_404_between_two_answers_is_a_failure() -> None:
    """A call that is asked for again at once, and is there, had not ended."""
    one = session(200, 404, 200)
    one.open()
    one.poll(one.rooms[0])
    assert sorted(outcomes(one)) == ["200", "200", "404"]
    assert one.live


def test_an_end_that_one_of_two_servers_knows_first_is_no_failure() -> None:
    """Who is gone in the end may have been absent now and then before."""
    one = session(200, 404, 200, 404, 404)
    one.open()
    one.poll(one.rooms[0])
    assert [reply.outcome for reply in one.history.failures] == ["404"]
    one.poll(one.rooms[0])
    assert one.history.failures == []


def test_a_call_that_comes_back_had_not_ended() -> None:
    """The same id after several 404s is a lapse too."""
    one = session(200, 404, 404, 200)
    one.open()
    one.poll(one.rooms[0])
    one.poll(one.rooms[0])
    assert sorted(outcomes(one)) == ["200", "200", "404"]


def test_a_probe_that_breaks_once_is_a_lapse() -> None:
    """What cannot be seen again is kept apart from what can."""
    one = session(200, 500, 404)
    one.open()
    request = one.target.request("x")
    assert one.ask(request).status == 404
    assert [lapse.status for lapse in one.lapses] == [500]


def test_a_probe_that_breaks_twice_and_not_again_is_a_lapse() -> None:
    """Where one in twenty fails, two in a row do now and then."""
    one = session(200, 500, 503, 404)
    one.open()
    assert one.ask(one.target.request("x")).status == 404
    assert [lapse.status for lapse in one.lapses] == [500]


def test_a_probe_that_hangs_is_sent_twice() -> None:
    """It takes long enough. After each time, a good request says that the target still stands."""
    late = httpx2.ReadTimeout("late")
    one = session(200, late, 200, late, 200)
    one.open()
    assert one.ask(one.target.request("x")).fault == "timeout"
    assert one.target.budget.spent == 5


def test_a_probe_that_breaks_again_is_broken() -> None:
    """The last answer is the one to judge."""
    one = session(200, 500)
    one.open()
    assert one.ask(one.target.request("x")).status == 500
    assert one.lapses == []


@pytest.mark.parametrize(
    ("text", "fails", "expected"),
    [
        ("abc'def", lambda text: "'" in text, "'"),
        ("0" * 4000, lambda text: len(text) > 300, "0" * 301),
        ("xxabyycd", lambda text: "ab" in text and "cd" in text, "abcd"),
        (string.punctuation, lambda text: "|" in text, "|"),
        ("abc", lambda text: text == "abc", "abc"),
        ("abc", lambda text: False, "abc"),
    ],
)
def test_a_failing_name_is_cut_down(text: str, fails: Callable[[str], bool], expected: str) -> None:
    """What is left still fails, and nothing shorter was found to."""
    assert smallest(text, fails) == expected


def test_asking_that_stops_says_why() -> None:
    """What was asked by then is in the history."""
    one = session(200, 404)
    one.open()
    requests = [one.target.request(f"room-{number}") for number in range(99)]
    assert "60 requests" in ask_all(one, requests, "absent")
    assert len(one.history.probes) == 59
    assert ask_all(one, []) == ""
