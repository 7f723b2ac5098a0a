"""What a call is about, on its page."""

from datetime import datetime, timedelta

import httpx2
from playwright.sync_api import expect

from tests.console.conftest import OpenPage, fragment, set_moment

PATH = "/v2/api/active-calls/"


def test_insights_go_with_the_call(mock: str, open_page: OpenPage) -> None:
    """What the call is about is what the API answers, now and at a moment, or why it does not."""
    room, headers = "r", {"x-workspace-id": "ws-insights"}
    workspace, path = f"{mock}/_mock/workspaces/ws-insights", f"{mock}{PATH}{room}/insights"

    def say(content: str) -> None:
        said = {"type": "say", "role": "customer", "content": content}
        httpx2.post(f"{workspace}/rooms/{room}/events", json=said).raise_for_status()

    httpx2.post(f"{workspace}/rooms/{room}/events", json={"type": "start"}).raise_for_status()
    now = httpx2.get(f"{workspace}/clock").json()["now"]
    frozen = (datetime.fromisoformat(now) + timedelta(seconds=100)).isoformat()
    httpx2.put(f"{workspace}/clock", json={"freeze": frozen}).raise_for_status()
    page = open_page(mock + fragment("call", workspace="ws-insights", room=room))
    insights = page.get_by_role("region", name="Insights")
    told = httpx2.get(path, headers=headers).json()
    for text in (told["sentiment"], *told["topics"], told["summary"], *told["suggestions"]):
        expect(insights).to_contain_text(text)
    evil = '<img src=x onerror="window.pwned=1">'
    say(evil)
    expect(insights).to_contain_text(evil)
    expect(insights.locator("img")).to_have_count(0)
    error = {"error": {"code": "forbidden", "message": "Supervisors <b>alone</b>."}}
    page.route("**/insights", lambda route: route.fulfill(status=403, json=error))
    say("And another thing.")
    expect(insights.get_by_role("status")).to_have_text("403: Supervisors <b>alone</b>.")
    expect(insights.locator("dl")).to_be_hidden()
    expect(page.locator(".lines > li").last).to_contain_text("And another thing.")
    page.unroute_all()
    say("One last thing.")
    expect(insights.locator("dl")).to_contain_text("One last thing.")
    expect(insights.get_by_role("status")).to_be_hidden()
    expect(page.locator("#moment")).to_be_enabled()
    set_moment(page, 30)
    then = httpx2.get(path, headers={**headers, "prefer": "at=30, call=1"}).json()
    expect(insights).to_contain_text(then["summary"])
    expect(insights).not_to_contain_text("One last thing.")
    params = {"workspace": "ws-insights", "path": "insights"}
    journal = httpx2.get(f"{mock}/_mock/requests", params=params).json()["requests"]
    assert len(journal) == 2  # the console's own are kept apart
    journal = httpx2.get(f"{mock}/_mock/requests", params={**params, "own": True}).json()
    assert len(journal["requests"]) > 2
