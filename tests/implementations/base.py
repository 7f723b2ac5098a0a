"""The correct implementation that every other one is a small change of."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from tests.implementations.call import KEY, ROOMS, WORKSPACE, Call
from tests.implementations.server import App, Request, Response

__all__ = ["Change", "Fault", "Moment", "altered", "base", "changing", "error"]

Fault = Callable[[Request, Response], Response]


@dataclass(frozen=True)
class Moment:
    """When a call is shown: seconds since the first answer, and how often its room was before."""

    seconds: float
    earlier: int


Change = Callable[[dict[str, Any], Moment], None]


def error(status: int, code: str, message: str = "No.", **headers: str) -> Response:
    """Return an error in the documented envelope; header names with ``_`` for ``-``."""
    named: dict[str, str | None] = {name.replace("_", "-"): v for name, v in headers.items()}
    return Response(status, {"error": {"code": code, "message": message}}, named)


def base(age: float = 60.0, keyed: bool = False, skew: float = 0.0) -> App:
    """Return the correct implementation, its calls ``age`` seconds old at the first request.

    ``keyed`` demands the API key. ``skew`` is how far the server's clock is ahead, in seconds.
    """

    @cache
    def calls() -> dict[str, Call]:
        started = datetime.now(UTC) + timedelta(seconds=skew - age)
        return {room: Call(room, started) for room in ROOMS}

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
        if request.workspace != WORKSPACE or room not in calls():
            return error(404, "not_found")
        return Response(200, calls()[room].at(datetime.now(UTC) + timedelta(seconds=skew)))

    return answer


def altered(app: App, fault: Fault) -> App:
    """Return ``app`` with every response passed through ``fault``."""
    return lambda request: fault(request, app(request))


def changing(change: Change) -> Fault:
    """Return a fault that alters the call, in place, in each response that has one."""
    shown: Counter[str] = Counter()

    @cache
    def began() -> datetime:
        return datetime.now(UTC)

    def fault(_: Request, response: Response) -> Response:
        if response.status == 200:
            room = response.body["roomName"]
            seconds = (datetime.now(UTC) - began()).total_seconds()
            change(response.body, Moment(max(0.0, seconds), shown[room]))
            shown[room] += 1
        return response

    return fault
