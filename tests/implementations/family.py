"""The correct implementation with all five operations: a small server that remembers."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.implementations.base import error
from tests.implementations.call import EXPENDABLE, KEY, ROOMS, WORKSPACE, Call, instant
from tests.implementations.server import App, Request, Response

__all__ = ["BOARD", "ENDING", "FAMILY", "family"]

FAMILY = ("list", "insights", "end-call", "remove-agent")
BOARD = (*ROOMS, EXPENDABLE, "call-on-the-board")
# What lets the verifier end the call in that room.
ENDING = ("--allow-ending", f"--expendable-room={EXPENDABLE}")
_TOPICS = ("an order", "its items")
_METHODS = {"list": "GET", "call": "GET", "insights": "GET"}

Repeat = Callable[[Response], Response]


def _not_found(_: Response) -> Response:
    return error(404, "not_found")


@dataclass
class _Family:
    """Calls by room, those that were ended with their answer, the agents that were muted.

    ``lag`` is for how many seconds the list does not know of an end.
    """

    calls: dict[str, Call]
    keyed: bool
    offers: tuple[str, ...]
    lag: float
    repeat: Repeat
    skew: timedelta
    ended: dict[str, tuple[datetime, Response]] = field(default_factory=dict)
    muted: dict[str, datetime] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew

    def __call__(self, request: Request) -> Response:
        name, room = request.path
        if name not in ("call", *self.offers):
            return error(404, "not_found")
        allowed = _METHODS.get(name, "POST")
        if request.method not in (allowed, *(("HEAD",) if allowed == "GET" else ())):
            return error(405, "method_not_allowed", Allow=allowed)
        if self.keyed and request.headers.get("x-api-key") != KEY:
            return error(401, "unauthorized")
        if not request.workspace:
            return error(400, "invalid_request")
        with self.lock:
            return self._answer(name, room, request)

    def _answer(self, name: str, room: str, request: Request) -> Response:
        own = request.workspace == WORKSPACE
        if name == "list":
            return Response(200, self.board(own))
        if own and name == "end-call" and room in self.ended:
            return self.repeat(self.ended[room][1])
        if not own or room not in self.calls or room in self.ended:
            return error(404, "not_found")
        if name == "end-call":
            return self.end(room)
        return (
            self.remove(room, request.content) if name == "remove-agent" else self.show(name, room)
        )

    def show(self, name: str, room: str) -> Response:
        call = self.call(room)
        if name == "call":
            return Response(200, call)
        body = {"sentiment": call["sentiment"], "topics": list(_TOPICS)}
        said = f"{len(call['transcript'])} lines about an order."
        return Response(200, {**body, "summary": said, "suggestions": ["Ask which item it is"]})

    def call(self, room: str, at: datetime | None = None) -> dict[str, Any]:
        """Return the call in a room. Of a muted agent no line comes any more."""
        call, muted = self.calls[room].at(at or self.now), self.muted.get(room)
        if muted:
            before = len(self.calls[room].at(muted)["transcript"])
            later = [one for one in call["transcript"][before:] if one["role"] != "agent"]
            call["transcript"] = call["transcript"][:before] + later
        return call

    def board(self, own: bool) -> dict[str, Any]:
        at = self.now - timedelta(seconds=self.lag)
        gone = {room for room, (ended, _) in self.ended.items() if ended <= at}
        rooms = [room for room in self.calls if room not in gone] if own else []
        data = [_listed(self.call(room, at)) for room in rooms]
        return {"data": data, "count": len(data), "timestamp": instant(at)}

    def end(self, room: str) -> Response:
        body = {"success": True, "message": "Call ended.", "roomName": room}
        answer = Response(200, {**body, "endTime": instant(self.now)})
        self.ended[room] = self.now, answer
        return answer

    def remove(self, room: str, content: bytes) -> Response:
        try:
            identity = json.loads(content)["participantIdentity"]
        except (ValueError, KeyError, TypeError):
            return error(400, "invalid_request")
        people = {one["identity"]: one for one in self.call(room)["participants"]}
        if identity not in people:
            return error(404, "not_found")
        if not people[identity]["isAgent"]:
            return error(400, "invalid_request")
        self.muted.setdefault(room, self.now)
        body = {"success": True, "message": "Muted.", "roomName": room}
        return Response(200, {**body, "mutedTracks": ["TR_abc123"]})


def _listed(call: dict[str, Any]) -> dict[str, Any]:
    """Return a call as the list shows it."""
    lines, people = call.pop("transcript"), call.pop("participants")
    shown = [{k: v for k, v in one.items() if k != "metadata"} for one in people]
    last = lines[-1]["content"] if lines else None
    more = {"status": "active", "lastMessage": last, "transferRequested": False, "type": "phone"}
    return {**call, **more, "participants": shown}


def family(
    age: float = 60.0,
    keyed: bool = False,
    skew: float = 0.0,
    offers: tuple[str, ...] = FAMILY,
    lag: float = 0.0,
    repeat: Repeat = _not_found,
    apart: Mapping[str, float] | None = None,
) -> App:
    """Return the correct implementation, its calls ``age`` seconds old when it begins.

    ``keyed`` demands the API key; ``skew`` is how far the server's clock is ahead, in seconds.
    ``offers`` are the operations that it has besides that of a call, ``lag`` is how many seconds
    its list is behind, ``repeat`` says how it answers who ends a call again, given the first
    answer. ``apart`` are seconds by which a room's call began later.
    """
    later = apart or {}
    started = datetime.now(UTC) + timedelta(seconds=skew - age)
    calls = {room: Call(room, started + timedelta(seconds=later.get(room, 0.0))) for room in BOARD}
    return _Family(calls, keyed, offers, lag, repeat, timedelta(seconds=skew))
