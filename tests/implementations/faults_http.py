"""Faults in how HTTP is spoken: errors that leak, methods, caches, limits."""

import gzip
import json
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from itertools import count
from typing import Any

from tests.implementations.base import base, error
from tests.implementations.call import ROOMS
from tests.implementations.faulty import fault, stateful
from tests.implementations.server import PREFIX, Request, Response

_CORRECT = base()


def _leak(request: Request, response: Response, status: int, text: str) -> Response:
    if response.status != status or request.room is None:
        return response
    return replace(response, body={"error": {"code": "failed", "message": text}})


@fault("errors.no-leak", level="should")
def python_trace(request: Request, response: Response) -> Response:
    """The 404 shows a Python traceback."""
    trace = 'Traceback (most recent call last):\n  File "/srv/app/calls.py", line 41, in get\n'
    return _leak(request, response, 404, trace + "KeyError: 'room'")


@fault("errors.no-leak", level="should")
def node_trace(request: Request, response: Response) -> Response:
    """The 400 shows a Node stack trace."""
    trace = "TypeError: Cannot read properties of undefined (reading 'trim')\n    at getWorkspace "
    return _leak(request, response, 400, trace + "(/usr/src/app/routes/calls.js:17:31)")


@fault("errors.no-leak", level="should")
def java_trace(request: Request, response: Response) -> Response:
    """The 404 shows a Java stack trace."""
    trace = "java.util.NoSuchElementException: No value present\n\tat com.example.CallController"
    return _leak(request, response, 404, trace + ".get(CallController.java:52)")


@fault("errors.no-leak", level="should")
def file_path(request: Request, response: Response) -> Response:
    """The 404 names a file of the server."""
    return _leak(request, response, 404, "ENOENT: no such file, open '/var/lib/calls/x.json'")


@fault("errors.no-leak", level="should")
def debug_page(_: Request, response: Response) -> Response:
    """The 400 is a framework's debug page."""
    page = b"<title>KeyError // Werkzeug Debugger</title><h2>Traceback</h2>"
    html: dict[str, str | None] = {"Content-Type": "text/html"}
    return replace(response, body=page, headers=html) if response.status == 400 else response


@fault("methods.unsupported", level="should")
def post_is_get(request: Request, response: Response) -> Response:
    """POST answers 200 with the call."""
    called = request.method == "POST" and request.room in ROOMS
    return _CORRECT(replace(request, method="GET")) if called else response


@fault("methods.unsupported", level="should")
def no_allow(_: Request, response: Response) -> Response:
    """The 405 lacks Allow."""
    return replace(response, headers={}) if response.status == 405 else response


@fault("methods.unsupported", level="should")
def method_is_bad_request(_: Request, response: Response) -> Response:
    """Other methods answer 400."""
    return error(400, "invalid_request") if response.status == 405 else response


@fault("methods.unsupported")
def patch_is_dropped(request: Request, response: Response) -> Response:
    """PATCH drops the connection."""
    return replace(response, wire=lambda _: b"") if request.method == "PATCH" else response


@fault("methods.unsupported")
def delete_breaks(request: Request, response: Response) -> Response:
    """DELETE answers 500."""
    return error(500, "internal") if request.method == "DELETE" else response


@fault("cache.live", level="should")
def public_for_a_minute(_: Request, response: Response) -> Response:
    """Live data may be kept by any cache for a minute."""
    cached = replace(response, headers={"Cache-Control": "public, max-age=60"})
    return cached if response.status == 200 else response


@fault("cache.live", level="should")
def expires_later(_: Request, response: Response) -> Response:
    """Live data is marked as fresh for years."""
    cached = replace(response, headers={"Expires": "Fri, 01 Jan 2100 00:00:00 GMT"})
    return cached if response.status == 200 else response


@fault("cache.live", level="should")
def shared_cache(_: Request, response: Response) -> Response:
    """Live data is marked as fresh for a shared cache."""
    cached = replace(response, headers={"Cache-Control": "max-age=0, s-maxage=30"})
    return cached if response.status == 200 else response


@fault("cache.conditional")
def tag_of_the_call(request: Request, response: Response) -> Response:
    """The ETag is made of the call's id, and its repetition is answered with 304."""
    if response.status != 200:
        return response
    tag = f'"{response.body["id"]}"'
    same = request.headers.get("if-none-match") == tag
    headers: dict[str, str | None] = {"ETag": tag}
    return replace(response, headers=headers) if not same else _unchanged(headers)


@fault("cache.conditional")
def modified_at_the_start(request: Request, response: Response) -> Response:
    """Last-Modified is when the call began, and what was seen since is answered with 304."""
    since = request.headers.get("if-modified-since")
    if response.status != 200 or not request.target.startswith(PREFIX):
        return response
    began = datetime.fromisoformat(response.body["participants"][0]["joinedAt"])
    date = format_datetime(began.replace(microsecond=0), usegmt=True)
    headers: dict[str, str | None] = {"Last-Modified": date}
    return replace(response, headers=headers) if since != date else _unchanged(headers)


def _unchanged(headers: dict[str, str | None]) -> Response:
    return Response(304, b"", {"Content-Type": None, "Content-Length": None, **headers})


@fault("http.surplus-bytes", profile="full")
def head_with_a_body(request: Request, response: Response) -> Response:
    """HEAD is answered with a body."""
    if request.method != "HEAD" or response.status != 200:
        return response
    return replace(response, surplus=json.dumps(response.body).encode())


@fault("http.surplus-bytes")
def not_found_is_longer(_: Request, response: Response) -> Response:
    """The 404 is longer than its Content-Length."""
    more = b"<!-- no such room -->" if response.status == 404 else b""
    return replace(response, surplus=more)


@fault("http.content-coding", level="should")
def always_compressed(request: Request, response: Response) -> Response:
    """Every call is compressed, whatever the client accepts."""
    if response.status != 200 or request.method == "HEAD":
        return response
    body = gzip.compress(json.dumps(response.body).encode())
    return replace(response, body=body, headers={"Content-Encoding": "gzip"})


@stateful("limit.retry-after", level="should")
def limit_without_wait() -> Any:
    """A 429 now and then does not say how long to wait."""
    requests = count(1)

    def answer(_: Request, response: Response) -> Response:
        return error(429, "rate_limit_exceeded") if next(requests) == 12 else response

    return answer
