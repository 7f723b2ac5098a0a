"""The operations of the contract: active calls."""

from http import HTTPStatus
from typing import NamedTuple

from mockserver.http.errors import ApiError, error_response, rate_limited
from mockserver.http.faults import FAULTS
from mockserver.http.headers import http_date
from mockserver.http.preferences import NO_PREFERENCES, Preferences
from mockserver.http.responses import Response, json_response
from mockserver.operations.request import Context, Request
from mockserver.simulation import Question, Scenario, UnknownScenarioError, World
from mockserver.simulation.scenarios import PREFIX, example_body

__all__ = ["CallRequest", "call_request", "get_active_call"]


_OK = int(HTTPStatus.OK)  # looking it up in the enumeration takes 0.2 µs of 21

# The preferences that an answer of each kind meets.
_FOR_ANY_ANSWER = ("code", "delay", "fault")
_FOR_A_CALL = ("scenario", "at", "seed", "locale")


class CallRequest(NamedTuple):
    """What a request for a room's call asks of the world, and how it wants the answer."""

    question: Question
    scenario: Scenario
    preferences: Preferences


def call_request(request: Request, context: Context) -> CallRequest:
    """Return what a request for a room's call means.

    Raises:
        ApiError: a preference or the room's name asks for something that does not exist.
    """
    preferences = context.preferences.read(request.header(b"prefer"))
    question = Question(
        request.header(b"x-workspace-id"),
        request.path_parameters["roomName"],
        preferences.scenario,
        preferences.at,
        preferences.seed,
        preferences.locale,
    )
    return CallRequest(question, _scenario(context.world, question), preferences)


def get_active_call(request: Request, context: Context) -> Response:
    """Answer with the call that is going on in a room, as the request prefers it."""
    if context.limiter is not None:
        workspace = request.header(b"x-workspace-id")
        wait = context.limiter.seconds_to_wait(request.header(b"x-api-key"), workspace)
        if wait:
            return rate_limited(context.clock(), wait)
    call = call_request(request, context)
    response, applied = _answer(context, call)
    return _spoil(response, call, applied)


def _scenario(world: World, question: Question) -> Scenario:
    try:
        return world.scenario(question)
    except UnknownScenarioError:
        known = ", ".join(world.catalogue.scenarios)
        raise ApiError(
            404, f"A room called {PREFIX}… shows a scenario, but none has this name: {known}."
        ) from None


def _answer(context: Context, call: CallRequest) -> tuple[Response, tuple[str, ...]]:
    """Return the answer before anything delays or spoils it, and the preferences that it meets."""
    question, scenario, preferences = call
    now = context.clock()
    if preferences.code is not None and preferences.code != _OK:
        return error_response(preferences.code, now), ()
    if not context.world.has_room(question.workspace, question.room):
        return error_response(HTTPStatus.NOT_FOUND, now), ()
    if preferences.example is not None:
        return json_response(HTTPStatus.OK, example_body(preferences.example)), ("example",)
    if scenario.status is not None and preferences.code is None:
        return error_response(scenario.status, now), ("scenario",)
    shown = context.world.show(question, scenario, now)
    if shown is None:
        return error_response(HTTPStatus.NOT_FOUND, now), ("scenario",)
    # By the clock that the call goes by: nobody has joined later than the answer's date.
    date = (b"date", http_date(int(shown.instant)))
    return Response(_OK, shown.body, headers=(date,), moment=now), _FOR_A_CALL


def _spoil(response: Response, call: CallRequest, applied: tuple[str, ...]) -> Response:
    """Return ``response`` with the delay and the faults that were asked for."""
    preferences = call.preferences
    if preferences.delay:
        response = response._replace(wait_seconds=preferences.delay / 1000)
    fault = preferences.fault or call.scenario.fault
    if fault is not None:
        response = FAULTS[fault](response)
    if preferences is NO_PREFERENCES:
        return response
    named = preferences.applied(*applied, *_FOR_ANY_ANSWER)
    return response.with_headers((b"preference-applied", named)) if named else response
