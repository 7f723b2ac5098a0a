"""Faults of what ends a call."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tests.implementations.base import Fault, error
from tests.implementations.call import EXPENDABLE, ROOMS, WORKSPACE, instant
from tests.implementations.commanded import app_fault, ended, fault, is_strange, own, stateful
from tests.implementations.family import ENDING, family
from tests.implementations.faulty import fault as _fault
from tests.implementations.server import PREFIX, App, Request, Response


@fault("end-call.shape")
def no_end_time(request: Request, response: Response) -> Response:
    """Ending a call answers without endTime."""
    if ended(request, response):
        del response.body["endTime"]
    return response


@fault("end-call.shape")
def success_as_text(request: Request, response: Response) -> Response:
    """Ending a call answers with success as a text."""
    if ended(request, response):
        response.body["success"] = "yes"
    return response


@app_fault("end-call.guarded")
def anybody_ends(app: App, request: Request) -> Response:
    """Every workspace can end the call."""
    return app(own(request) if is_strange(request, "end-call") else request)


@app_fault("end-call.guarded", keyed=True)
def any_key_ends(app: App, request: Request) -> Response:
    """A call is ended without a look at the API key."""
    return app(own(request) if request.path[0] == "end-call" else request)


@app_fault("end-call.guarded")
def over_for_all_that(app: App, request: Request) -> Response:
    """Another workspace is turned down, and the call is over."""
    response = app(request)
    if is_strange(request, "end-call"):
        app(own(request))
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
    if ended(request, response):
        moment = datetime.fromisoformat(response.body["endTime"])
        response.body["endTime"] = instant(moment + timedelta(hours=2))
    return response


@fault("end-call.end-time", level="should")
def ends_half_a_minute_later(request: Request, response: Response) -> Response:
    """The endTime is by a clock that runs half a minute ahead."""
    if ended(request, response):
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
    for room in ROOMS if ended(request, response) and request.path[1] == EXPENDABLE else ():
        app(replace(request, target=f"{PREFIX}{quote(room)}/end-call"))
    return response
