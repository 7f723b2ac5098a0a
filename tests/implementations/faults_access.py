"""Faults in what is answered to whom: tenants, keys, rooms that do not exist."""

import os
from dataclasses import replace

from tests.implementations.base import base, error
from tests.implementations.call import KEY, ROOMS, WORKSPACE
from tests.implementations.faulty import fault
from tests.implementations.server import PREFIX, Request, Response

_CORRECT = base()


def _call(request: Request, **headers: str) -> Response:
    """Return what the right request for the same room would get."""
    return _CORRECT(
        replace(request, method="GET", headers={"x-workspace-id": WORKSPACE, **headers})
    )


def _absent(request: Request, response: Response) -> bool:
    """Whether a right request found no call in the room."""
    named = request.room is not None and request.room not in ROOMS
    return named and response.status == 404 and request.workspace == WORKSPACE


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


@fault("tenancy.isolated")
def told_why_not(request: Request, response: Response) -> Response:
    """Another workspace gets the call within the error that refuses it."""
    if response.status != 404 or not request.workspace or request.room not in ROOMS:
        return response
    refused = {"error": {"code": "forbidden", "message": "No."}, "call": _call(request).body}
    return Response(403, refused)


@fault("tenancy.isolated", profile="full")
def star_is_everyone(request: Request, response: Response) -> Response:
    """A workspace called * gets the call."""
    return _call(request) if request.workspace == "*" and request.room in ROOMS else response


@fault("auth.required", keyed=True)
def key_ignored(request: Request, response: Response) -> Response:
    """The API key is not looked at."""
    return _call(request) if response.status == 401 and request.workspace == WORKSPACE else response


@fault("auth.required", keyed=True)
def any_key(request: Request, response: Response) -> Response:
    """Any API key will do."""
    wrong = response.status == 401 and request.headers.get("x-api-key")
    return _call(request) if wrong else response


@fault("auth.required", keyed=True, profile="full")
def key_by_extension(request: Request, response: Response) -> Response:
    """Any API key that begins with the right one will do."""
    longer = response.status == 401 and request.headers.get("x-api-key", "").startswith(KEY)
    return _call(request) if longer else response


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
def room_by_prefix(request: Request, response: Response) -> Response:
    """The beginning of a room's name gets its call."""
    if not _absent(request, response) or not ROOMS[0].startswith(request.room or "-"):
        return response
    return _call(replace(request, target=PREFIX + ROOMS[0]))


@fault("absence.unknown-room", profile="full")
def query_injected(request: Request, response: Response) -> Response:
    """A room name that is an SQL condition gets the first call."""
    injected = _absent(request, response) and "' OR '" in (request.room or "")
    return _call(replace(request, target=PREFIX + ROOMS[0])) if injected else response


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
