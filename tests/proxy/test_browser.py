"""A page in Chromium that asks through the proxy works, and the verdict is there beside it."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect, sync_playwright

from tests.chromium import chromium, skip_without
from tests.console.conftest import launch
from tests.implementations.call import ROOMS
from tests.implementations.faulty import faulty
from tests.implementations.server import serve
from tests.mockserver.serving import serve as serve_mock
from tests.proxy.running import proxy
from tests.traffic.pages import Browsable, address, nothing

WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    skip_without(chromium(), "There is no Chromium on the PATH; `make browsers` installs it.")
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own, without an error at the end."""
    errors: list[str] = []
    with browser.new_context(viewport=WIDE) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []


def polled(page: Page, times: int) -> None:
    """Wait until a page has polled so often from now on."""
    polls = page.evaluate("+document.body.dataset.polls") + times
    page.wait_for_function(f"document.body.dataset.polls >= {polls}")


def row(page: Page, name: str) -> Locator:
    """Return the row of a table that has a cell with this text."""
    cell = page.get_by_role("cell", name=name, exact=True)
    return page.get_by_role("row").filter(has=cell)


def test_a_directed_mock(page: Page, tmp_path: Path) -> None:
    """What a test says to the mock shows on the page, and all of it conforms."""
    with (
        serve_mock() as mock,
        serve(Browsable(nothing)) as pages,
        proxy(mock.url) as running,
    ):
        room = f"{running.url}/_mock/workspaces/ws-acme/rooms/call-7"
        httpx2.put(room, json={"scenario": "escalation", "starts": "now"}).raise_for_status()
        page.goto(address(pages, "call-7", api=running.url))
        expect(page.get_by_role("status")).to_have_text("Live")
        expect(page.get_by_role("listitem").get_by_text("call-7")).to_be_visible()
        for words in ("Hello?", "Are you there?"):
            said = {"type": "say", "role": "customer", "content": words}
            httpx2.post(f"{room}/events", json=said).raise_for_status()
            expect(page.get_by_role("blockquote")).to_have_text(words)
        polled(page, 6)  # the same answer within a second is not judged again
        httpx2.post(f"{room}/events", json={"type": "end"}).raise_for_status()
        expect(page.get_by_role("status")).to_have_text("No call: 404")
        polled(page, 1)
        page.goto(f"{running.url}/_proxy/")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"conforms: {mock.url}")
        for clause in ("time.duration-monotonic", "time.transcript-appends", "absence.error-body"):
            expect(row(page, clause)).to_contain_text("passed")
        expect(page.get_by_text("What does not hold")).to_have_count(0)
        page.screenshot(path=tmp_path / "conforms.png")
        status, out = running.end()
    assert status == 0 and "conforms" in out and "breach" not in running.said


def test_a_faulty_server(page: Page, tmp_path: Path) -> None:
    """The page works; its answers, the proxy's page and the log name the one clause."""
    [fault] = [one for one in faulty() if one.name == "count-of-all"]
    marks: list[str] = []

    def note(answer: Response) -> None:
        if clause := answer.headers.get("active-calls-breach"):
            marks.append(f"{answer.url}: {clause}")

    with serve(Browsable(fault.make())) as upstream, proxy(upstream) as running:
        watching = page.context.new_page()
        watching.goto(f"{running.url}/_proxy/")
        expect(watching.get_by_role("heading", level=1)).to_contain_text("inconclusive")
        page.on("response", note)
        page.goto(address(running.url, ROOMS[0]))
        expect(page.get_by_role("status")).to_have_text("Live")
        expect(page.get_by_role("listitem")).to_have_count(4)
        expect(watching.get_by_role("heading", level=1)).to_contain_text("violates")
        expect(watching.get_by_role("heading", level=3)).to_have_text(f"{fault.clause} (must)")
        board = row(watching, "GET /v2/api/active-calls").first
        expect(board).to_contain_text(fault.clause)
        watching.screenshot(path=tmp_path / "violates.png")
        watching.screenshot(path=tmp_path / "violates-whole.png", full_page=True)
        status, out = running.end()
    assert {*marks} == {f"{running.url}/v2/api/active-calls: {fault.clause}"}
    assert status == 1 and "violates" in out
    assert running.said.count(f"breach of {fault.clause}: ") >= 1
    assert running.said.count("breach of ") == running.said.count(f"breach of {fault.clause}: ")
