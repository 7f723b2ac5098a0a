"""The console when things go wrong: no mock, no budget, no key, and hostile content."""

import threading
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import expect

from .conftest import OpenPage, serve

PATH = "/v2/api/active-calls/"
HEADERS = {"x-workspace-id": "ws-acme"}
EVIL = "<img src=x onerror=\"window.pwned='room'\"><script>window.pwned='room'</script>"


def test_recovers_when_the_mock_restarts(open_page: OpenPage) -> None:
    """While the mock is away the board says so and keeps what it had; then it goes on."""
    with serve() as url:
        page = open_page(url)
        row = page.locator(".row[data-room='call-abc123']")
        expect(row).to_have_attribute("data-state", "call")
    notice = page.locator("#connection")
    expect(notice).to_contain_text("does not answer")
    expect(row).to_have_attribute("data-state", "stale")
    with serve(port=int(url.rpartition(":")[2])):
        expect(notice).to_be_hidden()
        expect(row).to_have_attribute("data-state", "call")


def test_requests_recover_when_the_mock_restarts(open_page: OpenPage) -> None:
    """A restarted mock counts anew: its requests are listed, the old ones are gone."""
    with serve() as url:
        page = open_page(url + "/#/requests")
        for _ in range(3):
            httpx.get(url + PATH + "call-before", headers=HEADERS)
        expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("#connection")).to_be_visible()
    with serve(port=int(url.rpartition(":")[2])):
        httpx.get(url + PATH + "call-after", headers=HEADERS)
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody tr")).to_contain_text("call-after")


def test_rate_limited_and_recovered(open_page: OpenPage) -> None:
    """When an application has used the budget up, the board waits as long as it is told to."""
    with serve("--rate-limit", "40/s") as url:
        enough = threading.Event()

        def use_up() -> None:
            with httpx.Client(base_url=url, headers=HEADERS) as client:
                while not enough.is_set():
                    client.get(PATH + "x")

        page = open_page(url)
        row = page.locator(".row[data-room='call-abc123']")
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
    """Under a rate limit, the board spends no more than half of it."""
    with serve("--rate-limit", "10/h") as url:
        page = open_page(url)
        rows = page.locator(".row:not([data-state='loading'])")
        expect(rows).to_have_count(5)
        statuses = [httpx.get(url + PATH + "x", headers=HEADERS).status_code for _ in range(6)]
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


@pytest.mark.parametrize(
    "address",
    [
        "/#/call?room=mock-markup&at=90",
        "/#/state?room=a&scenario=markup&at=90",
        "/#/calls?find=mock-markup",
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
    httpx.request(
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
    httpx.get(mock + PATH + "call-kept", headers=HEADERS)
    page = open_page(foreign + "/healthz")
    for method in ("GET", "DELETE"):
        outcome = page.evaluate(
            "([url, method]) => fetch(url, {method}).then((r) => r.status, () => 'refused')",
            [mock + "/_mock/requests", method],
        )
        assert outcome == "refused"
    listed = httpx.get(mock + "/_mock/requests?path=call-kept").json()["requests"]
    assert len(listed) >= 1
