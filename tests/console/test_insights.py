"""What a call is about, on its page."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx2
from playwright.sync_api import expect

from tests.console.conftest import OpenPage, fragment, set_moment

ROOM, WORKSPACE = "r", "ws-insights"


def happen(mock: str, kind: str, **more: str) -> None:
    """Let something happen in the room's call."""
    events = f"{mock}/_mock/workspaces/{WORKSPACE}/rooms/{ROOM}/events"
    httpx2.post(events, json={"type": kind, **more}).raise_for_status()


def stand_still(mock: str, seconds: float) -> None:
    """Let the workspace's clock stand, so many seconds from now."""
    clock = f"{mock}/_mock/workspaces/{WORKSPACE}/clock"
    now = datetime.fromisoformat(httpx2.get(clock).json()["now"])
    then = (now + timedelta(seconds=seconds)).isoformat()
    httpx2.put(clock, json={"freeze": then}).raise_for_status()


def asked(mock: str, prefer: str = "") -> Any:
    """Return what the API tells of the call."""
    headers = {"x-workspace-id": WORKSPACE, "prefer": prefer}
    return httpx2.get(f"{mock}/v2/api/active-calls/{ROOM}/insights", headers=headers).json()


def journal(mock: str, **more: str) -> list[Any]:
    """Return the requests for insights that the mock has kept."""
    params = {"workspace": WORKSPACE, "path": "insights", **more}
    found = httpx2.get(f"{mock}/_mock/requests", params=params).json()["requests"]
    assert isinstance(found, list)
    return found


def test_insights_go_with_the_call(mock: str, open_page: OpenPage) -> None:
    """What the call is about is what the API answers, now and at a moment, or why it does not."""
    say = partial(happen, mock, "say", role="customer")
    happen(mock, "start")
    stand_still(mock, 100)
    page = open_page(mock + fragment("call", workspace=WORKSPACE, room=ROOM))
    insights = page.get_by_role("region", name="Insights")
    told = asked(mock)
    for text in (told["sentiment"], *told["topics"], told["summary"], *told["suggestions"]):
        expect(insights).to_contain_text(text)
    evil = '<img src=x onerror="window.pwned=1">'
    say(content=evil)
    expect(insights).to_contain_text(evil)
    expect(insights.locator("img")).to_have_count(0)
    error = {"error": {"code": "forbidden", "message": "Supervisors <b>alone</b>."}}
    page.route("**/insights", lambda route: route.fulfill(status=403, json=error))
    say(content="And another thing.")
    expect(insights.get_by_role("status")).to_have_text("403: Supervisors <b>alone</b>.")
    expect(insights.locator("dl")).to_be_hidden()
    expect(page.locator(".lines > li").last).to_contain_text("And another thing.")
    page.unroute_all()
    say(content="One last thing.")
    expect(insights.locator("dl")).to_contain_text("One last thing.")
    expect(insights.get_by_role("status")).to_be_hidden()
    expect(page.locator("#moment")).to_be_enabled()
    set_moment(page, 30)
    expect(insights).to_contain_text(asked(mock, "at=30, call=1")["summary"])
    expect(insights).not_to_contain_text("One last thing.")
    assert len(journal(mock)) == 2  # the console's own are kept apart
    assert len(journal(mock, own="true")) > 2
