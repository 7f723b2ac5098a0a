"""The console when things go wrong: no mock, no budget, no key, and hostile content."""

import socket
import threading
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx2
import pytest
from playwright.sync_api import expect

from tests.console.conftest import OpenPage, serve

PATH = "/v2/api/active-calls/"
HEADERS = {"x-workspace-id": "ws-acme"}
EVIL = "<img src=x onerror=\"window.pwned='room'\"><script>window.pwned='room'</script>"


def test_recovers_when_the_mock_restarts(open_page: OpenPage) -> None:
    """While the mock is away the board says so and keeps what it had; then it goes on."""
    with serve() as url:
        page = open_page(url)
        row = page.locator(".board .row").first
        expect(row).to_have_attribute("data-state", "call")
    notice = page.locator("#connection")
    expect(notice).to_contain_text("does not answer")
    expect(row).to_have_attribute("data-state", "stale")
    with serve(port=int(url.rpartition(":")[2])):
        expect(notice).to_be_hidden()
        expect(row).to_have_attribute("data-state", "call")


def test_restarted_with_other_options(open_page: OpenPage, tmp_path: Path) -> None:
    """A mock that comes back is taken as what it is now: its rooms, its key, its scenarios."""
    with serve() as url:
        page = open_page(url)
        row = page.locator(".board .row").first
        expect(row).to_have_attribute("data-state", "call")
    port = int(url.rpartition(":")[2])
    field = page.get_by_label("x-api-key")
    row = page.locator(".row[data-room='lobby']")
    with serve("--api-key", "one", "--room", "lobby", port=port):
        field.fill("one")
        page.keyboard.press("Enter")
        expect(row).to_have_attribute("data-state", "call")
        expect(page.locator(".row")).to_have_count(1)
        page.evaluate("sessionStorage.setItem('active-calls-mock-key', 'of-another-mock')")
        expect(page.get_by_role("alert")).to_contain_text("not the mock's")
        field.fill("one")
        page.keyboard.press("Enter")
        expect(row).to_have_attribute("data-state", "call")
        page.get_by_role("link", name="Docs").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Docs")
    own = tmp_path / "own.yaml"
    own.write_text("scenarios: {busy: {description: Engaged., status: 503}}", "utf-8")
    with serve("--scenarios", str(own), port=port):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.get_by_role("link", name="Open mock-busy")).to_be_visible()


def test_requests_recover_when_the_mock_restarts(open_page: OpenPage) -> None:
    """A restarted mock counts anew: its requests are listed, the old ones are gone."""
    with serve() as url:
        page = open_page(url + "/#/requests")
        for _ in range(3):
            httpx2.get(url + PATH + "call-before", headers=HEADERS)
        expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("#connection")).to_be_visible()
    with serve(port=int(url.rpartition(":")[2])):
        httpx2.get(url + PATH + "call-after", headers=HEADERS)
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody tr")).to_contain_text("call-after")


def test_rate_limited_and_recovered(open_page: OpenPage) -> None:
    """When an application has used the budget up, the board waits as long as it is told to."""
    with serve("--rate-limit", "40/s") as url:
        enough = threading.Event()

        def use_up() -> None:
            with httpx2.Client(base_url=url, headers=HEADERS) as client:
                while not enough.is_set():
                    client.get(PATH + "x")

        page = open_page(url)
        row = page.locator(".board .row").first
        expect(row).to_have_attribute("data-state", "call")
        application = threading.Thread(target=use_up)
        application.start()
        try:
            expect(page.locator("#connection")).to_contain_text("Rate-limited by the mock")
        finally:
            enough.set()
            application.join()
        expect(page.locator("#connection")).to_be_hidden()
        expect(row).to_have_attribute("data-state", "call")


def test_console_leaves_the_application_its_budget(open_page: OpenPage) -> None:
    """Under a rate limit, the board spends no more than half of it, and so does a call's page."""
    with serve("--rate-limit", "10/h") as url:
        page = open_page(url + "/#/calls?watch=a%0Ab%0Ac%0Ad")
        rows = page.locator("[aria-labelledby=watched] .row[data-state='call']")
        expect(rows).to_have_count(4)  # with the list, these are five requests
        statuses = [httpx2.get(url + PATH + "x", headers=HEADERS).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        expect(page.locator(".summary")).to_contain_text("Asking slowly")
        rows.locator("a").first.click()
        expect(page.get_by_text("Asking slowly")).to_be_visible()
        page = open_page(url + "/#/call?room=a&workspace=ws-other")
        expect(page.get_by_text("Asking slowly")).to_be_visible()
        expect(page.get_by_role("region", name="Insights")).to_contain_text("Summary")
        headers = {"x-workspace-id": "ws-other"}
        statuses = [httpx2.get(url + PATH + "x", headers=headers).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]


def test_asks_for_the_key(open_page: OpenPage) -> None:
    """A mock with a key is asked with it; it is kept for the tab alone, and never copied."""
    with serve("--api-key", "s3cret") as url:
        page = open_page(url + "/#/state?room=a")
        field = page.get_by_label("x-api-key")
        field.fill("wrong")
        page.get_by_role("button", name="Use it").click()
        expect(page.get_by_role("alert")).to_contain_text("not the mock's key")
        field.fill("s3cret")
        page.keyboard.press("Enter")
        expect(page.locator(".verdict")).to_contain_text("Status 200")
        code = page.get_by_label("The request as code")
        for kind in ("curl", "fetch", "axios", "Python httpx"):
            page.get_by_role("tab", name=kind).click()
            expect(code).to_contain_text("API_KEY")
            expect(code).not_to_contain_text("s3cret")
        assert "s3cret" not in page.url
        assert page.evaluate("localStorage.length") == 0


def test_without_a_journal(open_page: OpenPage) -> None:
    """The view of requests says why it has nothing to show."""
    with serve("--journal", "0") as url:
        page = open_page(url + "/#/requests")
        expect(page.get_by_text("--journal above 0")).to_be_visible()


def test_only_given_rooms(open_page: OpenPage) -> None:
    """Where the mock was given rooms, the board shows these and no others."""
    with serve("--room", "lobby", "--room", "ws-other/desk") as url:
        page = open_page(url + "/#/calls?workspace=ws-acme")
        expect(page.locator(".row[data-room='lobby']")).to_have_attribute("data-state", "call")
        expect(page.locator(".row")).to_have_count(1)


def test_workspace_without_rooms(open_page: OpenPage) -> None:
    """Where the mock has no room for a workspace, the board says so, and where there are some."""
    with serve("--room", "ws-x/desk") as url:
        page = open_page(url + "/#/calls?workspace=nobody")
        expect(page.get_by_text("no room in this workspace")).to_be_visible()
        expect(page.locator(".board:visible")).to_have_count(0)
        page.get_by_role("link", name="ws-x").click()
        expect(page.locator(".row[data-room='desk']")).to_have_attribute("data-state", "call")


def test_workspace_that_no_header_can_carry(mock: str, open_page: OpenPage) -> None:
    """A name from the address that cannot be sent is a mistake, not a mock that does not answer."""
    page = open_page(mock + "/#/calls?workspace=b%C3%BCro")
    expect(page.locator(".notice")).to_contain_text("büro")
    expect(page.locator("#connection")).to_be_hidden()
    page.get_by_label("Workspace").fill("buero")
    page.get_by_role("button", name="Switch").click()
    expect(page.locator(".row").first).to_have_attribute("data-state", "call")


def test_call_that_is_over(mock: str, open_page: OpenPage) -> None:
    """A row keeps nothing of a call that it lost; its page tells when it was last seen."""
    room = "mock-unknown-caller"
    page = open_page(f"{mock}/#/calls?watch={room}&workspace=ws-over")
    row = page.locator(f".row[data-room='{room}']")
    expect(row.locator(".phone")).not_to_be_empty()
    expect(row.locator(".who")).to_have_class("who unnamed")
    page.route(f"**/{room}", lambda route: route.fulfill(status=404, json={}))
    expect(row).to_have_attribute("data-state", "gone")
    expect(row.locator(".phone")).to_be_empty()
    expect(row.locator(".who")).to_have_class("who")
    page.unroute_all()
    page.goto(f"{mock}/#/call?room={room}")
    expect(page.locator("#moment")).to_be_enabled()
    page.route(f"**/{room}", lambda route: route.fulfill(status=404, json={}))
    expect(page.locator("output")).to_contain_text("last seen at")
    expect(page.locator(".notice")).to_have_attribute("data-kind", "gone")


@pytest.mark.parametrize(
    "address",
    [
        "/#/call?room=mock-markup&at=90",
        "/#/state?room=a&scenario=markup&at=90",
        "/#/calls?scenario=markup&workspace=mock-markup",
        "/#/calls?watch={evil}&workspace={evil}",
        "/#/call?room={evil}&at=9",
        "/#/state?room={evil}&scenario={evil}&fault={evil}&workspace={evil}",
        "/#/requests?path={evil}&open=1",
        "/#/{evil}?{evil}={evil}",
    ],
)
def test_content_from_outside_is_inert(mock: str, open_page: OpenPage, address: str) -> None:
    """Scripts and markup in calls, names and addresses are text, and nothing but text."""
    page = open_page(mock + address.format(evil=quote(EVIL, safe="")))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if "mock-markup" in address:
        expect(page.locator("main")).to_contain_text("<script>alert(")
    elif "room={evil}" in address or "watch={evil}" in address:
        expect(page.locator("main")).to_contain_text(EVIL)
    assert page.evaluate("window.pwned") is None
    assert page.locator("main :is(script, iframe, img, [onerror])").count() == 0


def test_hostile_requests_are_inert(mock: str, open_page: OpenPage) -> None:
    """Paths, headers and bodies that an application sent are shown as text."""
    page = open_page(mock + "/#/requests?path=onerror")
    path = "/<img%20src=x%20onerror=window.pwned=1>"
    httpx2.request(
        "POST",
        mock + path,
        headers={"x-workspace-id": EVIL, "prefer": f"scenari={EVIL}", "x-evil": EVIL},
        content=EVIL.encode(),
    )
    page.locator("tbody tr button").click()
    detail = page.get_by_label("The opened request")
    expect(detail).to_contain_text(EVIL)
    assert page.evaluate("window.pwned") is None
    assert page.locator("main :is(script, img)").count() == 0


def test_long_names_leave_room(mock: str, open_page: OpenPage) -> None:
    """However long a name is, it takes two lines where there is something else to be seen."""
    page = open_page(mock + "/#/requests?path=LLLL")
    headers = {"x-workspace-id": "w" * 180, "prefer": "scenari=" + "z" * 300}
    httpx2.get(mock + PATH + "L" * 900, headers=headers)
    box = page.locator("tbody tr").bounding_box()
    assert box and box["height"] < 120
    page.goto(f"{mock}/#/call?room={'R' * 1900}&at=60")
    expect(page.locator("#moment")).to_be_enabled()
    expect(page.locator("#moment")).to_be_in_viewport()
    box = page.locator("h1").bounding_box()
    assert box and box["height"] < 120


def test_opened_request_gets_its_answer(mock: str, open_page: OpenPage) -> None:
    """A request that was opened while it waited shows what became of it."""
    page = open_page(mock + "/#/requests?path=call-waiting")
    host, port = urlsplit(mock).hostname, urlsplit(mock).port
    with socket.create_connection((host, port)) as client:
        head = f"GET {PATH}call-waiting HTTP/1.1\r\nhost: {host}\r\nx-workspace-id: w\r\n"
        client.sendall(f"{head}prefer: fault=timeout\r\n\r\n".encode())
        page.locator("tbody tr button").click()
        detail = page.get_by_label("The opened request")
        expect(detail).to_contain_text("no answer yet")
        detail.get_by_role("button", name="Close").focus()
    expect(detail).to_contain_text("the client left")
    expect(detail).to_be_focused()


def test_policy_stops_what_would_run(mock: str, open_page: OpenPage) -> None:
    """Even markup that had got in could not run: the policy forbids what is inline or elsewhere."""
    page = open_page(mock)
    blocked = page.evaluate(
        """async () => {
          const blocked = [];
          document.addEventListener("securitypolicyviolation", (event) =>
            blocked.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.pwned = 1";
          document.body.append(script);
          const box = document.createElement("div");
          box.innerHTML = '<img src="data:," onerror="window.pwned = 2">';
          document.body.append(box);
          await fetch("http://127.0.0.1:9/").catch(() => null);
          await new Promise((done) => setTimeout(done, 200));
          return blocked;
        }"""
    )
    assert page.evaluate("window.pwned") is None
    assert {"script-src-elem", "script-src-attr", "connect-src"} <= set(blocked)


def test_foreign_pages_can_neither_read_nor_clear(mock: str, open_page: OpenPage) -> None:
    """A page of another origin gets nothing of the journal, and cannot empty it."""
    foreign = mock.replace("127.0.0.1", "localhost")
    httpx2.get(mock + PATH + "call-kept", headers=HEADERS)
    page = open_page(foreign + "/healthz")
    for method in ("GET", "DELETE"):
        outcome = page.evaluate(
            "([url, method]) => fetch(url, {method}).then((r) => r.status, () => 'refused')",
            [mock + "/_mock/requests", method],
        )
        assert outcome == "refused"
    listed = httpx2.get(mock + "/_mock/requests?path=call-kept").json()["requests"]
    assert len(listed) >= 1
