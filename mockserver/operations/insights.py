"""The operation on what a call is about."""

from http import HTTPStatus

from mockserver.http.headers import http_date
from mockserver.http.responses import Response
from mockserver.operations.active_calls import NOTED_SECONDS, put_on_board
from mockserver.operations.answering import answers
from mockserver.operations.call_request import CallRequest
from mockserver.operations.request import Context, Request
from mockserver.simulation.clock import stopwatch

__all__ = ["get_call_insights"]


@answers()
async def get_call_insights(
    call: CallRequest, request: Request, context: Context
) -> Response | None:
    """Answer with what the call in a room is about, as the request prefers it."""
    moment = context.world.moment(call.question, call.scenario, call.now, call.events)
    if moment is None:
        return None
    if stopwatch() - moment.entry.noted > NOTED_SECONDS:
        await put_on_board(moment.entry, call, request, context)
    own = call.scenario.played(moment.window.number).insights
    body = moment.insights(own)
    date = (b"date", http_date(int(moment.instant)))
    return Response(HTTPStatus.OK, body, headers=(date,))
