"""The correct implementation that every other one is a small change of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.implementations.call import KEY, ROOMS, WORKSPACE, Call
from tests.implementations.server import App, Request, Response

__all__ = ["Fault", "Seen", "altered", "base", "changing", "error"]

Fault = Callable[[Request, Response], Response]
# What an alteration of a call is told: the call to alter in place, and seconds since the start.
Seen = Callable[[dict[str, Any], float], None]


def error(status: int, code: str, message: str = "No.", **headers: str) -> Response:
    """Return an error in the documented envelope; header names with ``_`` for ``-``."""
    named: dict[str, str | None] = {name.replace("_", "-"): v for name, v in headers.items()}
    return Response(status, {"error": {"code": code, "message": message}}, named)


def base(age: float = 60.0, keyed: bool = False, skew: float = 0.0) -> App:
    """Return the correct implementation, its calls ``age`` seconds old.

    ``keyed`` demands the API key. ``skew`` is how far the server's clock is ahead, in seconds.
    """
    started = datetime.now(UTC) + timedelta(seconds=skew - age)
    calls = {room: Call(room, started) for room in ROOMS}

    def answer(request: Request) -> Response:
        room = request.room
        if room is None:
            return error(404, "not_found")
        if request.method not in ("GET", "HEAD"):
            return error(405, "method_not_allowed", Allow="GET, HEAD")
        if keyed and request.headers.get("x-api-key") != KEY:
            return error(401, "unauthorized")
        if not request.workspace:
            return error(400, "invalid_request")
        if request.workspace != WORKSPACE or room not in calls:
            return error(404, "not_found")
        return Response(200, calls[room].at(datetime.now(UTC) + timedelta(seconds=skew)))

    return answer


def altered(app: App, fault: Fault) -> App:
    """Return ``app`` with every response passed through ``fault``."""
    return lambda request: fault(request, app(request))


def changing(change: Seen) -> Fault:
    """Return a fault that alters the call in each response that has one."""
    began = datetime.now(UTC)

    def fault(_: Request, response: Response) -> Response:
        if response.status == 200:
            change(response.body, (datetime.now(UTC) - began).total_seconds())
        return response

    return fault
