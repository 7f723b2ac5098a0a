"""The console for everybody: keyboards, screen readers, small screens, dark rooms, calm eyes."""

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.console.conftest import OpenPage

VIEWS = {
    "calls": "/#/calls",
    "call": "/#/call?room=mock-escalation&at=200",
    "direct": "/#/call?room=call-abc123&direct=say",
    "state": "/#/state?room=call-abc123&scenario=recovery&at=100&code=429",
    "requests": "/#/requests",
    "docs": "/#/docs",
}
CARD_LAYOUT = """(cards) => cards.map((card) => {
  const [name, text] = ["bdi", "p"].map((part) => card.querySelector(part).getBoundingClientRect());
  const over = card.scrollWidth - card.clientWidth;
  return {name: card.innerText, under: text.top - name.bottom, over};
})"""
READY = {
    "calls": ".row[data-state='call']",
    "call": ".columns:has(.moved li) .insights dd",
    "direct": ".columns:has(.moved li) .insights dd",
    "state": ".verdict:not([data-kind='waiting'])",
    "requests": "tbody tr",
    "docs": "tbody tr",
}


def ready(page: Page, view: str) -> None:
    """Wait until a view shows what it has."""
    expect(page.locator(READY[view]).first).to_be_visible()


@pytest.fixture(scope="module", autouse=True)
def some_requests(mock: str) -> None:
    """Something for the list of requests to show."""
    path = mock + "/v2/api/active-calls/"
    httpx2.get(path + "call-abc123", headers={"prefer": "scenari=x"})
    httpx2.get(path + "call-abc123", headers={"x-workspace-id": "ws-acme", "prefer": "at=5"})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(mock: str, open_page: OpenPage, view: str, scheme: str) -> None:
    """axe-core has no objection to any view, in light and in dark."""
    page = open_page(mock + VIEWS[view], color_scheme=scheme, reduced_motion="reduce")
    ready(page, view)
    if view == "requests":
        page.locator("tbody button").first.click()
        expect(page.get_by_label("The opened request")).to_contain_text("Response")
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["impact"], [n["html"] for n in v["nodes"]]) for v in violations] == []


def test_fits_the_smallest_screen(mock: str, open_page: OpenPage) -> None:
    """At 360 pixels nothing has to be scrolled sideways."""
    page = open_page("about:blank", viewport={"width": 360, "height": 740})
    for view, address in VIEWS.items():
        page.goto(mock + address)
        ready(page, view)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, view


def demand_access(page: Page) -> None:
    """Demand that axe has nothing to say of a page as it is."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_axe_finds_nothing_in_rarer_states_of_a_call(mock: str, open_page: OpenPage) -> None:
    """Nor to what is only there at times: many people, an error, an end, an agent that is muted."""
    page = open_page("about:blank", reduced_motion="reduce")
    page.route("**/insights", lambda route: route.fulfill(status=403, json={}))
    page.goto(mock + "/#/call?room=mock-many-participants&at=400")
    expect(page.locator(".people-list li")).to_have_count(12)
    expect(page.locator(".moved li").first).to_be_visible()
    expect(page.get_by_text("403: Status 403")).to_be_visible()
    page.unroute_all()
    demand_access(page)
    page.goto(mock + "/#/call?room=mock-end-fails")
    page.get_by_role("button", name="End call").click()
    page.get_by_role("button", name="End the call").click()
    expect(page.get_by_role("alert")).to_contain_text("500")
    demand_access(page)
    page.goto(mock + "/#/call?room=r&workspace=ws-axe")
    expect(page.locator("#moment")).to_be_enabled()
    httpx2.post(mock + "/v2/api/active-calls/r/end-call", headers={"x-workspace-id": "ws-axe"})
    expect(page.locator("output")).to_contain_text("ended at")
    demand_access(page)
    page.goto(mock + "/#/call?room=mock-muted-agent&workspace=ws-axe")
    expect(page.locator(".muted")).to_be_visible()
    demand_access(page)
    page.goto(mock + "/#/call?room=r&direct=leave")
    page.get_by_label("Identity").fill("nobody")
    page.get_by_role("button", name="Let them leave").click()
    expect(page.locator(".result")).to_contain_text("409")
    demand_access(page)
    page.goto(mock + "/#/call?room=mock-503&direct=play")
    expect(page.locator(".notice")).to_contain_text("503")
    demand_access(page)


def test_axe_finds_nothing_in_rarer_states_of_other_views(mock: str, open_page: OpenPage) -> None:
    """An empty board, a state's headers, own requests, no mock."""
    page = open_page("about:blank", reduced_motion="reduce")
    page.goto(mock + "/#/calls?scenario=empty-board&workspace=ws-axe")
    expect(page.get_by_text("No call is going on here right now.")).to_be_visible()
    demand_access(page)
    page.goto(mock + "/#/state?fault=truncated&headers=1")
    expect(page.locator(".verdict")).to_contain_text("Status")
    demand_access(page)
    page.goto(mock + "/#/requests?own=1")
    expect(page.locator("tr.own").first).to_be_visible()
    demand_access(page)
    page.route("**/v2/api/**", lambda route: route.abort())
    page.goto(mock + "/#/calls?watch=another")
    expect(page.locator("#connection")).to_be_visible()
    demand_access(page)


def test_scenario_cards_are_whole(mock: str, open_page: OpenPage) -> None:
    """On a narrow screen too, no scenario's name is cut off, and what it is stands below."""
    page = open_page(mock)
    ready(page, "calls")
    for width in (900, 390):
        page.set_viewport_size({"width": width, "height": 844})
        # All at once: between two questions the board above may grow, and move the cards.
        cards = page.locator(".card").evaluate_all(CARD_LAYOUT)
        assert len(cards) > 5
        assert [card for card in cards if card["under"] < -1 or card["over"] > 0] == []


def test_newest_line_is_in_view(mock: str, open_page: OpenPage) -> None:
    """What is being said can be read without scrolling the page; short lines have short bubbles."""
    page = open_page(mock + VIEWS["call"])
    for width, height in ((1440, 900), (1280, 800), (1280, 700), (900, 700), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        ready(page, "call")
        expect(page.locator(".lines > li").last).to_be_in_viewport(ratio=0.95)
    widths = page.locator(".from-agent").evaluate_all("(all) => all.map((one) => one.offsetWidth)")
    assert len(set(widths)) > 1


def test_focus_is_seen_whole(mock: str, open_page: OpenPage) -> None:
    """The ring around the row that has the focus is not cut off by what cuts off long names."""
    page = open_page(mock)
    ready(page, "calls")
    for row in (page.locator(".board .row").first, page.locator(".card").first):
        page.get_by_label("Find").focus()
        page.keyboard.press("Tab")  # from now on the focus is the keyboard's
        row.locator("a").first.focus()
        assert row.evaluate("(row) => getComputedStyle(row).outlineStyle") == "solid"


def test_keyboard_is_enough(mock: str, open_page: OpenPage) -> None:
    """From the address bar to a call, and back to its heading, without a mouse."""
    page = open_page(mock)
    ready(page, "calls")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    assert page.url.rstrip("/") == mock
    for _ in range(4):  # past the tools, to the first row
        page.keyboard.press("Tab")
    first = page.locator(".row a").first
    expect(first).to_be_focused()
    room = first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(room)
    expect(page.locator("h1")).to_be_focused()
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Calls in")


def test_copying_keeps_the_focus(mock: str, open_page: OpenPage) -> None:
    """Where there is no clipboard without TLS, copying leaves the focus where it was."""
    page = open_page(mock + VIEWS["state"])
    ready(page, "state")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    button = page.get_by_role("button", name="Copy code")
    button.click()
    expect(page.get_by_text("Copied.")).to_be_attached()
    expect(page.get_by_role("button", name="Copied")).to_be_focused()


def test_commands_are_one_choice(mock: str, open_page: OpenPage) -> None:
    """Arrow keys go through the commands, and the form follows."""
    page = open_page(mock + "/#/call?room=r&direct=play")
    page.get_by_role("radio", name="Put into a state").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Say", exact=True)).to_be_checked()
    expect(page.get_by_label("What is said")).to_be_visible()
    page.wait_for_url("**direct=say")


def test_a_made_state_is_seen_on_a_phone(mock: str, open_page: OpenPage) -> None:
    """The answer to a state is in view without scrolling, and comes before the request's code."""
    page = open_page(mock + VIEWS["state"], viewport={"width": 390, "height": 844})
    page.goto(mock + "/#/state?room=call-abc123&scenario=escalation&at=145")
    expect(page.locator(".verdict")).to_contain_text("Status 200")
    expect(page.locator(".verdict")).to_be_in_viewport(ratio=1)
    body = page.get_by_label("The body of the response")
    expect(body).to_contain_text("transcript")
    box = body.bounding_box()
    assert box and box["y"] < 844 - 100
    expect(page.locator(".results h2").first).to_have_text("Response")


def test_tabs_move_with_arrows(mock: str, open_page: OpenPage) -> None:
    """The kinds of code are tabs, as a screen reader's user expects them."""
    page = open_page(mock + VIEWS["state"])
    page.get_by_role("tab", name="curl").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Python httpx")).to_be_focused()
    expect(page.get_by_label("The request as code")).to_contain_text("import httpx")
    page.keyboard.press("Home")
    expect(page.get_by_role("tab", name="curl")).to_have_attribute("aria-selected", "true")


def test_needs_nothing_from_elsewhere(mock: str, open_page: OpenPage) -> None:
    """Without internet access the console is complete: it asks nobody but the mock."""
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for view, address in VIEWS.items():
        page.goto(mock + address)
        ready(page, view)
    assert all(url.startswith((mock, "data:")) for url in asked)
