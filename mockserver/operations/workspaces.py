"""The operations on workspaces: what somebody does to a room, to its call, and to the clock."""

from collections.abc import Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple

from mockserver.http.errors import ApiError
from mockserver.http.responses import Response, json_response
from mockserver.operations.direction import checked_steps, told_to
from mockserver.operations.request import Context, Function, Request, command, private
from mockserver.simulation import Question, Scenario, UnknownScenarioError
from mockserver.simulation.clock import instant, iso_milliseconds
from mockserver.simulation.direction import current_step, workspace_clock, workspace_now
from mockserver.simulation.events import CALL_EVENTS, Event, of_kind
from mockserver.simulation.takeover import not_mutable
from mockserver.state.log import FullError

__all__ = [
    "add_event",
    "direct_room",
    "direct_workspace",
    "forget_room",
    "forget_workspace",
    "get_clock",
    "get_room",
    "reset_clock",
    "turn_clock",
]


def _directing(function: Function) -> Function:
    """Say which limit is reached where a command is refused."""

    @wraps(function)
    async def guarded(request: Request, context: Context) -> Response:
        try:
            return await function(request, context)
        except FullError as error:
            raise ApiError(409, str(error)) from None

    return command(guarded)


class _Place(NamedTuple):
    """A workspace and one of its rooms, with its events and what its clock shows."""

    workspace: str
    room: str | None
    events: Sequence[Event]
    now: float


async def _place(request: Request, context: Context) -> _Place:
    workspace = request.path_parameters["workspaceId"]
    room = request.path_parameters.get("roomName")
    events = await context.log.read(workspace, room)
    return _Place(workspace, room, events, workspace_now(events, context.clock()))


@private
async def get_room(request: Request, context: Context) -> Response:
    """Answer with what holds in a room, and what has happened there."""
    place = await _place(request, context)
    return json_response(HTTPStatus.OK, _room(place))


def _room(place: _Place) -> dict[str, Any]:
    assert place.room is not None
    source, step, steps = "name", None, []
    for name, whole_workspace in (("room", False), ("workspace", True)):
        found = current_step(place.events, place.room, place.now, whole_workspace=whole_workspace)
        if found is not None:
            target = None if whole_workspace else place.room
            plays = [one for one in of_kind(place.events, "play") if one.room == target]
            source, step, steps = name, found.number, plays[-1].data["steps"]
            break
    return {
        "workspace": place.workspace,
        "room": place.room,
        "now": iso_milliseconds(place.now),
        "from": source,
        "step": step,
        "steps": steps,
        "events": [_event(event) for event in of_kind(place.events, *CALL_EVENTS)],
    }


def _event(event: Event) -> dict[str, Any]:
    return {"number": event.number, "type": event.kind, "at": iso_milliseconds(event.at),
            **event.data}  # fmt: skip


@_directing
async def direct_room(request: Request, context: Context) -> Response:
    """Tell a room what to do from now on."""
    place = await _place(request, context)
    await _direct(place, request.content, context)
    return json_response(HTTPStatus.OK, _room(await _place(request, context)))


@_directing
async def direct_workspace(request: Request, context: Context) -> Response:
    """Tell every room of a workspace what to do that has nothing of its own."""
    place = await _place(request, context)
    if request.content.get("starts"):
        raise ApiError(400, "starts: a call begins in one room; PUT it to that room.")
    steps = await _direct(place, request.content, context)
    return json_response(HTTPStatus.OK, {"workspace": place.workspace, "steps": steps})


async def _direct(place: _Place, content: Mapping[str, Any], context: Context) -> Sequence[Any]:
    steps = checked_steps(context.preferences, content)
    play = Event("play", place.now, place.room, {"steps": steps})
    await context.log.append(place.workspace, play)
    if content.get("starts"):
        await context.log.append(place.workspace, Event("start", place.now, place.room))
    return steps


@_directing
async def forget_room(request: Request, context: Context) -> Response:
    """Let a room do again what its name says, as if nothing had been done to it."""
    place = await _place(request, context)
    await context.log.append(place.workspace, Event("forget", place.now, place.room))
    return Response(HTTPStatus.NO_CONTENT, b"")


@_directing
async def forget_workspace(request: Request, context: Context) -> Response:
    """Forget everything that was done to a workspace, and what it has been asked."""
    place = await _place(request, context)
    await context.log.append(place.workspace, Event("forget", place.now))
    context.world.forget(place.workspace)
    if context.journal is not None:
        await context.journal.forget_workspace(place.workspace)
    return Response(HTTPStatus.NO_CONTENT, b"")


@private
async def get_clock(request: Request, context: Context) -> Response:
    """Answer with what a workspace's clock shows."""
    return await _clock(request, context)


async def _clock(request: Request, context: Context) -> Response:
    workspace = request.path_parameters["workspaceId"]
    clock = workspace_clock(await context.log.read(workspace), context.clock())
    now = iso_milliseconds(clock.now)
    return json_response(HTTPStatus.OK, {"workspace": workspace, "now": now, "scale": clock.rate})


@_directing
async def turn_clock(request: Request, context: Context) -> Response:
    """Stop, advance or hurry a workspace's clock."""
    turn = dict(request.content)
    if "freeze" in turn:
        turn["freeze"] = _instant("freeze", turn["freeze"])
    place = await _place(request, context)
    if "advance" in turn and place.now + turn["advance"] > _LATEST:
        raise ApiError(400, f"advance: the clock would show more than {_LATEST:.0f}.")
    await context.log.append(place.workspace, Event("clock", context.clock(), None, turn))
    return await _clock(request, context)


@_directing
async def reset_clock(request: Request, context: Context) -> Response:
    """Give a workspace the mock's clock back."""
    place = await _place(request, context)
    await context.log.append(place.workspace, Event("clock", context.clock()))
    return await _clock(request, context)


_LATEST = instant("2099-12-31T00:00:00Z")


def _instant(path: str, text: str) -> float:
    try:
        return instant(text)
    except ValueError as error:
        raise ApiError(400, f"{path}: {error}.") from None


@_directing
async def add_event(request: Request, context: Context) -> Response:
    """Let something happen in a room now, or at an instant to come."""
    place = await _place(request, context)
    data = dict(request.content)
    kind = data.pop("type")
    at = place.now
    if "at" in data:
        at = _instant("at", data.pop("at"))
        if at < place.now:
            shown = iso_milliseconds(place.now)
            raise ApiError(400, f"at: this is in the past; the workspace's clock shows {shown}.")
    event = Event(kind, at, place.room, data)
    if kind != "start":
        _demand_possible(event, place, context)
    kept = await context.log.append(place.workspace, event)
    return json_response(HTTPStatus.CREATED, _event(kept))


def _demand_possible(event: Event, place: _Place, context: Context) -> None:
    """Refuse what cannot happen at that moment.

    Raises:
        ApiError: no call is on, or somebody is there already, or is not there.
    """
    assert place.room is not None
    told = told_to(context.preferences, place.events, place.room, event.at)
    preferences = told.preferences
    question = Question(
        place.workspace, place.room, preferences.scenario, None, preferences.seed,
        preferences.locale,
    )  # fmt: skip
    moment, scenario = None, _scenario(question, event.at, place.events, context)
    if scenario is not None and scenario.status is None:
        moment = context.world.moment(question, scenario, event.at, place.events)
    if moment is None:
        raise ApiError(409, "No call is going on in this room at that moment.")
    identity = event.data.get("identity")
    found = next((one for one in moment.people if one.get("identity") == identity), None)
    if event.kind == "join" and found is not None:
        raise ApiError(409, f"identity: {identity!a} is in the room already.")
    if event.kind == "leave" and found is None:
        raise ApiError(409, f"identity: {identity!a} is not in the room.")
    if event.kind == "mute" and (mistake := not_mutable(found)):
        raise ApiError(409, f"identity: {identity!a} {mistake}.")


def _scenario(
    question: Question, now: float, events: Sequence[Event], context: Context
) -> Scenario | None:
    try:
        return context.world.scenario(question, now, events)
    except UnknownScenarioError:
        return None
