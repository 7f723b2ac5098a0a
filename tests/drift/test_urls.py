"""Pages behind URLs: read within limits, and named without what is secret in them."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from contracts.asking.pace import Clock
from contracts.drift.sources import Limits, SourceError, fetch, shown
from tests.drift.running import page, run


class _Site(BaseHTTPRequestHandler):
    """A site that serves a page under some names, and misbehaves under others."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append((self.path, self.headers.get("authorization")))  # type: ignore[attr-defined]
        if path.startswith("/moved"):
            left = int(path.removeprefix("/moved"))
            self._answer(307, location=f"/moved{left - 1}" if left else "/end-call.mdx?key=s3cret")
        elif path == "/elsewhere":
            self._answer(301, location=f"http://localhost:{self.server.server_port}/end-call.mdx")  # type: ignore[attr-defined]
        elif path == "/mail":
            self._answer(302, location="mailto:a@example.com")
        elif path == "/end-call.mdx":
            self._answer(200, page("end-call").encode())
        elif path == "/large.mdx":
            self._answer(200, b"x" * 5001)
        elif path == "/cut.mdx":
            self._answer(200, b"x" * 10, length=20)
        elif path == "/silent.mdx":
            self.server.ended.wait(20)  # type: ignore[attr-defined]
        else:
            self._answer(404, b"<h1>Not here</h1>")

    def _answer(self, status: int, body: bytes = b"", length: int = 0, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("location", location)
        self.send_header("content-length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    """Yield a site on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.asked, server.ended = [], threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.ended.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/end-call.mdx", "/moved0", "/moved4", "/elsewhere"])
def test_a_page_behind_a_url_is_compared(
    path: str, site: ThreadingHTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where it has moved to."""
    ran = run(capsys, f"http://127.0.0.1:{site.server_port}{path}")
    assert ran == (0, "no differences in 1 page\n", "")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/gone.mdx", "answered 404, expected 200"),
        ("/moved5", "more than 5 redirects"),
        ("/mail", "redirects to what is no URL"),
        ("/large.mdx", "more than 5000 bytes (--max-bytes)"),
        ("/cut.mdx", "the connection closed within the body: "),
        ("/silent.mdx", "no complete answer within 0.2 s (--timeout)"),
    ],
)
def test_a_page_that_cannot_be_had_is_one_line(
    path: str, why: str, site: ThreadingHTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its address without user and query, and what came in place of the page."""
    host = f"127.0.0.1:{site.server_port}"
    limits = ["--max-bytes=5000", *(["--timeout=0.2"] if path == "/silent.mdx" else [])]
    ran = run(capsys, *limits, f"http://me:s3cret@{host}{path}?token=s3cret#s3cret")
    assert ran.status == 2
    assert ran.err.startswith(f"active-calls-drift: error: http://{host}{path}: {why}")
    assert ran.err.count("\n") == 1 and "s3cret" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:1/page.mdx", "Connection refused"),
        ("http://", "is not a URL"),
        ("https://[::1/x", "is not a URL"),
        ("http://127.0.0.1:0/x", "is not a URL"),
        ("http://h:port/x", "is not a URL"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_line(
    url: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody there, or no address at all."""
    ran = run(capsys, url)
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert why in ran.err


def test_a_password_is_told_its_own_host_alone(site: ThreadingHTTPServer) -> None:
    """Where a redirect leads to another one, that host does not get it."""
    fetch(f"http://me:pw@127.0.0.1:{site.server_port}/moved0?a=b%20c", Limits(5, 10_000))
    fetch(f"http://me:pw@127.0.0.1:{site.server_port}/elsewhere", Limits(5, 10_000))
    told = [bool(authorization) for _, authorization in site.asked]  # type: ignore[attr-defined]
    assert told == [True, True, True, False]
    assert site.asked[0][0] == "/moved0?a=b%20c"  # type: ignore[attr-defined]


def test_a_secure_page_is_not_followed_to_an_insecure_one() -> None:
    """The name of the other place is told, and nothing that was secret in it."""
    away = httpx2.MockTransport(
        lambda _: httpx2.Response(302, headers={"location": "http://u:p@example.com/x?k=1"})
    )
    with pytest.raises(SourceError, match=r"^redirects from https to http://example\.com$"):
        fetch("https://example.com/x", Limits(5, 100), transport=away)


@pytest.mark.parametrize("chunks", [3, 50])
def test_an_answer_is_bounded_as_a_whole(chunks: int) -> None:
    """A byte a second is too slow, however regularly it comes."""
    now = 0.0

    def drip() -> Iterator[bytes]:
        nonlocal now
        for _ in range(chunks):
            now += 1
            yield b"x"

    clock = Clock(monotonic=lambda: now, sleep=lambda _: None)
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=drip()))
    limits = Limits(10, 100)
    if chunks < 10:
        assert fetch("http://h/x", limits, clock=clock, transport=transport) == b"xxx"
        return
    with pytest.raises(SourceError, match=r"no complete answer within 10 s"):
        fetch("http://h/x", limits, clock=clock, transport=transport)
    assert now < 13


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("https://u:p@example.com:8443/a/b.mdx?k=v#f", "https://example.com:8443/a/b.mdx"),
        ("https://example.com?k=a@b", "https://example.com"),
        ("HTTPS://a@b@example.com", "HTTPS://example.com"),
        ("pages/../a.mdx", "pages/../a.mdx"),
    ],
)
def test_names_tell_no_secrets(place: str, name: str) -> None:
    """User, password, query and fragment are left out."""
    assert shown(place) == name
