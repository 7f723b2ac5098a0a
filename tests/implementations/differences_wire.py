"""Correct implementations that answer differently: on the wire and in time."""

import gzip
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from functools import cache

from tests.implementations.base import Fault, error
from tests.implementations.call import ROOMS
from tests.implementations.correct import difference
from tests.implementations.server import Request, Response

_SKEW = 1800.0


def _content(response: Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else json.dumps(response.body).encode()


@difference(profile="quick")
def media_type_parameters(_: Request, response: Response) -> Response:
    """The media type has a parameter and capitals."""
    kind: dict[str, str | None] = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    return replace(response, headers={**response.headers, **kind})


@difference(profile="quick")
def indented(_: Request, response: Response) -> Response:
    """JSON is indented and escapes whatever is not ASCII."""
    return replace(response, body=json.dumps(response.body, indent=4).encode() + b"\r\n")


@difference(profile="quick")
def compressed(request: Request, response: Response) -> Response:
    """Bodies are compressed for who accepts that."""
    if "gzip" not in request.headers.get("accept-encoding", "") or request.method == "HEAD":
        return response
    headers = {**response.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return replace(response, body=gzip.compress(_content(response)), headers=headers)


@difference()
def compressed_by_an_old_name(request: Request, response: Response) -> Response:
    """Bodies are compressed, and the coding is called x-gzip."""
    coded = compressed(request, response)
    old = coded.headers | {"Content-Encoding": "x-gzip"}
    return coded if coded is response else replace(coded, headers=old)


@difference()
def chunked(request: Request, response: Response) -> Response:
    """Bodies come in chunks, without a Content-Length."""
    if request.method == "HEAD":
        return response
    body = _content(response)
    parts = [body[n : n + 700] for n in range(0, len(body), 700)] + [b""]
    data = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    headers = {**response.headers, "Transfer-Encoding": "chunked", "Content-Length": None}
    return replace(response, body=data, headers=headers)


@difference()
def http_1_0(_: Request, response: Response) -> Response:
    """HTTP/1.0: no Content-Length, the connection's end is the body's end."""
    headers = {**response.headers, "Content-Length": None}
    return replace(response, headers=headers, wire=lambda d: d.replace(b"HTTP/1.1", b"HTTP/1.0", 1))


@difference(profile="quick")
def slow(_: Request, response: Response) -> Response:
    """Every answer takes a fifth of a second."""
    return replace(response, wait=0.2)


@difference(stateful=True, profile="quick")
def uneven() -> Fault:
    """Every tenth answer takes a second."""
    seen = iter(range(10**9))
    return lambda _, response: replace(response, wait=0.0 if next(seen) % 10 else 1.0)


def _limited(allowed: int, window: float, wait: Callable[[], str]) -> Fault:
    lock, state = threading.Lock(), [0.0, 0.0]

    def limit(_: Request, response: Response) -> Response:
        with lock:
            now = time.monotonic()
            if now - state[0] >= window:
                state[:] = [now, 0]
            state[1] += 1
            over = state[1] > allowed
        return error(429, "rate_limit_exceeded", Retry_After=wait()) if over else response

    return limit


@difference(stateful=True, profile="quick")
def rate_limited() -> Fault:
    """A rate limit of 25 requests a second, with Retry-After in seconds."""
    return _limited(25, 1.0, lambda: "1")


@difference(stateful=True, profile="quick")
def rate_limited_until() -> Fault:
    """A rate limit of 40 requests in two seconds, with Retry-After as a date."""
    return _limited(40, 2.0, lambda: formatdate(time.time() + 2, usegmt=True))


@difference(stateful=True, profile="quick")
def sixty_a_minute() -> Fault:
    """A rate limit of 60 requests a minute, which the quick profile keeps."""
    return _limited(60, 60.0, lambda: "60")


@difference()
def closes_silently(_: Request, response: Response) -> Response:
    """Each connection is closed after its answer, though the answer does not say so."""
    return replace(response, wire=lambda data: data)


@difference()
def early_hints(_: Request, response: Response) -> Response:
    """An interim answer precedes each answer."""
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
    return replace(response, wire=lambda data: hint + data)


@difference()
def strict_requests(request: Request, response: Response) -> Response:
    """Queries, other media types and long headers are turned down."""
    accept = request.headers.get("accept", "*/*")
    if request.query:
        return error(400, "invalid_request")
    if "json" not in accept and "*/*" not in accept:
        return error(406, "not_acceptable")
    return error(431, "headers_too_large") if len(request.workspace) > 128 else response


@difference(stateful=True)
def cached_two_seconds() -> Fault:
    """Answers are up to two seconds old, and say so."""
    kept: dict[str | None, tuple[float, Response]] = {}

    def cache(request: Request, response: Response) -> Response:
        if response.status != 200 or request.method != "GET":
            return response
        now = time.monotonic()
        at, old = kept.get(request.room, (-9.0, response))
        if now - at > 2:
            at, old = kept[request.room] = now, response
        return replace(
            old, headers={"Cache-Control": "private, max-age=2", "Age": f"{now - at:.0f}"}
        )

    return cache


@difference(skew=_SKEW, profile="quick")
def clock_half_an_hour_ahead(_: Request, response: Response) -> Response:
    """The server's clock is half an hour ahead, in its Date as well."""
    date = {"Date": formatdate(time.time() + _SKEW, usegmt=True)}
    return replace(response, headers={**response.headers, **date})


@difference()
def validators(request: Request, response: Response) -> Response:
    """Answers have an ETag and a Last-Modified, and a 304 says that they are the same still."""
    if response.status != 200:
        return response
    tag = f'W/"{hashlib.sha256(_content(response)).hexdigest()[:12]}"'
    modified = formatdate(usegmt=True)
    given = request.headers.get("if-none-match")
    same = given == tag if given else request.headers.get("if-modified-since") == modified
    headers: dict[str, str | None] = {"ETag": tag, "Last-Modified": modified}
    bare: dict[str, str | None] = {"Content-Type": None, "Content-Length": None}
    return Response(304, b"", headers | bare) if same else replace(response, headers=headers)


@difference()
def name_in_headers(request: Request, response: Response) -> Response:
    """Answers name their room in a header, percent-encoded as it was sent."""
    path = request.target.split("?", 1)[0]
    return replace(response, headers={**response.headers, "Content-Location": path})


@difference(profile="quick")
def no_date(_: Request, response: Response) -> Response:
    """There is no Date header."""
    return replace(response, headers={**response.headers, "Date": None})


def _ending(rooms: tuple[str, ...], status: int, late: float = 0.0) -> Fault:
    """Return what ends the rooms' calls; every other answer is ``late`` to know of it."""
    began, seen = cache(time.monotonic), iter(range(10**9))

    def end(request: Request, response: Response) -> Response:
        since = time.monotonic() - began() - (late if next(seen) % 2 else 0.0)
        ended = since > 2.5 and request.room in rooms
        return error(status, "not_found") if ended and response.status == 200 else response

    return end


@difference(stateful=True)
def one_call_ends() -> Fault:
    """One of the calls ends after a few seconds, which one of two servers knows a second later."""
    return _ending(ROOMS[1:], 404, late=1.0)


@difference(stateful=True, ends=True)
def every_call_ends() -> Fault:
    """All calls end after a few seconds, and are 410 from then on."""
    return _ending(ROOMS, 410)
