"""The board is the list of calls: they come and go, and nothing moves away from under the mouse."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx2
from playwright.sync_api import Locator, Page, Route, expect

from tests.console.conftest import OpenPage, fragment, serve

LIST = "/v2/api/active-calls"
EVIL = "<img src=x onerror=\"window.pwned='list'\">"
MOMENT = "2024-06-01T10:00:00.000Z"
RECORD_ANIMATIONS = """
  window.animated = [];
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...given) {
    window.animated.push(this.dataset.room);
    return animate.apply(this, given);
  };
"""
Call = dict[str, Any]


def call(room: str, **fields: object) -> Call:
    """Return what a list has of a call."""
    return {
        "id": room, "roomName": room, "customerPhone": "+12025550101", "customerName": "Ada",
        "aiAgentName": "Desk", "duration": 5, "status": "active", "sentiment": "neutral",
        "lastMessage": "Hello.", "transferRequested": False, "type": "phone",
        "participants": [{"identity": "agent-1", "isAgent": True, "joinedAt": MOMENT}],
        **fields,
    }  # fmt: skip


def lists(page: Page) -> Callable[[Sequence[Call]], None]:
    """Return a function that says which calls the page is told from now on."""
    shown: list[Call] = []

    def answer(route: Route) -> None:
        body = {"data": shown, "count": len(shown), "timestamp": MOMENT}
        route.fulfill(json=body)

    def tell(calls: Sequence[Call]) -> None:
        shown[:] = calls
        with page.expect_response("**" + LIST):
            pass

    page.route("**" + LIST, answer)
    return tell


def rooms(page: Page) -> list[str]:
    """Return the rooms on the board from top to bottom."""
    rows = page.locator("[aria-labelledby=calls] .row")
    found: list[str] = rows.evaluate_all("(rows) => rows.map((row) => row.dataset.room)")
    return found


def row_of(page: Page, room: str) -> Locator:
    """Return the row of a room."""
    return page.locator(f".row[data-room='{room}']")


def test_calls_come_and_go(mock: str, open_page: OpenPage) -> None:
    """The list's order holds; but while a pointer is on the board, nothing on it moves."""
    page = open_page("about:blank")
    page.add_init_script(RECORD_ANIMATIONS)
    tell = lists(page)
    page.goto(mock + fragment("calls"))
    tell([call("a"), call("b"), call("c", transferRequested=True)])
    row = partial(row_of, page)
    expect(row("c").locator(".transfer")).to_be_visible()
    expect(row("b").locator(".transfer")).to_be_hidden()
    expect(page.locator(".summary")).to_have_text("3 live calls, 0 negative, 1 transfer requested")
    row("b").hover()
    top = row("b").bounding_box()
    tell([call("0"), call("b", lastMessage=EVIL, sentiment=EVIL, customerName=EVIL), call("d")])
    expect(row("a")).to_have_attribute("data-state", "over")
    expect(row("c")).to_contain_text("The call has ended.")
    assert rooms(page) == ["a", "b", "c", "0", "d"]
    assert row("b").bounding_box() == top
    expect(row("b").locator(".text")).to_have_text(EVIL)
    assert "b" in page.evaluate("window.animated")  # something has been said
    page.mouse.move(0, 0)
    tell([call("0"), call("b"), call("d")])
    expect(row("a")).to_have_count(0)
    assert rooms(page) == ["0", "b", "d"]
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("() => { window.animated = []; }")
    row("b").get_by_role("link").focus()
    tell([call("d", lastMessage="New."), call("e")])
    expect(row("e")).to_be_visible()
    assert rooms(page) == ["b", "d", "e"]  # the row that has the focus keeps it
    assert page.evaluate("window.animated") == []
    page.get_by_label("Find").focus()
    tell([])
    expect(page.get_by_text("No call is going on here right now.")).to_be_visible()
    assert page.evaluate("window.pwned") is None


def test_a_list_that_is_none(mock: str, open_page: OpenPage) -> None:
    """An error is told in its own words, and so is what is no list; the calls are kept, as old."""
    page = open_page("about:blank")
    tell = lists(page)
    page.goto(mock + fragment("calls"))
    tell([call("a")])
    row = page.locator(".row[data-room=a]")
    expect(row).to_have_attribute("data-state", "call")
    error = {"error": {"code": "unavailable", "message": EVIL}}
    page.route("**" + LIST, lambda route: route.fulfill(status=503, json=error))
    expect(page.locator(".notice")).to_have_text(f"503: {EVIL}. The calls below are as they were.")
    expect(row).to_have_attribute("data-state", "stale")
    page.route("**" + LIST, lambda route: route.fulfill(json={"data": {}}))
    expect(page.locator(".notice")).to_contain_text("not the JSON that it should be")
    page.unroute_all()
    expect(page.locator(".row").nth(1)).to_have_attribute("data-state", "call")
    expect(page.locator(".notice")).to_be_hidden()


def test_many_calls(mock: str, open_page: OpenPage) -> None:
    """Of many calls some are shown, which is said; all are searched; one request brings them."""
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    tell = lists(page)
    page.goto(mock + fragment("calls"))
    room = "call-_+12025550199_AbCdEfGhJkMn"
    tell([*(call(f"r{number}") for number in range(1999)), call(room, lastMessage=EVIL)])
    expect(page.get_by_text("Showing 200 of 2,000 calls.")).to_be_visible()
    assert len(rooms(page)) == 200
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_text("Showing 400 of 2,000 calls.")).to_be_visible()
    page.get_by_label("Find").fill("+12025550199")
    expect(page.locator(".row:visible")).to_have_count(1)
    assert page.evaluate("window.pwned") is None
    assert {url for url in asked if LIST in url} == {mock + LIST}
    with page.expect_request(f"{mock}{LIST}/{quote(room, safe='')}"):
        page.get_by_role("link", name=room).click()
    expect(page.locator("h1")).to_contain_text(room)


def test_watching_puts_nothing_on_the_board(mock: str, open_page: OpenPage) -> None:
    """What only the console has asked for is on nobody's board; a room stands once on its own."""
    headers = {"x-workspace-id": "ws-watched"}
    page = open_page(mock + fragment("calls", workspace="ws-watched", watch="call-own\nmock-503"))
    row = page.locator(".row[data-room='call-own']")
    expect(row).to_have_attribute("data-state", "call")
    expect(page.locator(".row[data-room='mock-503']")).to_have_attribute("data-state", "error")
    on_board = {one["roomName"] for one in httpx2.get(mock + LIST, headers=headers).json()["data"]}
    assert on_board
    assert "call-own" not in on_board
    httpx2.get(f"{mock}{LIST}/call-own", headers=headers)
    expect(row.locator(".type")).to_have_text("phone")  # which only the list tells
    expect(row).to_have_count(1)


def test_rooms_without_a_call_are_named(open_page: OpenPage) -> None:
    """Where the mock was given rooms, those that are between two calls are named."""
    with serve("--room", "lobby", "--room", "desk") as url:
        httpx2.post(f"{url}{LIST}/desk/end-call", headers={"x-workspace-id": "ws-acme"})
        page = open_page(url + fragment("calls"))
        expect(page.locator(".row[data-room=lobby]")).to_have_attribute("data-state", "call")
        expect(page.get_by_text("Without a call right now: desk.")).to_be_visible()
        httpx2.post(f"{url}{LIST}/lobby/end-call", headers={"x-workspace-id": "ws-acme"})
        expect(page.get_by_text("No call is going on right now in the rooms")).to_be_visible()
