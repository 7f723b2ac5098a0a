"""What the mock does for each operation of its contracts: one function an operationId."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from mockserver.http.errors import ApiError, error_response, rate_limited
from mockserver.http.faults import FAULTS
from mockserver.http.headers import decoded
from mockserver.http.limits import RateLimiter
from mockserver.http.preferences import NO_PREFERENCES, PreferenceReader, Preferences
from mockserver.http.responses import Response, json_response
from mockserver.journal.conformity import RequestCheck
from mockserver.journal.journal import Journal
from mockserver.settings import Settings
from mockserver.simulation import Question, Scenario, UnknownScenarioError, World
from mockserver.simulation.clock import Clock, http_date
from mockserver.simulation.scenarios import PREFIX, example_body

__all__ = ["Mock", "Request", "asked", "get_active_call", "get_health"]


_OK = int(HTTPStatus.OK)  # to look it up in the enumeration takes its time

# The preferences that an answer of each kind meets.
_FOR_ANY_ANSWER = ("code", "delay", "fault")
_FOR_A_CALL = ("scenario", "at", "seed", "locale")


class Request(NamedTuple):
    """A valid request; header names are in lower case."""

    path_parameters: Mapping[str, str]
    headers: Mapping[bytes, bytes]
    query: bytes = b""

    def header(self, name: bytes) -> str:
        """Return a header's value as text, several as one list; the empty string for none."""
        return decoded(self.headers.get(name, b""))


@dataclass(frozen=True)
class Mock:
    """What the operations work with."""

    world: World
    clock: Clock
    preferences: PreferenceReader
    settings: Settings
    check: RequestCheck
    limiter: RateLimiter | None = None
    journal: Journal | None = None


def get_health(request: Request, mock: Mock) -> Response:
    """Say that the mock is there."""
    return json_response(HTTPStatus.OK, {"status": "ok"})


def get_active_call(request: Request, mock: Mock) -> Response:
    """Answer with the call that is going on in a room, as the request prefers it."""
    if mock.limiter is not None:
        workspace = request.header(b"x-workspace-id")
        wait = mock.limiter.seconds_to_wait(request.header(b"x-api-key"), workspace)
        if wait:
            return rate_limited(mock.clock(), wait)
    question, scenario, preferences = asked(request, mock)
    response, applied = _answer(mock, question, scenario, preferences)
    return _spoil(response, scenario, preferences, applied)


def asked(request: Request, mock: Mock) -> tuple[Question, Scenario, Preferences]:
    """Return what a request for a room's call asks of the world, and how it wants the answer.

    Raises:
        ApiError: a preference or the room's name asks for something that does not exist.
    """
    preferences = mock.preferences.read(request.header(b"prefer"))
    question = Question(
        request.header(b"x-workspace-id"),
        request.path_parameters["roomName"],
        preferences.scenario,
        preferences.at,
        preferences.seed,
        preferences.locale,
    )
    return question, _scenario(mock.world, question), preferences


def _scenario(world: World, question: Question) -> Scenario:
    try:
        return world.scenario(question)
    except UnknownScenarioError:
        known = ", ".join(world.catalogue.scenarios)
        raise ApiError(
            404, f"A room called {PREFIX}… shows a scenario, but none has this name: {known}."
        ) from None


def _answer(
    mock: Mock, question: Question, scenario: Scenario, preferences: Preferences
) -> tuple[Response, tuple[str, ...]]:
    """Return the answer before anything delays or spoils it, and the preferences that it meets."""
    now = mock.clock()
    if preferences.code is not None and preferences.code != _OK:
        return error_response(preferences.code, now), ()
    if not mock.world.has_room(question.workspace, question.room):
        return error_response(HTTPStatus.NOT_FOUND, now), ()
    if preferences.example is not None:
        return json_response(HTTPStatus.OK, example_body(preferences.example)), ("example",)
    if scenario.status is not None and preferences.code is None:
        return error_response(scenario.status, now), ("scenario",)
    shown = mock.world.show(question, scenario, now)
    if shown is None:
        return error_response(HTTPStatus.NOT_FOUND, now), ("scenario",)
    # By the clock that the call goes by: nobody has joined later than the answer's date.
    date = (b"date", http_date(int(shown.instant)))
    return Response(_OK, shown.body, headers=(date,), moment=now), _FOR_A_CALL


def _spoil(
    response: Response, scenario: Scenario, preferences: Preferences, applied: tuple[str, ...]
) -> Response:
    """Return ``response`` with the delay and the faults that were asked for."""
    if preferences.delay:
        response = response._replace(wait_seconds=preferences.delay / 1000)
    fault = preferences.fault or scenario.fault
    if fault is not None:
        response = FAULTS[fault](response)
    if preferences is NO_PREFERENCES:
        return response
    named = preferences.applied(*applied, *_FOR_ANY_ANSWER)
    return response.with_headers((b"preference-applied", named)) if named else response
