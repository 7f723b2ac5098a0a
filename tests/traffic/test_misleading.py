"""Recordings of sound implementations that look like a fault, and the other way round."""

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.judging.rolling import Rolling
from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import OTHER, PATH, ROOMS, call, exchange, missing, poll
from tests.contracts.family import board
from tests.traffic.hars import seen

ROOM = ROOMS[0]
DONE = {"success": True, "message": "-", "roomName": ROOM}


def failed(*exchanges: Exchange, stretch: int = 1000) -> list[str]:
    """Return the clauses that fail, of exchanges in the order of their times."""
    rolling = Rolling(stretch=stretch)
    for one in seen(sorted(exchanges, key=lambda one: one.sent)):
        rolling.add(one)
    found = rolling.findings()
    return [clause for clause, one in found.items() if one.status == "failed"]


def ended(at: float, workspace: str = OTHER, **parts: Any) -> Exchange:
    """Return a command that ends the room's call."""
    body = DONE | {"endTime": "2026-11-22T09:30:00.000Z"}
    target = f"{PATH}{ROOM}/end-call"
    return exchange(at, target, body, method="POST", workspace=workspace, **parts)


def muted(at: float, identity: str, **parts: Any) -> Exchange:
    """Return a command that mutes somebody."""
    body = DONE | {"mutedTracks": []}
    made = exchange(at, f"{PATH}{ROOM}/remove-agent", body, method="POST", **parts)
    content = json.dumps({"participantIdentity": identity})
    return replace(made, request=replace(made.request, content=content))


def joined(at: float, identity: str) -> dict[str, Any]:
    """Return the room's call with one more agent."""
    body = call(ROOM, at)
    more = body["participants"][0] | {"identity": identity}
    return body | {"participants": [*body["participants"], more]}


POLLS = [poll(float(at)) for at in range(10)]


def test_a_room_of_the_same_name_is_another_workspaces_own() -> None:
    """It may end its own call; one that has none there may not."""
    own = ended(11.0)
    assert failed(*POLLS, own, poll(11.1)) == []
    stranger = missing(10.5, workspace=OTHER, mark="probe")
    assert failed(*POLLS, stranger, own, poll(11.1)) == ["end-call.guarded"]


@pytest.mark.parametrize("known", ["from a list", "long ago", "by nobody"])
def test_an_agent_that_nobody_polled_may_be_one_all_the_same(known: str) -> None:
    """It may have joined since, or be known from a list."""
    listing = board(10.2, ROOM)
    body = json.loads(listing.content)
    body["data"][0]["participants"] = joined(10.2, "agent-new")["participants"]
    listed = replace(listing, content=json.dumps(body).encode())
    more = [listed] if known == "from a list" else []
    at = 60.0 if known == "long ago" else 10.5
    wrong = failed(*POLLS, *more, muted(at, "agent-new"))
    assert ("remove-agent.refused" in wrong) == (known == "by nobody")


@pytest.mark.parametrize("stretch", [12, 1000])
def test_a_call_that_was_ended_is_not_expected_to_go_on(stretch: int) -> None:
    """However much of other rooms comes in between."""
    over = [missing(at) for at in (11.2, 11.6, 12.0)]
    others = [poll(12.1 + at / 10, ROOMS[1]) for at in range(40)]
    again = ended(17.0, workspace="ws-acme", status=409)
    first = ended(11.0, workspace="ws-acme")
    first = replace(first, content=json.dumps(DONE | {"endTime": _instant(11.0)}).encode())
    assert failed(*POLLS, first, *over, *others, again, stretch=stretch) == []


def _instant(at: float) -> str:
    return f"2026-11-22T09:30:{at:06.3f}Z"


def test_requests_that_overlap_have_no_order() -> None:
    """A slow answer may tell of what was, and one that came before it of what is."""
    slow = replace(poll(10.0), received=12.0, mark="overlapping")
    gone = [missing(10.5), missing(11.0)]
    assert failed(*POLLS, slow, *gone) == []
    same = [replace(one, mark="overlapping") for one in (*POLLS, poll(11.0, ROOMS[1]))]
    assert failed(poll(0.5), *same) == []
