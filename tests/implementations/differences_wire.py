"""Correct implementations that answer differently: on the wire, in errors, in time."""

import gzip
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from functools import cache

from tests.implementations.base import Fault, base, error
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.correct import difference
from tests.implementations.server import Request, Response

_SKEW = 1800.0


def _content(response: Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else json.dumps(response.body).encode()


@difference()
def media_type_parameters(_: Request, response: Response) -> Response:
    """The media type has a parameter and capitals."""
    kind: dict[str, str | None] = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    return replace(response, headers={**response.headers, **kind})


@difference()
def indented(_: Request, response: Response) -> Response:
    """JSON is indented and escapes whatever is not ASCII."""
    return replace(response, body=json.dumps(response.body, indent=4).encode() + b"\r\n")


@difference()
def compressed(request: Request, response: Response) -> Response:
    """Bodies are compressed for who accepts that."""
    if "gzip" not in request.headers.get("accept-encoding", "") or request.method == "HEAD":
        return response
    headers = {**response.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return replace(response, body=gzip.compress(_content(response)), headers=headers)


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


@difference(skew=_SKEW)
def clock_half_an_hour_ahead(_: Request, response: Response) -> Response:
    """The server's clock is half an hour ahead, in its Date as well."""
    date = {"Date": formatdate(time.time() + _SKEW, usegmt=True)}
    return replace(response, headers={**response.headers, **date})


@difference()
def no_date(_: Request, response: Response) -> Response:
    """There is no Date header."""
    return replace(response, headers={**response.headers, "Date": None})


def _ending(rooms: tuple[str, ...]) -> Fault:
    began = cache(time.monotonic)

    def end(request: Request, response: Response) -> Response:
        ended = time.monotonic() - began() > 2.5 and request.room in rooms
        return error(404, "not_found") if ended and response.status == 200 else response

    return end


@difference(stateful=True)
def one_call_ends() -> Fault:
    """One of the calls ends after a few seconds."""
    return _ending(ROOMS[1:])


@difference(stateful=True, ends=True)
def every_call_ends() -> Fault:
    """All calls end after a few seconds."""
    return _ending(ROOMS)


@difference(keyed=True)
def keyed(_: Request, response: Response) -> Response:
    """An API key is demanded."""
    return response


@difference(keyed=True)
def forbidding(request: Request, response: Response) -> Response:
    """Whatever is not allowed is a 403 with a plain message, as is an unknown workspace."""
    stranger = response.status == 404 and request.workspace != WORKSPACE
    denied = Response(403, {"message": "Forbidden"})
    return denied if stranger or response.status in (400, 401) else response


@difference()
def unprocessable(_: Request, response: Response) -> Response:
    """A missing header is a 422."""
    details = {"detail": [{"loc": ["header", "x-workspace-id"], "type": "missing"}]}
    return Response(422, details) if response.status == 400 else response


@difference()
def bare_errors(_: Request, response: Response) -> Response:
    """Errors have no body at all."""
    headers: dict[str, str | None] = {**response.headers, "Content-Type": None}
    return response if response.status == 200 else replace(response, body=b"", headers=headers)


@difference()
def problem_details(_: Request, response: Response) -> Response:
    """Errors are problem details, with a media type of their own."""
    kind: dict[str, str | None] = {**response.headers, "Content-Type": "application/problem+json"}
    body = {"type": "about:blank", "title": "No", "status": response.status}
    return response if response.status == 200 else replace(response, body=body, headers=kind)


@difference()
def strict_names(request: Request, response: Response) -> Response:
    """Room names that no room can have are a 400, long ones a 414."""
    room = request.room
    if len(request.target) > 1024:
        return error(414, "uri_too_long")
    odd = room is None or not room.isprintable() or any(char in room for char in "<>{}'\"%;")
    return error(400, "invalid_request") if odd else response


@difference()
def other_methods(request: Request, response: Response) -> Response:
    """OPTIONS is answered for browsers, unknown methods are not implemented, the rest is 404."""
    if request.method == "OPTIONS":
        allowed = {"Access-Control-Allow-Origin": "*", "Allow": "GET, HEAD, OPTIONS"}
        return Response(204, b"", {**allowed, "Content-Type": None, "Content-Length": None})
    if request.method not in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        return error(501, "not_implemented")
    return error(404, "not_found") if response.status == 405 else response


@difference()
def trailing_slash(request: Request, response: Response) -> Response:
    """A trailing slash redirects to the path without it."""
    path = request.target.split("?", 1)[0]
    moved = path.endswith("/") and request.room is None
    return Response(308, {}, {"Location": path.rstrip("/")}) if moved else response


@difference(stateful=True)
def same_room_elsewhere() -> Fault:
    """Every workspace has calls of its own in rooms of the same names."""
    correct = base(age=300)

    def answer(request: Request, response: Response) -> Response:
        if response.status != 404 or not request.workspace:
            return response
        there = correct(replace(request, headers={"x-workspace-id": WORKSPACE}))
        if there.status != 200 or request.workspace == WORKSPACE:
            return response
        digest = hashlib.sha256(f"{request.workspace}/{request.room}".encode()).hexdigest()
        own = {"id": digest[:24], "customerPhone": "+14155550199"}
        return replace(there, body=there.body | own)

    return answer
