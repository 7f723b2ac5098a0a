import gzip
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from contracts.traffic.exchange import Request
from openapi.paths import segment
from tests.contracts.samples import Hand, answers, target


def test_a_request_goes_to_the_room_with_every_header() -> None:
    """Path, workspace, key, own headers and user info are sent as they were given."""
    sent: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200)

    with target(handler, api_key="k-1", headers=(("X-Env", "test"),)) as one:
        one.send(one.request(segment("a/b ü")))
    [request] = sent
    assert request.url.raw_path == b"/base/v2/api/active-calls/a%2Fb%20%C3%BC"
    expected = {"x-workspace-id": "ws-acme", "x-api-key": "k-1", "x-env": "test"}
    assert expected.items() <= dict(request.headers).items()
    assert request.headers["authorization"] == "Basic dXNlcjpwYXNzLXdvcmQ="


@pytest.mark.parametrize(
    ("name", "expected"),
    [(".", "%2E"), ("..", "%2E%2E"), ("a.b", "a.b"), ("%", "%25"), ("\x00", "%00"), ("?", "%3F")],
)
def test_a_name_is_one_segment(name: str, expected: str) -> None:
    """No name reads as directions, a query or an escape."""
    assert segment(name) == expected


@pytest.mark.parametrize(
    ("status", "location", "followed"),
    [
        (307, "http://target.example/base/slash/", True),
        (301, "/slash/", True),
        (302, "slash/", True),
        (308, "https://target.example/slash/", False),
        (302, "http://elsewhere.example/", False),
        (307, "http://target.example:x/", False),
        (200, "/slash/", False),
    ],
)
def test_a_redirect_is_followed_within_the_origin(
    status: int, location: str, followed: bool
) -> None:
    """A trailing slash is followed; keys go nowhere else."""
    moved = httpx2.Response(status, headers={"location": location})
    with target(answers(moved, httpx2.Response(204))) as one:
        request = one.request("a")
        answer = one.send(request)
        assert answer.status == (204 if followed else status)
        assert answer.request == request


def test_a_curl_line_follows_the_redirects_that_were_followed() -> None:
    """As many as led to the answer, and no further: the next may be another host's."""
    first = httpx2.Response(307, headers={"location": "/slash"})
    second = httpx2.Response(301, headers={"location": "/slash/"})
    leaving = httpx2.Response(302, headers={"location": "http://elsewhere.example/"})
    with target(answers(first, second, leaving, httpx2.Response(200))) as one:
        moved, straight = one.request("a"), one.request("b")
        assert one.send(moved).status == 302
        one.send(straight)
        assert "curl -sS -i -L --max-redirs 2 -H" in one.curl(moved)
        assert "-L" not in one.curl(straight)


def test_a_coding_that_cannot_be_undone_is_named() -> None:
    """Whoever reads of it knows what the server said that it did."""
    stream = httpx2.ByteStream(b"not gzip")
    spoilt = httpx2.Response(200, headers={"content-encoding": "gzip"}, stream=stream)
    with target(answers(spoilt)) as one:
        answer = one.send(one.request("a"))
    assert answer.fault == "undecodable"
    assert answer.detail.startswith("its Content-Encoding 'gzip' does not decode: ")


@pytest.mark.parametrize(
    ("error", "fault", "requests"),
    [
        (httpx2.ConnectError("refused"), "unreachable", 1),
        (httpx2.ConnectTimeout("late"), "unreachable", 1),
        (httpx2.ReadTimeout("late"), "timeout", 1),
        (httpx2.RemoteProtocolError("closed"), "dropped", 2),
        (httpx2.ReadError("reset"), "dropped", 2),
    ],
)
def test_a_failure_of_the_network_is_an_answer(error: Exception, fault: str, requests: int) -> None:
    """Each kind has its name; a drop on a used connection is tried again on a new one."""
    with target(answers(error)) as one:
        answer = one.send(one.request("a"))
        assert (answer.fault, answer.status, answer.broken) == (fault, 0, True)
        assert one.budget.spent == requests


class Chunks(httpx2.SyncByteStream):
    """A body that comes in chunks; between them, something happens."""

    def __init__(self, between: Callable[[], None]) -> None:
        self._between = between

    def __iter__(self) -> Iterator[bytes]:
        """Yield the beginning of a body, for ever."""
        for _ in range(100):
            yield b"{"
            self._between()


class Body(httpx2.SyncByteStream):
    """A body in parts."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        """Yield each part."""
        yield from self._parts


def _closes() -> None:
    raise httpx2.RemoteProtocolError("peer closed connection")


def test_a_body_that_stops_short_is_incomplete() -> None:
    """Status and the bytes so far are kept."""
    with target(answers(httpx2.Response(200, stream=Chunks(_closes)))) as one:
        answer = one.send(one.request("a"))
        assert (answer.fault, answer.status, answer.content) == ("incomplete", 200, b"{")


def test_a_body_that_drips_is_late() -> None:
    """The timeout is for the whole answer, not for each byte."""
    hand = Hand()
    stream = Chunks(lambda: hand.sleep(4))
    with target(answers(httpx2.Response(200, stream=stream)), hand, timeout=10.0) as one:
        answer = one.send(one.request("a"))
        assert answer.fault == "timeout"
        assert answer.outcome == "no complete answer within 10 s"
        assert hand.seconds < 120


def test_an_old_name_of_gzip_is_understood() -> None:
    """x-gzip is the same as gzip."""
    zipped = gzip.compress(b"{}")
    response = httpx2.Response(200, stream=Body([zipped]), headers={"content-encoding": "X-Gzip"})
    with target(answers(response)) as one:
        assert one.send(one.request("a")).content == b"{}"


@pytest.mark.parametrize(("megabytes", "fault"), [(9, ""), (32, ""), (33, "oversized")])
def test_a_body_is_read_up_to_a_limit(megabytes: int, fault: str) -> None:
    """The limit is ours, and is said as such."""
    response = httpx2.Response(200, stream=Body([b" " * 1024 * 1024] * megabytes))
    with target(answers(response)) as one:
        answer = one.send(one.request("a"))
    assert answer.fault == fault
    assert not answer.broken
    assert answer.detail == (fault and "more than 32 MB, the most that is read of a body")


def test_a_redirect_leaves_its_headers() -> None:
    """What it said may matter, though another answer is what came in the end."""
    moved = httpx2.Response(302, headers={"location": "/slash/", "x-injected": "yes"})
    with target(answers(moved, httpx2.Response(200))) as one:
        [headers] = one.send(one.request("a")).redirects
    assert headers["x-injected"] == "yes"


CURLS: list[tuple[dict[str, Any], str]] = [
    ({}, '-H "x-api-key: ${API_KEY}" http://target.example/base/v2/api/active-calls/r'),
    ({"key": "key-123!"}, '-H "x-api-key: ${API_KEY}!"'),
    ({"key": "key-12"}, '-H "x-api-key: ${API_KEY%?}"'),
    ({"key": "other"}, "-H 'x-api-key: other'"),
    ({"workspace": ""}, "-H 'x-workspace-id;'"),
    ({"workspace": "0" * 99}, '-H "x-workspace-id: $(printf %099d 0)"'),
    ({"method": "POST"}, "curl -sS -i -X POST "),
    ({"method": "HEAD"}, "curl -sS -i --head "),
    ({"extra": (("accept", "text/html"),)}, "-H 'accept: text/html'"),
    ({"extra": (("user-agent", ""),)}, "-H 'user-agent;'"),
    ({"extra": (("accept-encoding", "br"),)}, "-H 'accept-encoding: br'"),
    ({"query": "x[]=1"}, " --globoff "),
    ({"query": "a=key-123"}, "'http://target.example/base/v2/api/active-calls/r?a=${API_KEY}'"),
]


@pytest.mark.parametrize(("parts", "expected"), CURLS)
def test_a_curl_line_shows_the_request_without_a_secret(
    parts: dict[str, Any], expected: str
) -> None:
    """Keys, own headers and user info stand as variables, wherever they occur."""
    own = (("X-Token", "tok-456"), ("X-Short", "ab"))
    with target(answers(httpx2.Response(200)), api_key="key-123", headers=own) as one:
        line = one.curl(one.request("r", **parts))
    assert expected in line
    assert '-H "authorization: ${BASE_URL_AUTHORIZATION}"' in line
    assert '-H "x-token: ${X_TOKEN}"' in line
    for secret in ("key-12", "tok-456", "dXNlcjpwYXNzLXdvcmQ=", "pass-word"):
        assert secret not in line


def test_what_is_secret_within_a_header_is_no_less_so() -> None:
    """A token without its scheme, a cookie without its name, a password without its user."""
    own = (("Authorization", "Bearer s3cr3tTok9"), ("Cookie", "sid=Zz91kQ; theme=blue"))
    with target(answers(httpx2.Response(200)), headers=own) as one:
        shown = one.secrets.redacted("token s3cr3tTok9, session Zz91kQ, password pass-word")
    assert shown == "token ${AUTHORIZATION_1}, session ${COOKIE_1}, password ${BASE_URL_PASSWORD}"


def test_a_long_name_is_short_to_paste() -> None:
    """A run of zeros is written by printf, outside of the quotes."""
    with target(answers(httpx2.Response(200))) as one:
        request = one.request("0" * 4000, query="a=1")
        assert one.curl(request).endswith("/active-calls/\"$(printf %04000d 0)\"'?a=1'")
        dots = Request("GET", "/%2E%2E", ())
        assert "--path-as-is" in one.curl(dots)
