"""Faults in what is answered to whom: tenants, keys, unknown rooms, methods, caches, limits."""

import os
from dataclasses import replace
from itertools import count
from typing import Any

from tests.implementations.base import base, error
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.faulty import fault, stateful
from tests.implementations.server import PREFIX, Request, Response

_CORRECT = base()


def _call(request: Request, **headers: str) -> Response:
    """Return what the right request for the same room would get."""
    return _CORRECT(
        replace(request, method="GET", headers={"x-workspace-id": WORKSPACE, **headers})
    )


def _absent(request: Request, response: Response) -> bool:
    """Whether a right request found no call in the room."""
    return response.status == 404 and request.workspace == WORKSPACE and request.room not in ROOMS


@fault("tenancy.required")
def workspace_not_asked_for(request: Request, response: Response) -> Response:
    """Without x-workspace-id the call is shown."""
    return _call(request) if "x-workspace-id" not in request.headers else response


@fault("tenancy.required")
def empty_workspace_is_all(request: Request, response: Response) -> Response:
    """With an empty x-workspace-id the call is shown."""
    return _call(request) if request.headers.get("x-workspace-id") == "" else response


@fault("tenancy.required")
def workspace_redirects(request: Request, response: Response) -> Response:
    """Without x-workspace-id the answer redirects to a page for signing in."""
    if request.target == "/sign-in":
        return Response(200, b"<form></form>", {"Content-Type": "text/html"})
    return Response(302, {}, {"Location": "/sign-in"}) if response.status == 400 else response


@fault("tenancy.required")
def workspace_missing_is_empty(request: Request, response: Response) -> Response:
    """Without x-workspace-id the answer is 200 with an empty object."""
    return Response(200, {}) if response.status == 400 else response


@fault("tenancy.isolated")
def any_workspace(request: Request, response: Response) -> Response:
    """Every workspace gets the call."""
    return _call(request) if request.workspace and response.status == 404 else response


@fault("tenancy.isolated")
def workspace_by_prefix(request: Request, response: Response) -> Response:
    """A workspace whose name the right one begins with gets the call."""
    matches = request.workspace and WORKSPACE.startswith(request.workspace)
    return _call(request) if matches and response.status == 404 else response


@fault("tenancy.isolated")
def workspace_by_extension(request: Request, response: Response) -> Response:
    """A workspace whose name begins with the right one's gets the call."""
    matches = request.workspace.startswith(WORKSPACE)
    return _call(request) if matches and response.status == 404 else response


@fault("tenancy.isolated")
def other_workspace(request: Request, response: Response) -> Response:
    """One other workspace, of the same account, gets the call."""
    matches = request.workspace == "ws-globex"
    return _call(request) if matches and response.status == 404 else response


@fault("auth.required", keyed=True)
def key_ignored(request: Request, response: Response) -> Response:
    """The API key is not looked at."""
    return _call(request) if response.status == 401 and request.workspace == WORKSPACE else response


@fault("auth.required", keyed=True)
def any_key(request: Request, response: Response) -> Response:
    """Any API key will do."""
    wrong = response.status == 401 and request.headers.get("x-api-key")
    return _call(request) if wrong else response


@fault("auth.required", keyed=True)
def no_key_is_public(request: Request, response: Response) -> Response:
    """Only a wrong API key is turned down; without one the call is shown."""
    missing = response.status == 401 and "x-api-key" not in request.headers
    return _call(request) if missing else response


@fault("auth.required", keyed=True)
def bad_request_for_key(_: Request, response: Response) -> Response:
    """A wrong API key is answered with 400."""
    return error(400, "invalid_request") if response.status == 401 else response


@fault("absence.unknown-room")
def invented_call(request: Request, response: Response) -> Response:
    """Every room has a call, also one that does not exist."""
    if not _absent(request, response):
        return response
    body = _call(replace(request, target=PREFIX + ROOMS[0])).body
    return Response(200, body | {"roomName": request.room, "id": os.urandom(12).hex()})


@fault("absence.unknown-room")
def nothing_found(request: Request, response: Response) -> Response:
    """A room that does not exist answers 200 with null."""
    return Response(200, None) if _absent(request, response) else response


@fault("absence.unknown-room")
def no_content(request: Request, response: Response) -> Response:
    """A room that does not exist answers 204."""
    gone = Response(204, b"", {"Content-Type": None, "Content-Length": None})
    return gone if _absent(request, response) else response


@fault("absence.unknown-room")
def error_as_success(request: Request, response: Response) -> Response:
    """A room that does not exist answers 200 with an error body."""
    return replace(response, status=200) if _absent(request, response) else response


@fault("absence.unknown-room", level="should")
def unknown_is_bad_request(request: Request, response: Response) -> Response:
    """A room that does not exist answers 400."""
    return replace(response, status=400) if _absent(request, response) else response


@fault("absence.error-body", level="should")
def page_not_found(request: Request, response: Response) -> Response:
    """The 404 is an HTML page."""
    page = b"<!doctype html><title>404</title><h1>Not Found</h1>"
    html: dict[str, str | None] = {"Content-Type": "text/html"}
    return Response(404, page, html) if response.status == 404 else response


@fault("absence.error-body", level="should")
def unknown_error_shape(_: Request, response: Response) -> Response:
    """The 404 is JSON in a shape of its own."""
    return (
        replace(response, body={"ok": False, "reason": 7}) if response.status == 404 else response
    )


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


@fault("methods.unsupported", level="should")
def post_is_get(request: Request, response: Response) -> Response:
    """POST answers 200 with the call."""
    return _call(request) if request.method == "POST" and request.room in ROOMS else response


@fault("methods.unsupported", level="should")
def no_allow(_: Request, response: Response) -> Response:
    """The 405 lacks Allow."""
    return replace(response, headers={}) if response.status == 405 else response


@fault("methods.unsupported", level="should")
def method_is_bad_request(_: Request, response: Response) -> Response:
    """Other methods answer 400."""
    return error(400, "invalid_request") if response.status == 405 else response


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


@stateful("limit.retry-after", level="should")
def limit_without_wait() -> Any:
    """A 429 now and then does not say how long to wait."""
    requests = count(1)

    def answer(_: Request, response: Response) -> Response:
        return error(429, "rate_limit_exceeded") if next(requests) == 12 else response

    return answer
