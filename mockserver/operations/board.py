"""The operation on all calls of a workspace: the board.

On it are the fleet, the rooms that the mock was started with, those that somebody has done
something to, and those whose present call was asked for.
"""

from collections.abc import Sequence
from http import HTTPStatus

from mockserver.http.errors import ApiError
from mockserver.http.headers import http_date
from mockserver.http.responses import Response
from mockserver.operations.answering import answers
from mockserver.operations.call_request import CallRequest, call_of_room
from mockserver.operations.request import Context, Request
from mockserver.simulation.board import ListedCall, listed
from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.events import Event
from mockserver.simulation.listing import CALL_OPERATION

__all__ = ["list_active_calls"]

_OK = int(HTTPStatus.OK)


@answers()
async def list_active_calls(
    call: CallRequest, request: Request, context: Context
) -> Response | None:
    """Answer with the calls that are going on in a workspace."""
    calls = _calls(call, context)
    data = b",".join([entry for _, _, entry in calls])
    body = b'{"data":[%b],"count":%d,"timestamp":"%b"}' % (
        data, len(calls), iso_milliseconds(call.now).encode(),
    )  # fmt: skip
    return Response(_OK, body, headers=((b"date", http_date(int(call.now))),))


def _calls(call: CallRequest, context: Context) -> list[ListedCall]:
    """Return the entries of the calls that are on, in order."""
    workspace, world, scenario = call.question.workspace, context.world, call.scenario
    size = world.fleet_calls if scenario.fleet is None else scenario.fleet
    board = context.boards.of(workspace, size)
    told = {room for room, events in call.by_room.items() if any(map(_counts, events))}
    sure = set(world.named_rooms(workspace))
    if world.catalogue.rooms:
        told |= sure  # one of them may have the name of a room of the fleet
    entries: list[ListedCall] = []
    if _is_plain(call):
        entries = board.entries(call.now, told)
    else:
        sure.update(board.rooms(call.now))
    rooms = sure | call.by_room.keys()
    if rooms:
        rooms -= {room for _, room, _ in entries}
        others = (_listed(room, call, context, lately=room not in sure) for room in rooms)
        entries = sorted([*entries, *filter(None, others)])
    return entries


def _counts(event: Event) -> bool:
    """Return whether an event can make a difference to a call."""
    return event.kind != "seen"


def _is_plain(call: CallRequest) -> bool:
    """Return whether the calls of the fleet are to be shown as they are."""
    wishes = call.question
    different = (wishes.at, wishes.seed, wishes.locale, wishes.call, wishes.overrides)
    scenario = call.scenario.for_operation(CALL_OPERATION)
    return (
        all(wish is None for wish in different)
        and scenario.call_name == ""
        and scenario.status is None
    )


def _listed(room: str, call: CallRequest, context: Context, *, lately: bool) -> ListedCall | None:
    """Return the entry of a room's call, None where none is on.

    ``lately`` asks for one that something was done to, or that somebody has asked for.
    """
    workspace, own = call.question.workspace, call.by_room.get(room, ())
    events = [*call.events, *filter(_counts, own)]
    events.sort(key=lambda event: event.number)
    try:
        one = call_of_room(context, workspace, room, call.stated, call.now, events)
    except ApiError:
        return None
    wishes = one.preferences
    if one.scenario.status is not None or (wishes.code or _OK) != _OK:
        return None
    moment = context.world.moment(one.question, one.scenario, call.now, events)
    if moment is None or (lately and not _is_lately(own, moment.window.live_from)):
        return None
    return listed(moment, room, one.question.overrides)


def _is_lately(own: Sequence[Event], began: float) -> bool:
    """Return whether something was done to a room, or its call was asked for since it ``began``."""
    return any(_counts(event) or event.at >= began for event in own)
