"""Servers that something happens to while they are verified: they die, restart, lock us out.

What the contract asks for they keep, until then.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import unquote

from tests.implementations.base import altered, base, error
from tests.implementations.call import KEY
from tests.implementations.server import App, Request, Response

__all__ = ["TROUBLED", "Troubled"]

_HALF_WAY = 40  # requests
_HTML: dict[str, str | None] = {"Content-Type": "text/html"}


@dataclass(frozen=True)
class Troubled:
    """One such server: the musts that it fails, the exit status, a pattern of what is printed."""

    name: str
    make: Callable[[], App]
    status: int
    says: str
    failed: tuple[str, ...] = ()
    keyed: bool = False
    profile: str = "full"
    options: tuple[str, ...] = ()


def _down(seconds: float, when: Callable[[Request, int], object]) -> App:
    """Return the base, which stops for so many seconds at each request of a kind."""
    numbers = count(1)

    def fault(request: Request, response: Response) -> Response:
        return replace(response, down=seconds) if when(request, next(numbers)) else response

    return altered(base(), fault)


def _refused(status: int, counts: Callable[[Request], object], most: int, keyed: bool) -> App:
    """Return the base, which refuses everything once so many requests of a kind have come."""
    seen: list[Request] = []

    def fault(request: Request, response: Response) -> Response:
        late = len(seen) >= most
        if not late and counts(request):
            seen.append(request)
        return error(status, "refused") if late else response

    return altered(base(keyed=keyed), fault)


def _always(answer: Response) -> App:
    return lambda _: answer


def _is_hostile_header(request: Request, _: int) -> bool:
    return ";;;" in request.headers.get("accept", "")


def _is_hostile_name(request: Request) -> bool:
    name = unquote(request.target.rpartition("/")[2])
    return bool(re.search(r"""['"{<\\\x00]""", name))


def _is_wrong_key(request: Request) -> bool:
    return request.headers.get("x-api-key", KEY) != KEY


def _dripping() -> App:
    return _always(Response(200, {}, drip=0.3))


def _processing() -> App:
    return _always(
        Response(200, {}, wire=lambda _: b"HTTP/1.1 102 Processing\r\n\r\n" * 400, drip=0.01)
    )


def _challenge() -> App:
    page = b"<!doctype html><title>Just a moment...</title>"
    return _always(Response(403, page, _HTML | {"cf-mitigated": "challenge"}))


TROUBLED: tuple[Troubled, ...] = (
    Troubled(
        "dies-of-a-header",
        lambda: _down(math.inf, _is_hostile_header),
        1,
        r"the target stopped answering after this request.* -H 'accept: ;;;q=x'",
        failed=("robust.no-5xx",),
    ),
    Troubled(
        "restarts-after-a-header",
        lambda: _down(0.6, _is_hostile_header),
        1,
        r"the target stopped answering after this request.* -H 'accept: ;;;q=x'",
        failed=("robust.no-5xx",),
    ),
    Troubled(
        "restarts",
        lambda: _down(2, lambda _, number: number == _HALF_WAY),
        3,
        r"inconclusive.*the target did not answer for [2-9]\.\d s, from request \d+ on",
    ),
    Troubled(
        "restarts-among-hostile-requests",
        lambda: _down(2, lambda _, number: number == 400),
        3,
        r"inconclusive.*the target did not answer for [2-9]\.\d s, from request 4\d\d on",
    ),
    Troubled(
        "stops-for-good",
        lambda: _down(math.inf, lambda _, number: number == _HALF_WAY),
        3,
        r"inconclusive.*the target stopped answering after this request",
    ),
    Troubled(
        "token-expires",
        lambda: _refused(401, bool, 100, keyed=True),
        3,
        r"inconclusive.*refused since request 1\d\d, after \d+ valid",
        keyed=True,
    ),
    Troubled(
        "bans-after-ten-hostile-names",
        lambda: _refused(403, _is_hostile_name, 10, keyed=False),
        3,
        r"inconclusive.*refused since request \d+, after .*\d\d hostile.*403",
    ),
    Troubled(
        "locks-out-after-three-wrong-keys",
        lambda: _refused(401, _is_wrong_key, 3, keyed=True),
        3,
        r"inconclusive.*refused since request \d+, after .*\d with a wrong key.*401",
        keyed=True,
    ),
    Troubled(
        "head-that-drips",
        _dripping,
        2,
        r"nobody answers at .*: no complete answer within 1 s",
        options=("--timeout=1",),
    ),
    Troubled(
        "102-for-ever",
        _processing,
        2,
        r"nobody answers at .*: no complete answer within 1 s",
        options=("--timeout=1",),
    ),
    Troubled(
        "challenge-page",
        _challenge,
        3,
        r"a challenge page stands before http.*: 403: <!doctype html><title>Just a moment",
    ),
)
