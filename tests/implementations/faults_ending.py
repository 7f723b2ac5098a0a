"""Faults of what mutes an agent, and of what ends a call."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from tests.implementations.base import Fault, error
from tests.implementations.call import EXPENDABLE, KEY, ROOMS, WORKSPACE, instant
from tests.implementations.family import BOARD, ENDING, family
from tests.implementations.faulty import app_fault as _app_fault
from tests.implementations.faulty import fault as _fault
from tests.implementations.faulty import stateful as _stateful
from tests.implementations.server import PREFIX, App, Request, Response

fault = partial(_fault, server=family, options=ENDING)
stateful = partial(_stateful, server=family, options=ENDING)
app_fault = partial(_app_fault, server=family, options=ENDING)


def _muted(request: Request, response: Response) -> bool:
    return request.path[0] == "remove-agent" and response.status == 200


def _ended(request: Request, response: Response) -> bool:
    return request.path[0] == "end-call" and response.status == 200


def _own(request: Request) -> Request:
    headers = request.headers | {"x-workspace-id": WORKSPACE, "x-api-key": KEY}
    return replace(request, headers=headers)


def _named(request: Request) -> str:
    return str(json.loads(request.content)["participantIdentity"])


def _since_muted(change: Callable[[Any], None]) -> Fault:
    """Return a fault that changes the call of a room once its agent was muted."""
    muted: set[str] = set()

    def answer(request: Request, response: Response) -> Response:
        name, room = request.path
        if _muted(request, response):
            muted.add(room)
        if name == "call" and room in muted and response.status == 200:
            change(response.body)
        return response

    return answer


@fault("remove-agent.shape")
def muted_without_a_word(request: Request, response: Response) -> Response:
    """Muting the agent answers 204."""
    empty = Response(204, b"", {"Content-Type": None, "Content-Length": None})
    return empty if _muted(request, response) else response


@fault("remove-agent.shape")
def no_track(request: Request, response: Response) -> Response:
    """Muting the agent answers without mutedTracks."""
    if _muted(request, response):
        del response.body["mutedTracks"]
    return response


@fault("remove-agent.shape")
def muted_elsewhere(request: Request, response: Response) -> Response:
    """Muting the agent answers with the name of another room."""
    if _muted(request, response):
        response.body["roomName"] = ROOMS[0]
    return response


@fault("remove-agent.shape", level="should")
def track_by_another_name(request: Request, response: Response) -> Response:
    """The muted track is no id as LiveKit makes them."""
    if _muted(request, response):
        response.body["mutedTracks"] = ["audio-1"]
    return response


@app_fault("remove-agent.guarded")
def anybody_mutes(app: App, request: Request) -> Response:
    """Every workspace can mute the agent."""
    other = request.path[0] == "remove-agent" and request.workspace not in ("", WORKSPACE)
    return app(_own(request) if other else request)


@app_fault("remove-agent.guarded", keyed=True)
def any_key_mutes(app: App, request: Request) -> Response:
    """The agent is muted without a look at the API key."""
    return app(_own(request) if request.path[0] == "remove-agent" else request)


@stateful("remove-agent.guarded")
def out_for_all_that() -> Fault:
    """Another workspace is turned down, and the agent is out of the room."""
    out: set[str] = set()

    def answer(request: Request, response: Response) -> Response:
        name, room = request.path
        if name == "remove-agent" and request.workspace not in ("", WORKSPACE):
            out.add(room)
        if name == "call" and room in out and response.status == 200:
            del response.body["participants"][0]
        return response

    return answer


@app_fault("remove-agent.refused")
def anybody_is_muted(app: App, request: Request) -> Response:
    """An identity that is nobody's is answered like the agent's."""
    response = app(request)
    unknown = request.path[0] == "remove-agent" and response.status == 404
    done = {"success": True, "message": "Muted.", "roomName": request.path[1], "mutedTracks": []}
    return Response(200, done) if unknown and request.workspace == WORKSPACE else response


@app_fault("remove-agent.refused")
def people_are_muted(app: App, request: Request) -> Response:
    """A person is muted like the agent."""
    response = app(request)
    human = request.path[0] == "remove-agent" and _named(request).startswith("customer")
    done = {"success": True, "message": "Muted.", "roomName": request.path[1], "mutedTracks": []}
    return Response(200, done) if human and response.status == 400 else response


@stateful("remove-agent.stays")
def thrown_out() -> Fault:
    """The agent is disconnected."""

    def change(call: Any) -> None:
        del call["participants"][0]

    return _since_muted(change)


@app_fault("remove-agent.silent")
def talks_on(app: App, request: Request) -> Response:
    """Muting the agent is answered as it should be, and the agent talks on."""
    own = request.path[0] == "remove-agent" and request.workspace == WORKSPACE
    if not own or _named(request) != "agent-001":
        return app(request)
    done = {"success": True, "message": "Muted.", "roomName": request.path[1]}
    return Response(200, done | {"mutedTracks": ["TR_abc123"]})


@stateful("remove-agent.repeated")
def muted_twice_breaks() -> Fault:
    """To mute the agent again answers 500."""
    seen: list[str] = []

    def answer(request: Request, response: Response) -> Response:
        if _muted(request, response):
            seen.append(request.path[1])
        return error(500, "internal") if _muted(request, response) and len(seen) > 1 else response

    return answer


@fault("end-call.shape")
def no_end_time(request: Request, response: Response) -> Response:
    """Ending a call answers without endTime."""
    if _ended(request, response):
        del response.body["endTime"]
    return response


@fault("end-call.shape")
def success_as_text(request: Request, response: Response) -> Response:
    """Ending a call answers with success as a text."""
    if _ended(request, response):
        response.body["success"] = "yes"
    return response


@app_fault("end-call.guarded")
def anybody_ends(app: App, request: Request) -> Response:
    """Every workspace can end the call."""
    other = request.path[0] == "end-call" and request.workspace not in ("", WORKSPACE)
    return app(_own(request) if other else request)


@app_fault("end-call.guarded", keyed=True)
def any_key_ends(app: App, request: Request) -> Response:
    """A call is ended without a look at the API key."""
    return app(_own(request) if request.path[0] == "end-call" else request)


@app_fault("end-call.guarded")
def over_for_all_that(app: App, request: Request) -> Response:
    """Another workspace is turned down, and the call is over."""
    response = app(request)
    if request.path[0] == "end-call" and request.workspace not in ("", WORKSPACE):
        app(_own(request))
    return response


def _deaf(**settings: Any) -> App:
    """Return a server that says once that it has ended a call, and has not."""
    app, said = family(**settings), set[str]()

    def answer(request: Request) -> Response:
        name, room = request.path
        if name != "end-call" or request.workspace != WORKSPACE:
            return app(request)
        if room in said:
            return error(409, "conflict")
        said.add(room)
        done = {"success": True, "message": "Ended.", "roomName": room}
        return Response(200, done | {"endTime": instant(_now())})

    return answer


@_fault("end-call.gone", server=_deaf, options=ENDING)
def goes_on(_: Request, response: Response) -> Response:
    """Ending a call is answered as it should be, and the call goes on."""
    return response


def _now() -> datetime:
    return datetime.now(UTC)


@stateful("end-call.gone")
def stays_on_the_board() -> Fault:
    """A call that was ended stays in the list."""
    kept: dict[str, Any] = {}

    def answer(request: Request, response: Response) -> Response:
        if request.path[0] == "list" and response.status == 200 and request.workspace == WORKSPACE:
            kept.update({one["roomName"]: one for one in response.body["data"]})
            calls = list(kept.values())
            return replace(response, body=response.body | {"data": calls, "count": len(calls)})
        return response

    return answer


@fault("end-call.end-time")
def ends_in_local_time(request: Request, response: Response) -> Response:
    """The endTime is local time, two hours ahead, marked as UTC."""
    if _ended(request, response):
        moment = datetime.fromisoformat(response.body["endTime"])
        response.body["endTime"] = instant(moment + timedelta(hours=2))
    return response


@fault("end-call.end-time", level="should")
def ends_half_a_minute_later(request: Request, response: Response) -> Response:
    """The endTime is by a clock that runs half a minute ahead."""
    if _ended(request, response):
        moment = datetime.fromisoformat(response.body["endTime"])
        response.body["endTime"] = instant(moment + timedelta(seconds=30))
    return response


def _breaks(_: Response) -> Response:
    return error(500, "internal")


def _anew(first: Response) -> Response:
    return replace(first, body=first.body | {"endTime": instant(_now())})


@fault("end-call.repeated", repeat=_breaks)
def ended_twice_breaks(_: Request, response: Response) -> Response:
    """To end a call again answers 500."""
    return response


@fault("end-call.repeated", repeat=_anew)
def ended_twice_anew(_: Request, response: Response) -> Response:
    """To end a call again is answered with a new endTime."""
    return response


@app_fault("end-call.others")
def ends_them_all(app: App, request: Request) -> Response:
    """Every call of the workspace ends with it."""
    response = app(request)
    for room in ROOMS if _ended(request, response) and request.path[1] == EXPENDABLE else ():
        app(replace(request, target=f"{PREFIX}{quote(room)}/end-call"))
    return response


_FULL = {"profile": "full", "options": (*ENDING, f"--expendable-room={BOARD[-1]}")}


@_stateful("sequence.any", server=family, **_FULL)
def insights_without_agent() -> Fault:
    """The insights answer 500 once the agent was muted."""
    muted: set[str] = set()

    def answer(request: Request, response: Response) -> Response:
        name, room = request.path
        if _muted(request, response):
            muted.add(room)
        gone = name == "insights" and room in muted and response.status == 200
        return error(500, "internal") if gone else response

    return answer


@_app_fault("sequence.any", family, **_FULL)
def mutes_what_is_over(app: App, request: Request) -> Response:
    """To mute the agent of a call that was ended answers 500."""
    response = app(request)
    name, room = request.path
    if name != "remove-agent" or response.status != 404 or request.workspace != WORKSPACE:
        return response
    known = room in BOARD and not _named(request).startswith("nobody")
    return error(500, "internal") if known else response


@_stateful("sequence.any", server=family, **_FULL)
def back_after_insights() -> Fault:
    """A call that was ended is found again once its insights were asked for."""
    asked: set[str] = set()
    shown: dict[str, Any] = {}

    def answer(request: Request, response: Response) -> Response:
        name, room = request.path
        if request.method != "GET":
            return response
        if name == "call" and response.status == 200:
            shown[room] = response.body
        if name == "insights" and response.status == 404 and room in shown:
            asked.add(room)
        back = name == "call" and room in asked and request.workspace == WORKSPACE
        return Response(200, shown[room]) if back else response

    return answer
