"""Exchanges with the siblings of the operation, all of them right; and one fault per clause."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from contracts.traffic.exchange import Exchange, Mark
from tests.contracts.exchanges import (
    OTHER,
    PATH,
    ROOMS,
    WORKSPACE,
    Change,
    call,
    exchange,
    missing,
    poll,
    where,
)
from tests.contracts.samples import STARTED

__all__ = ["ENDED", "FAMILY_FAULTS", "family", "spoilt_family", "still_on"]

EXPENDABLE = "line 9"
MUTED, ENDED = 13.0, 23.0
_AGENT = call(EXPENDABLE, 0)["participants"][0]["identity"]
_PERSON = call(EXPENDABLE, 0)["participants"][1]["identity"]
Body = Callable[[Any, float], Any]


def _instant(at: float) -> str:
    when = STARTED + timedelta(seconds=at)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _listed(room: str, at: float) -> dict[str, Any]:
    made = call(room, at)
    lines, people = made.pop("transcript"), made.pop("participants")
    shown = [{k: v for k, v in one.items() if k != "metadata"} for one in people]
    more = {"status": "active", "lastMessage": lines[-1]["content"], "type": "phone"}
    return {**made, **more, "transferRequested": False, "participants": shown}


def board(at: float, *rooms: str, **parts: Any) -> Exchange:
    """Return a list that has these rooms."""
    data = [_listed(room, at) for room in rooms]
    body = {"data": data, "count": len(data), "timestamp": _instant(at)}
    return exchange(at, PATH.rstrip("/"), body, **parts)


def insights(at: float, **parts: Any) -> Exchange:
    """Return the insights into the first room's call."""
    body = {"sentiment": "neutral", "topics": ["billing"], "summary": "-", "suggestions": []}
    return exchange(at, f"{PATH}{ROOMS[0]}/insights", body, **parts)


def command(at: float, what: str, body: Any, identity: str = "", **parts: Any) -> Exchange:
    """Return a command for the expendable room."""
    target = f"{PATH}{quote(EXPENDABLE)}/{what}"
    made = exchange(at, target, body, **({"method": "POST"} | parts))
    content = json.dumps({"participantIdentity": identity}) if identity else ""
    return replace(made, request=replace(made.request, content=content))


def _refused(at: float, what: str, status: int, identity: str = "", **parts: Any) -> Exchange:
    error = {"error": {"code": "no", "message": "No."}}
    return command(at, what, error, identity, status=status, **parts)


def _muted(at: float) -> Exchange:
    body = {"success": True, "message": "-", "roomName": EXPENDABLE, "mutedTracks": ["TR_1"]}
    return command(at, "remove-agent", body, _AGENT)


def _over(at: float) -> Exchange:
    body = {"success": True, "message": "-", "roomName": EXPENDABLE, "endTime": _instant(at)}
    return command(at, "end-call", body)


def still_on(at: float, **changes: Any) -> Exchange:
    """Return a poll of the expendable room: the agent says nothing once it is muted."""
    said = call(EXPENDABLE, min(at, MUTED))["transcript"]
    return poll(at, EXPENDABLE, transcript=said, **changes)


def _strangers(at: float, what: str, identity: str = "") -> list[Exchange]:
    marks: tuple[tuple[Mark, str, int], ...]
    marks = (("probe", OTHER, 404), ("unauthorised", WORKSPACE, 401))
    return [
        _refused(at + n / 10, what, status, identity, workspace=workspace, mark=mark)
        for n, (mark, workspace, status) in enumerate(marks)
    ]


def family() -> list[Exchange]:
    """Return a session in which every clause about the siblings can be judged, and holds."""
    everywhere = (*ROOMS, EXPENDABLE)
    return [
        *(poll(10, room) for room in ROOMS),
        still_on(10),
        board(10.2, *everywhere),
        insights(10.3),
        insights(10.4),
        board(10.5, workspace=OTHER, mark="probe"),
        *(poll(11, room) for room in ROOMS),
        still_on(11),
        insights(11.2),
        poll(11.4),
        *_strangers(12, "remove-agent", _AGENT),
        still_on(12.2),
        *_strangers(12.3, "end-call"),
        still_on(12.5),
        _refused(12.6, "remove-agent", 404, "nobody"),
        _refused(12.7, "remove-agent", 400, _PERSON),
        still_on(12.8),
        _muted(MUTED),
        still_on(13.1),
        _muted(13.2),
        *(still_on(at) for at in (17.2, 19, 22.5)),
        poll(22.6),
        _over(ENDED),
        missing(23.2, EXPENDABLE),
        board(23.3, *ROOMS),
        _refused(23.4, "end-call", 404),
        poll(23.6),
        poll(23.7),
    ]


def _of(what: str) -> Callable[[Exchange], bool]:
    """Return whether an exchange is the list, the insights, or a command that was done."""
    end = PATH.rstrip("/") if what == "list" else f"/{what}"
    return lambda one: (
        one.request.target.endswith(end) and one.status == 200 and one.mark != "probe"
    )


def _changed(what: str, change: Body) -> Change:
    """Return what alters the body of each right answer of an operation; given its time, too."""

    def altered(one: Exchange) -> Exchange:
        body = change(json.loads(one.content), one.sent)
        return replace(one, content=json.dumps(body).encode())

    return where(_of(what), altered)


def _calls(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """Return what alters each call of each list."""
    return _changed(
        "list", lambda body, _: body | {"data": [one | change(one) for one in body["data"]]}
    )


def _people(change: Callable[[list[Any]], list[Any]]) -> Change:
    return _calls(lambda one: {"participants": change(one["participants"])})


def _answers(what: str, status: int) -> Change:
    return where(_of(what), lambda one: replace(one, status=status, content=b"{}"))


def _at(when: float, change: Change) -> Change:
    return where(lambda one: one.sent == when, change)


def _later(seconds: float, what: str, field: str) -> Change:
    return _changed(what, lambda body, at: body | {field: _instant(at + seconds)})


def _done(one: Exchange) -> Exchange:
    return replace(one, status=200)


def _without_agent(since: float) -> Change:
    """Return what takes the agent of the expendable room off its polls."""

    def altered(one: Exchange) -> Exchange:
        body = json.loads(one.content)
        body["participants"] = [each for each in body["participants"] if not each["isAgent"]]
        return replace(one, content=json.dumps(body).encode())

    room = quote(EXPENDABLE)
    return where(
        lambda one: one.request.target.endswith(room) and one.status == 200 and one.sent > since,
        altered,
    )


def _goes_on(one: Exchange) -> Exchange:
    """Alter what came after the end: the call is still there, and nobody asks for the list."""
    after = {23.2: still_on(29), 23.3: poll(23.3)}
    return after.get(one.sent, one)


def _all_the_same(one: Exchange) -> Exchange:
    """Answer as if the agent had been named."""
    return replace(one, status=200, content=_muted(one.sent).content)


def _talking_on(one: Exchange) -> Exchange:
    """Alter the polls of the expendable room: its agent goes on as before."""
    own = one.request.target.endswith(quote(EXPENDABLE)) and one.status == 200
    return poll(one.sent, EXPENDABLE) if own else one


FAMILY_FAULTS: dict[str, list[Change | list[Exchange]]] = {
    "list.shape": [
        _changed("list", lambda body, _: body | {"count": "3"}),
        _calls(lambda one: {"type": "PHONE"}),
        [board(24, status=500)],
    ],
    "list.count": [_changed("list", lambda body, _: body | {"count": 7})],
    "list.unique": [
        _changed(
            "list", lambda body, _: {**body, "data": body["data"] * 2, "count": body["count"] * 2}
        )
    ],
    "list.timestamp": [_later(7200, "list", "timestamp"), _later(-20, "list", "timestamp")],
    "list.live": [
        _changed("list", lambda body, _: body | {"data": body["data"][:1], "count": 1}),
    ],
    "list.gone": [
        [missing(24, "line 5"), missing(25, "line 5"), board(32, "line 5"), missing(33, "line 5")]
    ],
    "list.agrees": [
        _calls(lambda one: {"customerPhone": "+14155550000"}),
        _calls(lambda one: {"id": one["id"][::-1]}),
        _calls(lambda one: {"duration": one["duration"] + 30}),
        _people(lambda people: people[:1]),
        _people(lambda people: [*people, people[0] | {"identity": "agent-x"}]),
        _people(lambda people: [one | {"joinedAt": "2026-11-22T09:00:00.000Z"} for one in people]),
        _calls(lambda one: {"sentiment": "negative"}),
        _calls(lambda one: {"lastMessage": "Something else."}),
        _calls(lambda one: {"customerName": None}),
    ],
    "insights.shape": [
        _changed("insights", lambda body, _: body | {"topics": "billing"}),
        _at(10.4, _answers("insights", 500)),
    ],
    "insights.sentiment": [_changed("insights", lambda body, _: body | {"sentiment": "negative"})],
    "insights.topics": [
        _changed("insights", lambda body, at: body | {"topics": ["billing"] if at < 11 else []})
    ],
    "remove-agent.shape": [
        _at(MUTED, _changed("remove-agent", lambda body, _: body | {"mutedTracks": "TR_1"})),
        _at(MUTED, _changed("remove-agent", lambda body, _: body | {"roomName": "line 8"})),
    ],
    "remove-agent.guarded": [_at(12.0, _done), _at(12.1, lambda one: replace(one, status=500))],
    "remove-agent.refused": [_at(12.6, _all_the_same), _at(12.7, _all_the_same)],
    "remove-agent.stays": [_without_agent(MUTED)],
    "remove-agent.silent": [_talking_on],
    "remove-agent.repeated": [_at(13.2, _answers("remove-agent", 500))],
    "end-call.shape": [
        _at(ENDED, _changed("end-call", lambda body, _: body | {"message": None})),
    ],
    "end-call.guarded": [_at(12.3, _done), _at(12.4, lambda one: replace(one, status=500))],
    "end-call.gone": [_goes_on, [board(29, *ROOMS, EXPENDABLE)]],
    "end-call.end-time": [_later(7200, "end-call", "endTime"), _later(20, "end-call", "endTime")],
    "end-call.repeated": [
        _at(23.4, lambda one: replace(_over(23.4), request=one.request)),
        _at(23.4, lambda one: replace(one, status=500)),
    ],
    "end-call.others": [where(lambda one: one.sent > 23.5, lambda one: missing(one.sent))],
}


def spoilt_family(fault: Change | list[Exchange]) -> list[Exchange]:
    """Return the session with a fault: altered, or gone on with further exchanges."""
    return [*family(), *fault] if isinstance(fault, list) else [fault(one) for one in family()]
