"""The operations of the contract: active calls."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from mockserver.http.errors import ApiError, error_response, rate_limited
from mockserver.http.faults import FAULTS
from mockserver.http.headers import http_date
from mockserver.http.preferences import NO_PREFERENCES, Preferences
from mockserver.http.responses import Response, json_response
from mockserver.operations.direction import counted_in, told_to
from mockserver.operations.request import Context, Request
from mockserver.simulation import Question, Scenario, UnknownScenarioError, World
from mockserver.simulation.direction import workspace_now
from mockserver.simulation.events import Event
from mockserver.simulation.scenarios import PREFIX, example_body

__all__ = ["CallRequest", "call_request", "get_active_call"]


_OK = int(HTTPStatus.OK)  # looking it up in the enumeration takes 0.2 µs of 21

# The preferences that an answer of each kind meets.
_FOR_ANY_ANSWER = ("code", "delay", "fault")
_FOR_A_CALL = ("scenario", "at", "call", "seed", "locale")


class CallRequest(NamedTuple):
    """What a request for a room's call asks of the world, and how it wants the answer.

    ``now`` is what the workspace's clock shows, in UTC Unix seconds, and ``events`` what somebody
    has done to it and to the room. ``stated`` are the request's own preferences.
    """

    question: Question
    scenario: Scenario
    preferences: Preferences
    stated: Preferences
    now: float
    events: Sequence[Event]


def call_request(request: Request, context: Context, *, counted: bool = False) -> CallRequest:
    """Return what a request for a room's call means.

    ``counted`` says that it is one of those which a step of the room's direction answers.

    Raises:
        ApiError: a preference or the room's name asks for something that does not exist.
    """
    stated = preferences = context.preferences.read(request.header(b"prefer"))
    workspace, room = request.header(b"x-workspace-id"), request.path_parameters["roomName"]
    now, overrides = context.clock(), None
    events = context.log.read(workspace, room)
    if events:
        now = workspace_now(events, now)
        if counted:
            events = counted_in(context.log, workspace, room, events, now)
        told = told_to(context.preferences, events, room, now)
        preferences, overrides = stated.over(told.preferences), told.overrides
    question = Question(
        workspace,
        room,
        preferences.scenario,
        preferences.at,
        preferences.seed,
        preferences.locale,
        preferences.call,
        overrides,
    )
    scenario = _scenario(context.world, question)
    return CallRequest(question, scenario, preferences, stated, now, events)


def get_active_call(request: Request, context: Context) -> Response:
    """Answer with the call that is going on in a room, as the request prefers it."""
    if context.limiter is not None:
        workspace = request.header(b"x-workspace-id")
        wait = context.limiter.seconds_to_wait(request.header(b"x-api-key"), workspace)
        if wait:
            return rate_limited(context.clock(), wait)
    call = call_request(request, context, counted=True)
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
    question, scenario, preferences, now = call.question, call.scenario, call.preferences, call.now
    retry_after = preferences.retry_after
    if preferences.code is not None and preferences.code != _OK:
        return error_response(preferences.code, now, retry_after=retry_after), ("retry-after",)
    if not context.world.has_room(question.workspace, question.room):
        return error_response(HTTPStatus.NOT_FOUND, now), ()
    if preferences.example is not None:
        return json_response(HTTPStatus.OK, example_body(preferences.example)), ("example",)
    if scenario.status is not None and preferences.code is None:
        response = error_response(scenario.status, now, retry_after=retry_after)
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
    if preferences.delay:
        response = response._replace(wait_seconds=preferences.delay / 1000)
    fault = preferences.fault or call.scenario.fault
    if fault is not None:
        response = FAULTS[fault](response)
    if call.stated is NO_PREFERENCES:
        return response
    named = call.stated.applied(*applied, *_FOR_ANY_ANSWER)
    return response.with_headers((b"preference-applied", named)) if named else response
