"""Correct implementations that turn down differently: keys, workspaces, names, methods."""

import hashlib
from dataclasses import replace
from urllib.parse import quote

from tests.implementations.base import Fault, base, error
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.correct import difference
from tests.implementations.server import PREFIX, Request, Response


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


@difference(profile="quick")
def unprocessable(_: Request, response: Response) -> Response:
    """A missing header is a 422."""
    details = {"detail": [{"loc": ["header", "x-workspace-id"], "type": "missing"}]}
    return Response(422, details) if response.status == 400 else response


@difference(profile="quick")
def bare_errors(_: Request, response: Response) -> Response:
    """Errors have no body at all."""
    headers: dict[str, str | None] = {**response.headers, "Content-Type": None}
    return response if response.status == 200 else replace(response, body=b"", headers=headers)


@difference(profile="quick")
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
    """A trailing slash, or a name in another case, redirects to the right path."""
    path = request.target.split("?", 1)[0]
    named = {room.casefold(): room for room in ROOMS}.get((request.room or "").casefold())
    if named and named != request.room:
        return Response(301, {}, {"Location": PREFIX + quote(named)})
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
