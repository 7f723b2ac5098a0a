"""Faults that only show after something else was done."""

from typing import Any

from tests.implementations.base import Fault, error
from tests.implementations.call import WORKSPACE
from tests.implementations.commanded import muted, named
from tests.implementations.family import BOARD, ENDING, family
from tests.implementations.faulty import app_fault as _app_fault
from tests.implementations.faulty import stateful as _stateful
from tests.implementations.server import App, Request, Response

_FULL = {"profile": "full", "options": (*ENDING, f"--expendable-room={BOARD[-1]}")}


@_stateful("sequence.any", server=family, **_FULL)
def insights_without_agent() -> Fault:
    """The insights answer 500 once the agent was muted."""
    rooms: set[str] = set()

    def answer(request: Request, response: Response) -> Response:
        name, room = request.path
        if muted(request, response):
            rooms.add(room)
        gone = name == "insights" and room in rooms and response.status == 200
        return error(500, "internal") if gone else response

    return answer


@_app_fault("sequence.any", family, **_FULL)
def mutes_what_is_over(app: App, request: Request) -> Response:
    """To mute the agent of a call that was ended answers 500."""
    response = app(request)
    name, room = request.path
    if name != "remove-agent" or response.status != 404 or request.workspace != WORKSPACE:
        return response
    known = room in BOARD and not named(request).startswith("nobody")
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
