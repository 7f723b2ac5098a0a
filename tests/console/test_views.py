"""What a developer does in the console, view by view."""

import json
import re

import httpx2
from playwright.sync_api import Page, expect

from tests.console.conftest import OpenPage, fragment, set_moment

PATH = "/v2/api/active-calls/"
ROW = ".row[data-room='{}']"


def scenarios(mock: str) -> list[dict[str, str]]:
    """Return the catalogue."""
    listed: list[dict[str, str]] = httpx2.get(mock + "/_mock/scenarios").json()["scenarios"]
    return listed


def shown_json(page: Page) -> object:
    """Return the response body that the view of one call shows."""
    return json.loads(page.locator(".raw pre").inner_text())


def test_board_fills_and_ticks(mock: str, open_page: OpenPage) -> None:
    """The board shows who talks to which agent, in what mood, and its clocks run."""
    page = open_page(mock)
    headers = {"x-workspace-id": "ws-acme"}
    listed = httpx2.get(mock + PATH.rstrip("/"), headers=headers).json()["data"]
    call = min(listed, key=lambda one: one["duration"])  # it does not end soon
    row = page.locator(ROW.format(call["roomName"]))
    expect(row).to_have_attribute("data-state", "call")
    expect(row.locator(".who")).to_have_text(call.get("customerName") or "Unknown caller")
    expect(row.locator(".phone")).to_have_text(call["customerPhone"])
    expect(row.locator(".type")).to_have_text(call["type"])
    expect(row.locator(".agent-name")).to_have_text(call["aiAgentName"])
    expect(row.locator(".mood")).to_contain_text("t")
    expect(row.locator(".count")).to_have_text(str(len(call["participants"])))
    expect(row.locator(".text")).not_to_be_empty()
    duration = row.locator(".duration").inner_text()
    expect(row.locator(".duration")).not_to_have_text(duration)
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(call["roomName"])
    expect(page.locator(".people-list li").first).to_be_visible()


def test_board_can_be_searched_and_added_to(mock: str, open_page: OpenPage) -> None:
    """Rooms and scenarios can be found, and other rooms watched; the address keeps both."""
    page = open_page(mock)
    for scenario in scenarios(mock):
        expect(page.locator(f".card [data-room='{scenario['room']}']")).to_be_visible()
    page.get_by_label("Watch a room").fill("web-<i>7</i>")
    page.get_by_role("button", name="Watch").click()
    expect(page.locator(".board .row").first).to_contain_text("web-<i>7</i>")
    expect(page.locator(".board .row").first).to_have_attribute("data-state", "call")
    page.get_by_label("Find").fill("no such room")
    expect(page.get_by_text("Nothing on the board matches.")).to_be_visible()
    page.get_by_label("Find").fill("mock-escal")
    expect(page.locator(":is(.card, .row):visible")).to_have_count(1)
    page.wait_for_url("**find=mock-escal**")
    again = open_page(page.url)
    expect(again.locator(":is(.card, .row):visible")).to_have_count(1)
    again.get_by_label("Find").fill("web-<i>")
    expect(again.locator(":is(.card, .row):visible")).to_have_count(1)
    again.get_by_role("button", name="Stop watching web-<i>7</i>").click()
    expect(again.get_by_text("Nothing on the board matches.")).to_be_visible()
    assert "watch=" not in again.url


def test_workspace_can_be_changed(mock: str, open_page: OpenPage) -> None:
    """Another workspace has other calls, also in the same rooms."""
    page = open_page(mock + "/#/calls?watch=mock-silent")
    who = page.locator(ROW.format("mock-silent")).locator(".who")
    expect(page.locator(ROW.format("mock-silent"))).to_have_attribute("data-state", "call")
    before = who.inner_text()
    page.get_by_label("Workspace").fill("ws-1")
    page.get_by_role("button", name="Switch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Calls in ws-1")
    call = httpx2.get(mock + PATH + "mock-silent", headers={"x-workspace-id": "ws-1"}).json()
    expect(who).to_have_text(call.get("customerName") or "Unknown caller")
    assert before != who.inner_text()


def test_every_scenario_opens(mock: str, open_page: OpenPage) -> None:
    """Each scenario can be opened as a call, or tells what is wrong with it."""
    page = open_page(mock + fragment("docs"))
    for scenario in scenarios(mock):
        page.goto(mock + fragment("call", room=scenario["room"]))
        expect(page.locator("h1")).to_contain_text(scenario["room"])
        if scenario["status"]:
            expect(page.locator(".notice")).to_contain_text(str(scenario["status"]))
        elif scenario["name"] != "ending":
            expect(page.locator("#moment")).to_be_enabled()
            expect(page.locator(".people-list li").first).to_be_visible()


def test_transcript_grows_and_is_followed(fast_mock: str, open_page: OpenPage) -> None:
    """New lines come at the end; the view follows, unless the reader has scrolled up."""
    page = open_page(
        fast_mock + fragment("call", room="mock-long-call"),
        viewport={"width": 1000, "height": 700},
    )
    lines = page.locator(".lines > li")
    expect(lines.nth(50)).to_be_attached()
    count = lines.count()
    expect(lines.nth(count)).to_be_attached()
    expect(lines.last).to_be_in_viewport()
    page.locator(".scroller").evaluate("(scroller) => (scroller.scrollTop = 0)")
    newer = page.get_by_role("button", name="new line")
    expect(newer).to_be_visible()
    assert page.locator(".scroller").evaluate("(scroller) => scroller.scrollTop") == 0
    newer.click()
    expect(newer).to_be_hidden()
    expect(lines.last).to_be_in_viewport()


def test_slider_shows_a_moment_twice_the_same(mock: str, open_page: OpenPage) -> None:
    """A moment of a call is the same whenever it is visited; the switch returns to live.

    The whole call is known by then, so that the mock need not be asked.
    """
    page = open_page(mock + fragment("call", room="mock-recovery"))
    expect(page.locator("#moment")).to_be_enabled()
    page.get_by_text("Raw JSON").click()
    seen, asked = [], []
    page.on("request", lambda request: asked.append(request.headers.get("prefer", "")))
    for seconds in (150, 30, 150):
        set_moment(page, seconds)
        expect(page.locator(".raw pre")).to_contain_text(f'"duration": {seconds},')
        seen.append((shown_json(page), page.locator(".lines").inner_text()))
    assert seen[0] == seen[2] != seen[1]
    assert not [prefer for prefer in asked if "at=" in prefer]
    expect(page.get_by_role("switch", name="Live")).not_to_be_checked()
    assert "at=150" in page.url
    page.get_by_role("switch", name="Live").click()
    expect(page.locator(".raw pre")).not_to_contain_text('"duration": 150,')
    assert "at=" not in page.url


def test_no_moment_after_the_end(mock: str, open_page: OpenPage) -> None:
    """The slider ends where the call is seen last; what comes after is a 404, and says so."""
    page = open_page(mock + fragment("call", room="mock-recovery", at=400, raw=1))
    expect(page.locator("#moment")).to_be_enabled()
    page.locator("#moment").focus()
    page.keyboard.press("End")
    expect(page.locator(".raw pre")).to_contain_text('"duration": 419')
    expect(page.locator(".now .duration")).to_have_text("6:59")
    late = open_page(mock + fragment("call", room="mock-recovery", at=5000))
    expect(late.locator(".notice")).to_contain_text("404")


def test_slider_works_from_the_keyboard(mock: str, open_page: OpenPage) -> None:
    """Arrow keys step through the call."""
    page = open_page(mock + fragment("call", room="mock-recovery", at=100))
    expect(page.locator("#moment")).to_be_enabled()
    page.locator("#moment").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".now .duration")).to_have_text("1:42")
    page.wait_for_url("**at=102")


def test_sentiment_names_the_lines_that_moved_it(mock: str, open_page: OpenPage) -> None:
    """Each change of sentiment stands with its line, and leads to its moment."""
    timeline = httpx2.get(
        mock + "/_mock/timelines/mock-recovery", headers={"x-workspace-id": "ws-acme"}
    ).json()
    page = open_page(mock + fragment("call", room="mock-recovery", call=timeline["call"], at=0))
    expect(page.locator(".moved li")).to_have_count(len(timeline["sentiment"]))
    change = timeline["sentiment"][1]
    item = page.locator(".moved li").nth(1)
    expect(item).to_contain_text(timeline["lines"][change["line"]]["content"])
    item.get_by_role("button").click()
    expect(page.locator(".now .mood")).to_contain_text(change["value"])
    expect(page.locator(".lines > li").last).to_contain_text(
        timeline["lines"][change["line"]]["content"]
    )
    described = page.locator("svg[role=img]").get_attribute("aria-label") or ""
    assert f"{change['value']} from 0:{int(change['at']):02d}" in described


def test_request_from_outside_appears(mock: str, open_page: OpenPage) -> None:
    """What an application asks is listed at once, with what was wrong, and can be opened."""
    page = open_page(mock + fragment("requests", path="call outside"))
    expect(page.locator(".summary")).to_contain_text("requests")
    headers = {"x-workspace-id": "ws-out", "prefer": "scenari=silent, at=5", "x-api-key": "hush"}
    httpx2.get(mock + PATH + "call%20outside", headers=headers)
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    for text in ("GET", "getActiveCall", "ws-out", "200", "at=5", "did you mean scenario?"):
        expect(row).to_contain_text(text)
    row.get_by_role("button").click()
    detail = page.get_by_label("The opened request")
    expect(detail).to_contain_text("scenari=silent, at=5")
    expect(detail).to_contain_text('"roomName": "call outside"')
    expect(detail).not_to_contain_text("hush")
    expect(detail).to_contain_text("Preferences applied: at=5")
    expect(detail).to_contain_text(re.compile(r"took [\d.]+ ms"))
    again = open_page(page.url)
    expect(again.get_by_label("The opened request")).to_contain_text("call%20outside")
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    expect(row.get_by_role("button")).to_be_focused()


def test_requests_can_be_filtered_paused_and_cleared(open_page: OpenPage, fast_mock: str) -> None:
    """The list narrows to what is looked for, stands still, and can be emptied."""
    mock = fast_mock
    headers = {"x-workspace-id": "ws-acme"}
    page = open_page(mock + fragment("requests"))
    for room in ("call-f1", "mock-503", "call-f2"):
        httpx2.get(mock + PATH + room, headers=headers)
    httpx2.get(mock + PATH + "call-f3")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("call-f3")
    page.get_by_label("Status").select_option("5xx")
    expect(rows).to_have_count(1)
    page.get_by_label("Status").select_option("")
    page.get_by_label("Only with problems").check()
    expect(rows).to_have_count(1)
    page.get_by_label("Only with problems").uncheck()
    page.get_by_role("switch", name="Live").click()
    httpx2.get(mock + PATH + "call-f4", headers=headers)
    with page.expect_response("**/_mock/requests?**"):
        page.get_by_role("switch", name="Live").click()
    expect(rows).to_have_count(5)
    page.get_by_role("button", name="Clear").click()
    expect(rows).to_have_count(0)
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    expect(page.get_by_text("No request passes the filter.")).to_be_hidden()
    httpx2.get(mock + PATH + "call-f5", headers=headers)
    expect(rows).to_have_count(1)
    page.get_by_label("The console's too").check()
    expect(page.locator("tbody tr.own").first).to_be_visible()


def test_docs_link_to_everything(mock: str, open_page: OpenPage) -> None:
    """The docs view leads to the API docs and the spec, and has the table of scenarios."""
    page = open_page(mock + fragment("docs"))
    expect(page.locator(".doc-links a")).to_have_count(4)
    for link in page.locator(".doc-links a").all():
        target = link.evaluate("(link) => link.href")
        assert httpx2.get(target).status_code == 200
    expect(page.locator("tbody tr")).to_have_count(len(scenarios(mock)))
    page.get_by_role("link", name="Make the state silent").click()
    expect(page.get_by_label("Scenario", exact=True)).to_have_value("silent")
