"""What the contract's operations have in common: preferences, directions, scenarios and faults."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from mockserver.http.errors import ApiError, error_response, rate_limited
from mockserver.http.faults import FAULTS
from mockserver.http.preferences import NO_PREFERENCES
from mockserver.http.responses import Response, json_response
from mockserver.operations.call_request import CallRequest, call_request, plain_request
from mockserver.operations.request import Context, Function, Request
from mockserver.simulation.failures import Failure, failure_at
from mockserver.simulation.scenarios import ORDINARY, example_body
from mockserver.state.log import FullError

__all__ = ["FOR_A_CALL", "FOR_A_COMMAND", "Answer", "answers"]

Answer = Callable[[CallRequest, Request, Context], Awaitable[Response | None]]
"""The good answer to a request, or None where its room has no call."""

_OK = int(HTTPStatus.OK)  # looking it up in the enumeration takes 0.2 µs of 21

# The preferences that an answer of each kind meets.
_FOR_ANY_ANSWER = ("code", "delay", "fault")
FOR_A_CALL = ("scenario", "at", "call", "seed", "locale")
FOR_A_COMMAND = ("scenario", "seed", "locale")


def answers(applied: tuple[str, ...] = FOR_A_CALL) -> Callable[[Answer], Function]:
    """Make the function of an operation of what answers it where nothing else is wished for.

    ``applied`` are the preferences that a good answer meets.
    """

    def decorate(answer: Answer) -> Function:
        async def function(request: Request, context: Context) -> Response:
            if context.limiter is not None:
                workspace = request.header(b"x-workspace-id")
                key = request.header(b"x-api-key")
                wait = await context.limiter.seconds_to_wait(key, workspace)
                if wait:
                    return rate_limited(context.clock(), wait)
            operation_id = request.operation
            call = plain_request(request, context, operation_id)
            if call is None:
                call = await call_request(request, context, operation_id, counted=True)
            # Where nothing is wished for, nothing is to be looked at: that saves 0.4 µs of 21.
            plain = call.preferences is NO_PREFERENCES and call.scenario is ORDINARY
            instead = None if plain else _instead(operation_id, context, call)
            if instead is not None:
                return _spoil(instead[0], call, instead[1], context)
            try:
                response = await answer(call, request, context)
            except FullError as error:
                raise ApiError(409, str(error)) from None
            if response is None:
                response = error_response(HTTPStatus.NOT_FOUND, call.now)
                return _spoil(response, call, ("scenario",), context)
            return response if plain else _spoil(response, call, applied, context)

        function.__doc__ = answer.__doc__
        return function

    return decorate


def _instead(
    operation_id: str, context: Context, call: CallRequest
) -> tuple[Response, tuple[str, ...]] | None:
    """Return what is answered instead of a good answer, with the preferences that it meets."""
    question, scenario, preferences, now = call.question, call.scenario, call.preferences, call.now
    retry_after = preferences.retry_after
    if preferences.code is not None and preferences.code != _OK:
        return error_response(preferences.code, now, retry_after=retry_after), ("retry-after",)
    if question.room and not context.world.has_room(question.workspace, question.room):
        return error_response(HTTPStatus.NOT_FOUND, now), ()
    if preferences.example is not None:
        body = example_body(preferences.example, operation_id)
        return json_response(HTTPStatus.OK, body), ("example",)
    if scenario.status is not None and preferences.code is None:
        response = error_response(
            scenario.status, now, scenario.message, scenario.headers, retry_after
        )
        return response, ("scenario", "retry-after")
    if scenario.may_fail and question.room and preferences.code is None:
        failure = _failure(operation_id, context, call)
        if failure is not None:
            wait = failure.retry_after if retry_after is None else retry_after
            response = error_response(failure.status, now, failure.message, retry_after=wait)
            return response, ("scenario", "at", "call", "retry-after")
    return None


def _failure(operation_id: str, context: Context, call: CallRequest) -> Failure | None:
    """Return how the operation fails at this moment of the call, None where it does not."""
    moment = context.world.moment(call.question, call.scenario, call.now, call.events)
    if moment is None:
        return None
    failures = call.scenario.played(moment.window.number).failures
    return failure_at(failures, operation_id, moment.elapsed)


def _spoil(
    response: Response, call: CallRequest, applied: tuple[str, ...], context: Context
) -> Response:
    """Return ``response`` with the delay and the faults that were asked for."""
    preferences = call.preferences
    delay = call.scenario.delay if preferences.delay is None else preferences.delay
    if delay:
        response = response._replace(wait_seconds=delay / 1000)
    fault = preferences.fault or call.scenario.fault
    if fault is not None:
        response = FAULTS[fault](response)
        if context.metrics is not None:
            context.metrics.spoilt(fault)
    if call.stated is NO_PREFERENCES:
        return response
    named = call.stated.applied(*applied, *_FOR_ANY_ANSWER)
    return response.with_headers((b"preference-applied", named)) if named else response
