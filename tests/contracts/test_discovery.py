"""Rooms that nobody has named are found by the list of calls, and found again when calls end."""

import json
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest

from tests.contracts.samples import STARTED, Hand
from tests.contracts.test_verdict import Handler, call, live, run

PATH = "/v2/api/active-calls"


def board(hand: Hand, ends: float) -> Handler:
    """Return a target with a list: the call in call-1 ends then, and the one in call-2 begins."""
    earlier, later = live(hand, "call-1"), live(hand, "call-2")

    def handler(request: httpx2.Request) -> httpx2.Response:
        elapsed = hand.seconds - 100
        whole = (earlier if elapsed < ends else later)(request)
        if request.url.path != PATH or request.headers.get("x-workspace-id") != "ws-acme":
            return whole
        if request.method != "GET":
            return whole
        data = [entry(call("call-1" if elapsed < ends else "call-2", elapsed))]
        now = STARTED + timedelta(seconds=elapsed)
        timestamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        headers = {"content-type": "application/json", "date": format_datetime(now, usegmt=True)}
        content = json.dumps({"data": data, "count": 1, "timestamp": timestamp})
        return httpx2.Response(200, content=content, headers=headers)

    return handler


def entry(whole: dict[str, Any]) -> dict[str, Any]:
    """Return a call as a list shows it."""
    lines = whole.pop("transcript")
    people = [{k: v for k, v in one.items() if k != "metadata"} for one in whole["participants"]]
    more = {"status": "active", "type": "phone", "transferRequested": False}
    return {**whole, **more, "participants": people, "lastMessage": lines[-1]["content"]}


@pytest.mark.parametrize(("ends", "rooms"), [(1e9, {"call-1"}), (4.0, {"call-1", "call-2"})])
def test_rooms_are_found_and_found_again(ends: float, rooms: set[str]) -> None:
    """The end of a call is no failure: another one is watched."""
    hand = Hand()
    result, status = run(board(hand, ends), hand, rooms=(), watch=12.0)
    assert {one.name for one in result.rooms} == rooms
    assert (status, result.failing) == (0, ())


def test_without_a_list_a_room_has_to_be_named() -> None:
    """One line says so, and where it was looked for."""
    hand = Hand()
    result, status = run(live(hand, "call-1"), hand, rooms=())
    assert status == 3
    assert "no --room was given, and the target has no list of calls" in result.reason
