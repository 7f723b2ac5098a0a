from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from contracts.contract import segment
from contracts.exchange import Request
from contracts.findings import BudgetError, LimitedError
from contracts.pace import Budget, Clock, Pace
from contracts.settings import Rate
from contracts.target import Target
from tests.contracts.samples import Hand, settings

Handler = Callable[[httpx.Request], httpx.Response]


@contextmanager
def target(
    handler: Handler, hand: Hand | None = None, budget: int = 20, **changes: Any
) -> Iterator[Target]:
    """Yield a target whose network is a function."""
    clock = hand.clock if hand else Clock()
    transport = httpx.MockTransport(handler)
    made = Target(settings(**changes), Budget(budget), clock=clock, transport=transport)
    yield made
    made.close()


def answers(*given: httpx.Response | Exception) -> Handler:
    """Return a handler that gives each in turn, the last for ever."""
    left = list(given)

    def handler(request: httpx.Request) -> httpx.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler


def test_a_request_goes_to_the_room_with_every_header() -> None:
    """Path, workspace, key, own headers and user info are sent as they were given."""
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

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


def test_a_429_is_waited_for_and_never_returned() -> None:
    """Retry-After says for how long; that time is no work; what comes then is the answer."""
    hand = Hand()
    limited = httpx.Response(429, headers={"retry-after": "7"})
    with target(answers(limited, httpx.Response(200)), hand) as one:
        worked = one.worked()
        answer = one.send(one.request("a"))
        assert (answer.status, hand.slept, one.budget.spent) == (200, [7.0], 2)
        assert one.worked() == worked
        assert [refusal.status for refusal in one.refusals] == [429]


def test_a_date_in_retry_after_is_honoured() -> None:
    """An HTTP date is waited for by the wall clock."""
    hand = Hand(seconds=0)
    limited = httpx.Response(429, headers={"retry-after": "Sun, 22 Nov 2026 09:30:30 GMT"})
    with target(answers(limited, httpx.Response(200)), hand) as one:
        one.send(one.request("a"))
        assert hand.slept == [30.0]


def test_a_date_in_retry_after_is_by_the_servers_clock() -> None:
    """Where the 429 has a Date, the difference counts, however wrong both are."""
    hand = Hand(seconds=0)
    dates = {"date": "Sun, 22 Nov 2026 08:00:00 GMT"}
    dates |= {"retry-after": "Sun, 22 Nov 2026 08:00:09 GMT"}
    with target(answers(httpx.Response(429, headers=dates), httpx.Response(200)), hand) as one:
        one.send(one.request("a"))
        assert hand.slept == [9.0]


def test_a_wait_that_was_too_short_is_followed_by_longer_ones() -> None:
    """Whole seconds are cut off: 0 may be nearly one."""
    hand = Hand()
    early = httpx.Response(429, headers={"retry-after": "0"})
    with target(answers(early, early, early, httpx.Response(200)), hand) as one:
        assert one.send(one.request("a")).status == 200
        assert hand.slept == [2.0, 4.0]


def test_a_long_wait_is_told() -> None:
    """Whoever looks on knows why nothing happens."""
    hand, told = Hand(), list[float]()
    limited = httpx.Response(429, headers={"retry-after": "7"})
    transport = httpx.MockTransport(answers(limited, httpx.Response(200)))
    budget = Budget(9)
    one = Target(settings(), budget, clock=hand.clock, transport=transport, waiting=told.append)
    one.send(one.request("a"))
    assert told == [7.0]


def test_waits_grow_where_nothing_says_how_long_and_end() -> None:
    """Without Retry-After each wait is twice the last, a minute in all."""
    hand = Hand()
    with target(answers(httpx.Response(429)), hand) as one:
        with pytest.raises(LimitedError, match="7 attempts"):
            one.send(one.request("a"))
        assert hand.slept == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize(
    ("rate", "wanted", "text"), [("none", "1", "forbids"), ("auto", "86400", "86400 s")]
)
def test_no_wait_is_too_long_or_against_the_users_will(rate: Any, wanted: str, text: str) -> None:
    """A day is not waited for, and with none nothing is."""
    hand = Hand()
    limited = httpx.Response(429, headers={"retry-after": wanted})
    with target(answers(limited), hand, rate_limit=rate) as one:
        with pytest.raises(LimitedError, match=text):
            one.send(one.request("a"))
        assert hand.slept == []


def test_the_budget_is_a_hard_limit() -> None:
    """Redirects and repetitions count, and the last request is the last."""
    with target(answers(httpx.Response(200)), budget=2) as one:
        one.send(one.request("a"))
        one.send(one.request("a"))
        with pytest.raises(BudgetError, match="2 requests"):
            one.send(one.request("a"))
        assert one.budget.spent == 2


def test_a_rate_is_kept_over_any_window() -> None:
    """The request after the last allowed one waits until the first is old enough."""
    hand = Hand()
    pace = Pace(Rate(2, 60.0), hand.clock)
    for _ in range(2):
        pace.wait()
    hand.seconds += 20
    pace.wait()
    assert hand.slept == [40.0]


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
    moved = httpx.Response(status, headers={"location": location})
    with target(answers(moved, httpx.Response(204))) as one:
        request = one.request("a")
        answer = one.send(request)
        assert answer.status == (204 if followed else status)
        assert answer.request == request


@pytest.mark.parametrize(
    ("error", "fault", "requests"),
    [
        (httpx.ConnectError("refused"), "unreachable", 1),
        (httpx.ConnectTimeout("late"), "unreachable", 1),
        (httpx.ReadTimeout("late"), "timeout", 1),
        (httpx.RemoteProtocolError("closed"), "dropped", 2),
        (httpx.ReadError("reset"), "dropped", 2),
    ],
)
def test_a_failure_of_the_network_is_an_answer(error: Exception, fault: str, requests: int) -> None:
    """Each kind has its name; a drop on a used connection is tried again on a new one."""
    with target(answers(error)) as one:
        answer = one.send(one.request("a"))
        assert (answer.fault, answer.status, answer.broken) == (fault, 0, True)
        assert one.budget.spent == requests


class Chunks(httpx.SyncByteStream):
    """A body that comes in chunks; between them, something happens."""

    def __init__(self, between: Callable[[], None]) -> None:
        self._between = between

    def __iter__(self) -> Iterator[bytes]:
        """Yield the beginning of a body, for ever."""
        for _ in range(100):
            yield b"{"
            self._between()


def _closes() -> None:
    raise httpx.RemoteProtocolError("peer closed connection")


def test_a_body_that_stops_short_is_incomplete() -> None:
    """Status and the bytes so far are kept."""
    with target(answers(httpx.Response(200, stream=Chunks(_closes)))) as one:
        answer = one.send(one.request("a"))
        assert (answer.fault, answer.status, answer.content) == ("incomplete", 200, b"{")


def test_a_body_that_drips_is_late() -> None:
    """The timeout is for the whole answer, not for each byte."""
    hand = Hand()
    stream = Chunks(lambda: hand.sleep(4))
    with target(answers(httpx.Response(200, stream=stream)), hand, timeout=10.0) as one:
        answer = one.send(one.request("a"))
        assert answer.fault == "timeout"
        assert answer.outcome == "no complete answer within 10 s"
        assert hand.seconds < 120


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
    with target(answers(httpx.Response(200)), api_key="key-123", headers=own) as one:
        line = one.curl(one.request("r", **parts))
    assert expected in line
    assert '-H "authorization: ${BASE_URL_AUTHORIZATION}"' in line
    assert '-H "x-token: ${X_TOKEN}"' in line
    for secret in ("key-12", "tok-456", "dXNlcjpwYXNzLXdvcmQ=", "pass-word"):
        assert secret not in line


def test_what_is_secret_within_a_header_is_no_less_so() -> None:
    """A token without its scheme, a cookie without its name, a password without its user."""
    own = (("Authorization", "Bearer s3cr3tTok9"), ("Cookie", "sid=Zz91kQ; theme=blue"))
    with target(answers(httpx.Response(200)), headers=own) as one:
        shown = one.secrets.redacted("token s3cr3tTok9, session Zz91kQ, password pass-word")
    assert shown == "token ${AUTHORIZATION_1}, session ${COOKIE_1}, password ${BASE_URL_PASSWORD}"


def test_a_long_name_is_short_to_paste() -> None:
    """A run of zeros is written by printf, outside of the quotes."""
    with target(answers(httpx.Response(200))) as one:
        request = one.request("0" * 4000, query="a=1")
        assert one.curl(request).endswith("/active-calls/\"$(printf %04000d 0)\"'?a=1'")
        dots = Request("GET", "/%2E%2E", ())
        assert "--path-as-is" in one.curl(dots)
