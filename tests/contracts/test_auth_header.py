"""A credential that is another header than x-api-key."""

from collections.abc import Callable

import httpx2
import pytest

from contracts.run import verify
from tests.contracts.samples import Hand, answers, body, settings, target

BEARER = ("Authorization", "Bearer token-4f1d-9a7c")
PLAIN = "http://target.example"


def test_it_is_sent_with_each_request_and_never_shown() -> None:
    """A curl line has a variable in its place, also where the token is cut or longer."""
    with target(answers(httpx2.Response(200)), base_url=PLAIN, auth_header=BEARER) as one:
        assert one.request("a").header("authorization") == BEARER[1]
        shown = [one.curl(one.request("a", key=key)) for key in (None, BEARER[1][:-1])]
    assert '-H "authorization: Bearer ${AUTH_TOKEN}"' in shown[0]
    assert '-H "authorization: Bearer ${AUTH_TOKEN%?}"' in shown[1]
    assert not any("4f1d" in one for one in (*shown, repr(settings(base_url=PLAIN))))


@pytest.mark.parametrize(
    ("accepts", "status"),
    [
        (lambda value: value == BEARER[1], 0),
        (lambda value: value.startswith("Bearer "), 1),
        (lambda value: value.startswith(BEARER[1]), 1),
    ],
    ids=["the-right-token", "any-token", "a-longer-token"],
)
def test_it_takes_the_part_of_the_key(accepts: Callable[[str], bool], status: int) -> None:
    """Wrong ones have the same scheme, so that only the token is wrong."""
    tried: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        value = request.headers.get("authorization", "")
        tried.append(value)
        if not request.url.path.endswith("/call-1"):
            return httpx2.Response(404, json={"message": "no"})
        if not accepts(value):
            return httpx2.Response(401, json={"message": "no"})
        return httpx2.Response(200, json=body(0, roomName="call-1"))

    given = settings(
        base_url=PLAIN, rooms=("call-1",), only=("auth.required",), auth_header=BEARER, watch=0.0
    )
    network = httpx2.MockTransport(handler)
    result, ended = verify(given, clock=Hand().clock, transport=network)
    [clause] = [one for one in result.results if one.clause.id == "auth.required"]
    assert clause.status == ("failed" if status else "passed")
    assert ended == status
    assert len(tried) <= 12
    wrong = {one for one in tried if one not in ("", BEARER[1])}
    assert all(one.startswith("Bearer ") for one in wrong)


def test_a_quick_run_tries_two_wrong_keys_in_a_row_at_most() -> None:
    """Three are what many a lock-out takes; the list is tried without one, after a right one."""
    tried: list[str | None] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        tried.append(request.headers.get("x-api-key"))
        if tried[-1] != "k-4f1d":
            return httpx2.Response(401, json={"message": "no"})
        return httpx2.Response(200, json=body(0, roomName="call-1"))

    given = settings(rooms=("call-1",), only=("auth",), api_key="k-4f1d", profile="quick")
    verify(given, clock=Hand().clock, transport=httpx2.MockTransport(handler))
    wrong = "".join("." if one == "k-4f1d" else "w" for one in tried)
    assert [len(one) for one in wrong.split(".") if one] == [2, 1]
