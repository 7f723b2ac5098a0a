"""The operations that change a call: ending it, and taking its AI agent out.

Each appends an event first, and is then judged by the events before it. So of two that come at
once, to whatever process, one is the first.
"""

from http import HTTPStatus
from typing import Any

from mockserver.http.errors import ApiError
from mockserver.http.responses import Response, json_response
from mockserver.operations.answering import FOR_A_COMMAND, answers
from mockserver.operations.call_request import CallRequest
from mockserver.operations.request import Context, Request
from mockserver.simulation import Moment
from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.direction import workspace_now
from mockserver.simulation.events import Event, of_kind
from mockserver.simulation.scenarios import example_body
from mockserver.simulation.takeover import muted_tracks, not_mutable

__all__ = ["end_call", "remove_agent"]

_EXAMPLE = "documented"


@answers(FOR_A_COMMAND)
async def end_call(call: CallRequest, request: Request, context: Context) -> Response | None:
    """End the call in a room."""
    moment = _moment(call, context)
    if moment is None:
        return None
    at = call.now + call.scenario.after
    if pending := _pending("end", call, moment):  # it was asked for already, and comes later
        at = pending[0].at
    elif at >= moment.window.live_until:  # the call is over sooner
        at = moment.window.live_until
    else:
        event = await _append(Event("end", at, None, {"by": request.operation}), call, context)
        at = event.at
        if _moment(await _before(event, call, context), context) is None:
            return None
    return _done(request, call, endTime=iso_milliseconds(at))


@answers(FOR_A_COMMAND)
async def remove_agent(call: CallRequest, request: Request, context: Context) -> Response | None:
    """Mute an AI agent of the call in a room."""
    identity = request.content["participantIdentity"]
    moment = _moment(call, context)
    if moment is None:
        return None
    _demand_agent(identity, moment)
    at = call.now + call.scenario.after
    pending = [one for one in _pending("mute", call, moment) if one.data["identity"] == identity]
    if not pending and at < moment.window.live_until:
        data = {"identity": identity, "by": request.operation}
        event = await _append(Event("mute", at, None, data), call, context)
        then = _moment(await _before(event, call, context), context)
        if then is None:
            return None
        _demand_agent(identity, then)
    tracks = muted_tracks(str(moment.script.fields.get("id")), identity)
    return _done(request, call, mutedTracks=tracks)


def _pending(kind: str, call: CallRequest, moment: Moment) -> list[Event]:
    """Return what clients have done to the call that comes later, by the delay of the scenario."""
    latest = call.now + call.scenario.after
    return [
        event
        for event in of_kind(call.events, kind)
        if "by" in event.data
        and call.now < event.at <= latest
        and event.at < moment.window.live_until
    ]


def _moment(call: CallRequest, context: Context) -> Moment | None:
    """Return the call that is going on, whatever other one a request prefers to see."""
    question = call.question._replace(at=None, call=None)
    return context.world.moment(question, call.scenario, call.now, call.events)


async def _append(event: Event, call: CallRequest, context: Context) -> Event:
    event = event._replace(room=call.question.room)
    return await context.log.append(call.question.workspace, event)


async def _before(event: Event, call: CallRequest, context: Context) -> CallRequest:
    """Return the request with all the events that came before one that was appended for it."""
    events = await context.log.read(call.question.workspace, call.question.room)
    # An earlier event may have been dated by another process, a moment later than this request.
    now = max(call.now, workspace_now(events, context.clock()))
    return call._replace(events=[one for one in events if one.number < event.number], now=now)


def _done(request: Request, call: CallRequest, **fields: Any) -> Response:
    body = {**example_body(_EXAMPLE, request.operation), "roomName": call.question.room, **fields}
    return json_response(HTTPStatus.OK, body)


def _demand_agent(identity: str, moment: Moment) -> None:
    """See to it that an AI agent of that identity is there to be muted.

    Raises:
        ApiError: 400; there is none.
    """
    found = next((one for one in moment.people if one.get("identity") == identity), None)
    mistake = not_mutable(found)
    if mistake is not None:
        agents = [f"{one['identity']!a}" for one in moment.people if not not_mutable(one)]
        hint = f" Meant may be {' or '.join(agents)}." if agents else ""
        raise ApiError(400, f"participantIdentity: {identity!a} {mistake}.{hint}")
