"""Exchanges to judge, as plain data: a session with a server that does everything right."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from contracts.traffic.exchange import Exchange, Mark, Request
from tests.contracts.samples import STARTED, person

ROOMS = ("Line-1", "line 2")
WORKSPACE, OTHER = "ws-acme", "ws-globex"
PATH = "/base/v2/api/active-calls/"

Change = Callable[[Exchange], Exchange]


def call(room: str, at: float, **changes: Any) -> dict[str, Any]:
    """Return the call of a room, which has gone on for 145 seconds when the watch begins."""
    number = sum(room.encode())
    joined = (STARTED - timedelta(seconds=145)).strftime(
        "%Y-%m-%dT%H:%M:%S."
    ) + f"{number % 999:03}Z"
    people = [person(f"agent-{number}", True, joined), person(f"customer-{number}", False, joined)]
    said = [{"role": "agent", "content": f"line {n} of {room}"} for n in range(4 + int(at / 2))]
    made: dict[str, Any] = {
        "id": f"{number:024x}",
        "roomName": room,
        "customerPhone": f"+1415{number:07}",
    }
    made |= {"customerName": f"Ada {number}", "aiAgentName": "Ava", "duration": 145 + int(at)}
    made |= {"sentiment": "neutral", "transcript": said, "participants": people}
    return made | changes


def exchange(
    at: float,
    target: str,
    body: Any = None,
    *,
    status: int = 200,
    method: str = "GET",
    workspace: str | None = WORKSPACE,
    mark: Mark = "",
    **headers: str,
) -> Exchange:
    """Return an exchange that was sent ``at`` seconds into the watch and took 10 ms."""
    when = STARTED + timedelta(seconds=at)
    date = format_datetime(when.replace(microsecond=0), usegmt=True)
    came = {"content-type": "application/json", "date": date}
    came |= {name.replace("_", "-"): value for name, value in headers.items()}
    sent = (("x-workspace-id", workspace),) if workspace is not None else ()
    request = Request(method, target, sent)
    content = json.dumps(body).encode()
    return Exchange(request, at, at + 0.01, when, status, came, content, mark=mark, reused=True)


def poll(at: float, room: str = ROOMS[0], **changes: Any) -> Exchange:
    """Return a poll that shows the room's call."""
    return exchange(at, PATH + quote(room, safe=""), call(room, at, **changes))


def missing(at: float, room: str = ROOMS[0], **parts: Any) -> Exchange:
    """Return a request for a room that shows no call."""
    error = {"error": {"code": "not_found", "message": "No active call."}}
    return exchange(at, PATH + quote(room, safe=""), error, **({"status": 404} | parts))


def since(first: float, one: Exchange) -> Exchange:
    """Return the exchange as one that asks whether anything changed since a second."""
    date = format_datetime(STARTED + timedelta(seconds=first), usegmt=True)
    headers = (*one.request.headers, ("If-Modified-Since", date))
    return replace(one, request=replace(one.request, headers=headers), mark="probe")


def good() -> list[Exchange]:
    """Return a session in which every clause can be judged, and holds."""
    at_once = (exchange(9.5, PATH + quote(one), call(one, 9.5), mark="together") for one in ROOMS)
    return [
        *(poll(at, room) for at in range(10) for room in ROOMS),
        *at_once,
        missing(10, ROOMS[0], workspace=OTHER, mark="probe"),
        missing(10, ROOMS[0], workspace=None, status=400, mark="probe"),
        missing(10, ROOMS[0], workspace=" ", status=400, mark="probe"),
        missing(10, ROOMS[0], status=401, mark="unauthorised"),
        missing(10, "no-such-room", mark="absent"),
        missing(10, "LINE-1", mark="probe"),
        exchange(8.5, PATH + "%4C%69%6E%65%2D%31", call(ROOMS[0], 8.5), mark="probe"),
        since(1, poll(10)),
        missing(10, "a\r\nX-Injected: yes", mark="hostile"),
        missing(10, "line-", mark="probe"),
        missing(10, ROOMS[0], method="POST", status=405, mark="probe", allow="GET"),
        exchange(10, PATH + quote(ROOMS[0]), {}, status=429, retry_after="1"),
    ]


def shows(exchange: Exchange, body: Any) -> Exchange:
    """Return the exchange with a 200 and another body."""
    return replace(exchange, status=200, content=json.dumps(body).encode())


def changed(change: Callable[[dict[str, Any], float], dict[str, Any]], since: float = 0) -> Change:
    """Return what alters the call that a poll shows; ``change`` is given the call and its time."""

    def altered(one: Exchange) -> Exchange:
        if one.mark or one.status != 200 or one.sent < since:
            return one
        body = json.loads(one.content)
        return shows(one, body | change(body, one.sent))

    return altered


def where(condition: Callable[[Exchange], bool], change: Change) -> Change:
    """Return what alters the exchanges of a kind."""
    return lambda one: change(one) if condition(one) else one


def marked(mark: Mark, change: Change) -> Change:
    """Return what alters the exchanges with a mark."""
    return where(lambda one: one.mark == mark, change)
