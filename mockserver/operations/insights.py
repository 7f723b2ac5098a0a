"""The operation on what a call is about."""

from http import HTTPStatus

from mockserver.http.headers import http_date
from mockserver.http.responses import Response
from mockserver.operations.active_calls import put_on_board
from mockserver.operations.answering import answers
from mockserver.operations.call_request import CallRequest
from mockserver.operations.request import Context, Request

__all__ = ["get_call_insights"]


@answers("getCallInsights")
async def get_call_insights(
    call: CallRequest, request: Request, context: Context
) -> Response | None:
    """Answer with what the call in a room is about, as the request prefers it."""
    asked = call.question, call.scenario, call.now, call.events
    shown, moment = context.world.show(*asked), context.world.moment(*asked)
    if shown is None or moment is None:
        return None
    if shown.unseen is not None:
        await put_on_board(shown.unseen, call, request, context)
    body = moment.insights(call.scenario.insights)
    date = (b"date", http_date(int(moment.instant)))
    return Response(HTTPStatus.OK, body, headers=(date,))
