"""What a run comes to, through the front door: a target without a network, a clock by hand."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest

from contracts.given import read
from contracts.judging.results import Result
from contracts.report.wording import verdict_line
from contracts.run import verify
from contracts.settings import Settings, UsageError
from tests.contracts.samples import STARTED, Hand, body, person, settings

Handler = Callable[[httpx2.Request], httpx2.Response]
ROOMS = ("call-1", "call-2")


def live(hand: Hand, *rooms: str) -> Handler:
    """Return a target that keeps the contract, with calls in these rooms."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        name = request.url.path.rpartition("/")[2]
        missing = {"error": {"code": "not_found", "message": "No."}}
        if not request.headers.get("x-workspace-id"):
            return httpx2.Response(400, json=missing)
        if request.headers["x-workspace-id"] != "ws-acme" or name not in rooms:
            return httpx2.Response(404, json=missing)
        if request.method != "GET":
            return httpx2.Response(405, json=missing, headers={"allow": "GET"})
        date = format_datetime(STARTED + timedelta(seconds=hand.seconds - 100), usegmt=True)
        content = json.dumps(call(name, hand.seconds - 100))
        headers = {"content-type": "application/json", "date": date}
        return httpx2.Response(200, content=content, headers=headers)

    return handler


def call(room: str, at: float) -> dict[str, Any]:
    """Return the call in a room, ``at`` seconds after it was 145 seconds old."""
    told = {"roomName": room, "id": f"{ROOMS.index(room) + 1:024x}", "sentiment": "neutral"}
    told |= {"customerPhone": "+14155550123", "aiAgentName": "Desk", "customerName": "Ada"}
    joined = "2026-11-22T09:27:35.000Z"
    people = [person("agent-001", True, joined), person("customer-001", False, joined)]
    return body(at) | told | {"participants": people}


def run(handler: Handler, hand: Hand, **changes: Any) -> tuple[Result, int]:
    """Verify it, by the quick profile."""
    given: Settings = settings(**({"profile": "quick", "base_url": "http://h"} | changes))
    return verify(given, clock=hand.clock, transport=httpx2.MockTransport(handler))


def test_what_was_not_exercised_is_in_the_verdict_line() -> None:
    """How many musts held, how many could not be tried, and why."""
    hand = Hand()
    result, status = run(live(hand, *ROOMS), hand)
    line = verdict_line(result)
    assert status == 0
    why = (
        "auth.required: no --api-key or --auth-header was given; sequence.any: only --profile full "
    )
    why += "walks through the operations; 12 clauses: nothing is muted or ended without "
    why += "--allow-ending and --expendable-room"
    musts = rf"(\d+) of \1 musts held, 14 not exercised \({why}\)"
    shoulds = r"(\d+) of \2 shoulds held, 1 not exercised"
    lacking = r"list is not offered \(404\), insights is not offered \(404\)"
    assert re.fullmatch(f"conforms: {musts}; {shoulds}; {lacking}", line), line


def test_a_room_that_is_not_live_is_named() -> None:
    """And whoever gave two rooms is not told to give a second."""
    hand = Hand()
    result, status = run(live(hand, "call-1"), hand)
    line = verdict_line(result)
    assert status == 0
    assert "identity.concurrent: it takes two live rooms, and 'call-2' was not live (404)" in line
    assert "; not live: 'call-2' (404); " in line
    assert "twice" not in line
    assert [(one.name, one.live) for one in result.rooms] == [("call-1", True), ("call-2", False)]
    line = verdict_line(run(live(hand, "call-1"), hand, rooms=("call-1",))[0])
    assert "identity.concurrent: it takes two live rooms: give --room twice" in line


def test_an_empty_key_is_no_key_and_is_said() -> None:
    """A build without secrets goes green only if nobody required what the key is for."""
    values: dict[str, Any] = {"workspace-id": "ws-acme", "room": ROOMS, "profile": "quick"}
    values["api-key"] = ""
    hand = Hand()
    transport = httpx2.MockTransport(live(hand, *ROOMS))
    result, status = verify(read("http://h", values), clock=hand.clock, transport=transport)
    assert status == 0
    assert "(auth.required: --api-key is empty: no key was sent; " in verdict_line(result)
    required = read("http://h", values | {"require": ["auth"]})
    result, status = verify(required, clock=hand.clock, transport=transport)
    assert (result.verdict, status) == ("inconclusive", 3)
    assert result.reason == (
        "required but not exercised: auth.required (--api-key is empty: no key was sent)"
    )


NO_KEY = "required but not exercised: auth.required (no --api-key or --auth-header was given)"


@pytest.mark.parametrize(
    ("require", "reason"),
    [
        ((), ""),
        (("shape", "robust.repeat"), ""),
        (("limit",), "required but not exercised: limit.retry-after (no 429 was seen)"),
        (("shape", "auth"), NO_KEY),
        (("must",), NO_KEY),
    ],
)
def test_what_is_required_and_not_exercised_is_inconclusive(
    require: tuple[str, ...], reason: str
) -> None:
    """A clause, a group, or all musts; the reason names each."""
    hand = Hand()
    result, status = run(live(hand, *ROOMS), hand, require=require)
    assert result.reason == reason
    assert (result.verdict, status) == (("inconclusive", 3) if reason else ("conforms", 0))


def test_what_was_left_out_is_not_exercised() -> None:
    """Who requires all musts and judges some of them gets no green."""
    hand = Hand()
    result, status = run(live(hand, *ROOMS), hand, require=("must",), only=("shape",))
    assert status == 3
    assert "28 clauses (left out by --only or --skip)" in result.reason


def test_what_is_asked_for_the_sake_of_others_is_not_judged() -> None:
    """Hostile names are sent for what looks at their answers, and their own clause is left out."""
    hand, names = Hand(), []
    right = live(hand, *ROOMS)

    def breaking(request: httpx2.Request) -> httpx2.Response:
        names.append(request.url.path.rpartition("/")[2])
        return httpx2.Response(500) if "'" in names[-1] else right(request)

    result, status = run(breaking, hand, only=("absence.unknown-room",))
    assert (result.verdict, status) == ("conforms", 0)
    assert any("'" in name for name in names)
    left_out = {one.reason for one in result.results if one.status == "skipped"}
    assert left_out == {"left out by --only or --skip"}
    assert result.failing == ()


def test_a_violation_outweighs_what_is_required() -> None:
    """What is broken is broken."""
    hand = Hand()
    right = live(hand, *ROOMS)

    def html(request: httpx2.Request) -> httpx2.Response:
        answer = right(request)
        answer.headers["content-type"] = "text/html"
        return answer

    result, status = run(html, hand, require=("must",))
    assert (result.verdict, result.reason, status) == ("violates", "", 1)


def test_require_names_what_there_is() -> None:
    """A mistake is told with what was meant."""
    with pytest.raises(UsageError, match=r"--require: no clause is called 'auht'; did you mean"):
        settings(require=("auht",))


def starting(hand: Hand, seconds: float, before: httpx2.Response | Exception) -> Handler:
    """Return a target whose calls begin after so many seconds."""
    right, begins = live(hand, *ROOMS), hand.seconds + seconds

    def handler(request: httpx2.Request) -> httpx2.Response:
        if hand.seconds >= begins:
            return right(request)
        if isinstance(before, Exception):
            raise before
        return before

    return handler


@pytest.mark.parametrize(
    "before", [httpx2.ConnectError("refused"), httpx2.Response(503), httpx2.Response(404)]
)
def test_it_waits_until_a_room_is_live(before: httpx2.Response | Exception) -> None:
    """A server that starts, or a call that is about to; what came meanwhile is not judged."""
    hand, said = Hand(), []
    given = settings(profile="quick", base_url="http://h", wait=60.0)
    transport = httpx2.MockTransport(starting(hand, 20, before))
    result, status = verify(
        given, lambda doing, _: said.append(doing), clock=hand.clock, transport=transport
    )
    assert (result.verdict, status) == ("conforms", 0)
    hand = Hand()
    assert result.requests == run(live(hand, *ROOMS), hand)[0].requests
    assert result.seconds < 20 + 8  # the wait is no part of the run
    words = "refused" if isinstance(before, Exception) else str(before.status_code)
    assert f"waiting until a room is live: {words}" in said


@pytest.mark.parametrize(
    ("before", "status", "reason"),
    [
        (httpx2.ConnectError("refused"), 2, "nobody answers at http://h: refused"),
        (httpx2.Response(404), 3, "no room was found live: 404 for call-1 at http://h/"),
    ],
)
def test_a_wait_in_vain_ends_as_without_one(
    before: httpx2.Response | Exception, status: int, reason: str
) -> None:
    """It is over in time, after a bounded number of requests."""
    hand, asked = Hand(), []
    target = starting(hand, 9999, before)

    def counted(request: httpx2.Request) -> httpx2.Response:
        asked.append(hand.seconds)
        return target(request)

    result, ended = run(counted, hand, wait=600.0)
    assert ended == status
    assert result.reason.startswith(reason)
    assert result.reason.endswith(", after a wait of 600 s")
    assert max(asked) <= 100 + 601
    assert len(asked) < 300


def test_a_wait_is_a_number_of_seconds() -> None:
    """At most an hour."""
    with pytest.raises(UsageError, match="--wait: expected 0 to 3600 seconds, got 9999"):
        settings(wait=9999.0)
