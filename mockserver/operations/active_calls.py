"""The operations of the contract: active calls."""

from http import HTTPStatus

from mockserver.http.errors import error_response, rate_limited
from mockserver.http.faults import FAULTS
from mockserver.http.headers import http_date
from mockserver.http.preferences import NO_PREFERENCES
from mockserver.http.responses import Response, json_response
from mockserver.operations.call_request import CallRequest, call_request
from mockserver.operations.request import Context, Request
from mockserver.simulation.scenarios import example_body

__all__ = ["get_active_call"]


_OK = int(HTTPStatus.OK)  # looking it up in the enumeration takes 0.2 µs of 21

# The preferences that an answer of each kind meets.
_FOR_ANY_ANSWER = ("code", "delay", "fault")
_FOR_A_CALL = ("scenario", "at", "call", "seed", "locale")


async def get_active_call(request: Request, context: Context) -> Response:
    """Answer with the call that is going on in a room, as the request prefers it."""
    if context.limiter is not None:
        workspace = request.header(b"x-workspace-id")
        wait = context.limiter.seconds_to_wait(request.header(b"x-api-key"), workspace)
        if wait:
            return rate_limited(context.clock(), wait)
    call = await call_request(request, context, counted=True)
    response, applied = _answer(context, call)
    return _spoil(response, call, applied)


def _answer(context: Context, call: CallRequest) -> tuple[Response, tuple[str, ...]]:
    """Return the answer before anything delays or spoils it, and the preferences that it meets."""
    question, scenario, preferences, now = call.question, call.scenario, call.preferences, call.now
    retry_after = preferences.retry_after
    if preferences.code is not None and preferences.code != _OK:
        return error_response(preferences.code, now, retry_after=retry_after), ("retry-after",)
    if not context.world.has_room(question.workspace, question.room):
        return error_response(HTTPStatus.NOT_FOUND, now), ()
    if preferences.example is not None:
        return json_response(HTTPStatus.OK, example_body(preferences.example)), ("example",)
    if scenario.status is not None and preferences.code is None:
        response = error_response(
            scenario.status, now, scenario.message, scenario.headers, retry_after
        )
        return response, ("scenario", "retry-after")
    shown = context.world.show(question, scenario, now, call.events)
    if shown is None:
        return error_response(HTTPStatus.NOT_FOUND, now), ("scenario",)
    # By the clock that the call goes by: nobody has joined later than the answer's date.
    date = (b"date", http_date(int(shown.instant)))
    # What events have made of a call may be forgotten, so that it could not be shown again.
    moment = None if call.events else now
    return Response(_OK, shown.body, headers=(date,), moment=moment), _FOR_A_CALL


def _spoil(response: Response, call: CallRequest, applied: tuple[str, ...]) -> Response:
    """Return ``response`` with the delay and the faults that were asked for."""
    preferences = call.preferences
    delay = call.scenario.delay if preferences.delay is None else preferences.delay
    if delay:
        response = response._replace(wait_seconds=delay / 1000)
    fault = preferences.fault or call.scenario.fault
    if fault is not None:
        response = FAULTS[fault](response)
    if call.stated is NO_PREFERENCES:
        return response
    named = call.stated.applied(*applied, *_FOR_ANY_ANSWER)
    return response.with_headers((b"preference-applied", named)) if named else response
