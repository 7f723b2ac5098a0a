"""What a list may say differently than the details: it lags, and so does what it is made from."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.judging.findings import Finding
from contracts.judging.judge import judge
from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import ROOMS, call, missing, poll, shows
from tests.contracts.family import board, insights
from tests.contracts.samples import person

Call = dict[str, Any]
OLD = "f" * 24


def _list(at: float, change: Callable[[Call], Call]) -> Exchange:
    made = board(at, ROOMS[0])
    body = json.loads(made.content)
    body["data"] = [one | change(one) for one in body["data"]]
    return shows(made, body)


def _agrees(*exchanges: Exchange) -> Finding:
    return judge(exchanges)["list.agrees"]


@pytest.mark.parametrize(
    ("listed", "detail", "level"),
    [("Ada", None, "should"), (None, "Ada", "should"), ("Ada", "Eve", None)],
)
def test_a_name_that_one_of_two_does_not_know_is_a_should(
    listed: Any, detail: Any, level: Any
) -> None:
    """Two names are a contradiction."""
    polls = [poll(at, customerName=detail) for at in (10, 12)]
    [found] = _agrees(polls[0], _list(11, lambda _: {"customerName": listed}), polls[1]).breaches
    assert (found.path, found.level) == ("customerName", level)


@pytest.mark.parametrize(("since", "status"), [(9, "passed"), (2, "failed")])
def test_a_call_that_was_replaced_a_moment_ago_may_be_listed(since: float, status: str) -> None:
    """After some seconds it may not."""
    before = [poll(0, id=OLD, customerPhone="+1"), poll(since - 1, id=OLD, customerPhone="+1")]
    listing = _list(12, lambda _: {"id": OLD, "customerPhone": "+1"})
    assert _agrees(*before, poll(since), poll(11), listing, poll(13)).status == status


@pytest.mark.parametrize(("lasted", "status"), [(3, "passed"), (9, "failed")])
def test_a_call_that_has_just_begun_may_be_listed_as_the_one_before(
    lasted: int, status: str
) -> None:
    """Also where nobody saw the one before in detail."""
    polls = [poll(at, duration=lasted + int(at)) for at in (0, 2)]
    assert _agrees(polls[0], _list(1, lambda _: {"id": OLD}), polls[1]).status == status


@pytest.mark.parametrize(("first", "status"), [(10, "passed"), (5, "failed")])
def test_who_left_a_moment_ago_may_be_listed(first: float, status: str) -> None:
    """So may the agent who handed the call over. A detail that is old enough knows them."""
    joined = call(ROOMS[0], 0)["participants"][0]["joinedAt"]
    guest = {k: v for k, v in person("guest", False, joined).items() if k != "metadata"}
    with_guest = _list(12, lambda one: {"participants": [*one["participants"], guest]})
    with_agent = _list(12, lambda _: {"aiAgentName": "Bea"})
    for listing in (with_guest, with_agent):
        assert _agrees(poll(first), poll(11), listing, poll(13)).status == status


def test_a_key_that_was_tried_in_part_says_where() -> None:
    """The reports show for which operations a key was not looked at."""
    wrong = missing(11, status=401, mark="unauthorised")
    seen = [poll(10), board(10.1, ROOMS[0]), insights(10.2), insights(10.3), poll(10.5), wrong]
    found = judge(seen)["auth.required"]
    words = "tried with call, not with list and insights"
    assert (found.status, found.reason) == ("passed", words)
    at_list = replace(board(12), status=401, content=b"{}", mark="unauthorised")
    found = judge([*seen, at_list])["auth.required"]
    assert found.reason == "tried with call and list, not with insights"
