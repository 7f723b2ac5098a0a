"""The console behind a proxy that serves the mock under a prefix, as a dev server does."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest
from playwright.sync_api import expect

from tests.console.conftest import OpenPage
from tests.console.test_access import READY, VIEWS, ready

PREFIX = "/mock"
_PASSED_ON = ("content-type", "content-security-policy", "location", "retry-after")


@pytest.fixture(scope="module")
def dev_server(mock: str) -> Iterator[str]:
    """Serve what is under the prefix from the mock, and nothing else."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(PREFIX + "/"):
                self.send_error(404)
                return
            sent = {k: v for k, v in self.headers.items() if k.lower().startswith(("x-", "prefer"))}
            answer = httpx2.get(mock + self.path.removeprefix(PREFIX), headers=sent)
            self.send_response(answer.status_code)
            for name in _PASSED_ON:
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            with suppress(ConnectionError):  # the page has been left
                self.end_headers()
                self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        server.shutdown()
        thread.join()


def test_every_view_works_under_a_prefix(dev_server: str, open_page: OpenPage) -> None:
    """Each view shows what it has, and asks for nothing outside the prefix."""
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    httpx2.get(dev_server + "/v2/api/active-calls/x", headers={"x-workspace-id": "ws-acme"})
    for view, address in VIEWS.items():
        page.goto(dev_server + address)
        ready(page, view)
    assert set(READY) == set(VIEWS)
    assert [url for url in asked if not url.startswith((dev_server + "/", "data:"))] == []


def test_what_is_copied_goes_through_the_prefix(dev_server: str, open_page: OpenPage) -> None:
    """The request as code asks where the console is."""
    page = open_page(dev_server + VIEWS["state"])
    expect(page.get_by_label("The request as code")).to_contain_text(
        f"{dev_server}/v2/api/active-calls/call-abc123"
    )


def test_links_lead_to_the_docs(dev_server: str, open_page: OpenPage) -> None:
    """What the console links to is under the prefix, and the docs find the contract there."""
    page = open_page(dev_server + VIEWS["docs"])
    ready(page, "docs")
    links = page.locator(".doc-links a").evaluate_all("(all) => all.map((one) => one.href)")
    assert [link.removeprefix(dev_server) for link in links] == [
        "/docs/", "/openapi.yaml", "/openapi.json", "/_mock/openapi.yaml"
    ]  # fmt: skip
    for link in links:
        assert httpx2.get(link).status_code == 200
    page.get_by_role("link", name="API docs").click()
    expect(page.get_by_text("/v2/api/active-calls/{roomName}").first).to_be_visible()
