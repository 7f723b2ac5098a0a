"""Faults of what mutes an agent."""

from typing import Any

from tests.implementations.base import Fault, error
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.commanded import (
    app_fault,
    fault,
    is_strange,
    muted,
    named,
    own,
    since_muted,
    stateful,
)
from tests.implementations.server import App, Request, Response


@fault("remove-agent.shape")
def muted_without_a_word(request: Request, response: Response) -> Response:
    """Muting the agent answers 204."""
    empty = Response(204, b"", {"Content-Type": None, "Content-Length": None})
    return empty if muted(request, response) else response


@fault("remove-agent.shape")
def no_track(request: Request, response: Response) -> Response:
    """Muting the agent answers without mutedTracks."""
    if muted(request, response):
        del response.body["mutedTracks"]
    return response


@fault("remove-agent.shape")
def muted_elsewhere(request: Request, response: Response) -> Response:
    """Muting the agent answers with the name of another room."""
    if muted(request, response):
        response.body["roomName"] = ROOMS[0]
    return response


@fault("remove-agent.shape", level="should")
def track_by_another_name(request: Request, response: Response) -> Response:
    """The muted track is no id as LiveKit makes them."""
    if muted(request, response):
        response.body["mutedTracks"] = ["audio-1"]
    return response


@app_fault("remove-agent.guarded")
def anybody_mutes(app: App, request: Request) -> Response:
    """Every workspace can mute the agent."""
    return app(own(request) if is_strange(request, "remove-agent") else request)


@app_fault("remove-agent.guarded", keyed=True)
def any_key_mutes(app: App, request: Request) -> Response:
    """The agent is muted without a look at the API key."""
    return app(own(request) if request.path[0] == "remove-agent" else request)


@stateful("remove-agent.guarded")
def out_for_all_that() -> Fault:
    """Another workspace is turned down, and the agent is out of the room."""
    out: set[str] = set()

    def answer(request: Request, response: Response) -> Response:
        name, room = request.path
        if is_strange(request, "remove-agent"):
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
    human = request.path[0] == "remove-agent" and named(request).startswith("customer")
    done = {"success": True, "message": "Muted.", "roomName": request.path[1], "mutedTracks": []}
    return Response(200, done) if human and response.status == 400 else response


@stateful("remove-agent.stays")
def thrown_out() -> Fault:
    """The agent is disconnected."""

    def change(call: Any) -> None:
        del call["participants"][0]

    return since_muted(change)


@app_fault("remove-agent.silent")
def talks_on(app: App, request: Request) -> Response:
    """Muting the agent is answered as it should be, and the agent talks on."""
    own = request.path[0] == "remove-agent" and request.workspace == WORKSPACE
    if not own or named(request) != "agent-001":
        return app(request)
    done = {"success": True, "message": "Muted.", "roomName": request.path[1]}
    return Response(200, done | {"mutedTracks": ["TR_abc123"]})


@stateful("remove-agent.repeated")
def muted_twice_breaks() -> Fault:
    """To mute the agent again answers 500."""
    seen: list[str] = []

    def answer(request: Request, response: Response) -> Response:
        if muted(request, response):
            seen.append(request.path[1])
        return error(500, "internal") if muted(request, response) and len(seen) > 1 else response

    return answer
