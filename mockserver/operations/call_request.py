"""What a request for a room's call means: by itself, by what was done to the room, by its name."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from mockserver.http.errors import ApiError
from mockserver.http.preferences import Preferences
from mockserver.operations.direction import Told, told_by, told_to
from mockserver.operations.request import Context, Request
from mockserver.simulation import Question, Scenario, UnknownScenarioError, World
from mockserver.simulation.direction import asked_of, scenario_step, workspace_now
from mockserver.simulation.events import Event
from mockserver.simulation.listing import CALL_OPERATION
from mockserver.simulation.scenarios import PREFIX
from mockserver.simulation.schedule import turn
from mockserver.state.log import FullError, StoreError

__all__ = ["CallRequest", "call_of_room", "call_request", "plain_request"]


_NO_ROOMS: Mapping[str, Sequence[Event]] = {}


class CallRequest(NamedTuple):
    """What a request for a room's call asks of the world, and how it wants the answer.

    ``now`` is what the workspace's clock shows, in UTC Unix seconds, and ``events`` what somebody
    has done to it and to the room. ``stated`` are the request's own preferences. ``by_room`` are
    the events of each room, where all rooms are asked for.
    """

    question: Question
    scenario: Scenario
    preferences: Preferences
    stated: Preferences
    now: float
    events: Sequence[Event] = ()
    by_room: Mapping[str, Sequence[Event]] = _NO_ROOMS


def plain_request(request: Request, context: Context, operation_id: str) -> CallRequest | None:
    """Return what a request means for a room to which nothing was done; None for any other.

    This is the usual case. Without a coroutine, and another one for the log, it saves 0.4 µs of 21.
    """
    workspace, room = request.header(b"x-workspace-id"), request.path_parameters.get("roomName")
    if room is None or not context.log.is_empty(workspace, room):
        return None
    stated = context.preferences.read(request.header(b"prefer"))
    question, now = _question(workspace, room, stated), context.clock()
    scenario = _scenario(context.world, question, now)
    if scenario.steps:
        return None
    if scenario.operations:
        scenario = scenario.for_operation(operation_id)
    return CallRequest(question, scenario, stated, stated, now)


async def call_request(
    request: Request, context: Context, operation_id: str, *, counted: bool = False
) -> CallRequest:
    """Return what a request for a room's call means, or for all calls of a workspace.

    The room of the latter is empty. ``counted`` says that it is one of those which a step that ends
    by number answers.

    Raises:
        ApiError: a preference or the room's name asks for something that does not exist.
    """
    stated = context.preferences.read(request.header(b"prefer"))
    workspace, room = request.header(b"x-workspace-id"), request.path_parameters.get("roomName")
    events: Sequence[Event]
    if room is not None:
        events, by_room = await context.log.read(workspace, room), _NO_ROOMS
    else:
        events, by_room = _parted(await context.log.read_all(workspace))
    now = context.clock()  # afterwards, so that no event of now is in the future
    if events:
        now = workspace_now(events, now)
    call, asked_as = _told(context, workspace, room, stated, now, events)
    # A page that watches the room must not use up what its application shall get.
    if asked_as is not None and counted and not request.is_console:
        with suppress(FullError, StoreError):  # then the step stays as it is
            asked = Event("asked", now, room, asked_as)
            mine = await context.log.append(workspace, asked)
            events = await context.log.read(workspace, room)
            before = [event for event in events if event.number < mine.number]
            call, _ = _told(context, workspace, room, stated, now, before)
    return call._replace(scenario=call.scenario.for_operation(operation_id), by_room=by_room)


def _parted(events: Sequence[Event]) -> tuple[list[Event], Mapping[str, Sequence[Event]]]:
    """Return the events of a workspace as such, and the others by their rooms."""
    shared: list[Event] = []
    by_room: dict[str, list[Event]] = {}
    for event in events:
        if event.room is None:
            shared.append(event)
        else:
            by_room.setdefault(event.room, []).append(event)
    return shared, by_room


def call_of_room(
    context: Context,
    workspace: str,
    room: str,
    stated: Preferences,
    now: float,
    events: Sequence[Event],
) -> CallRequest:
    """Return what a request for one of a workspace's calls means that asks for all of them.

    ``now`` is what the workspace's clock shows; ``events`` are those of the workspace and the room.

    Raises:
        ApiError: the room's name asks for something that does not exist.
    """
    call, _ = _told(context, workspace, room, stated, now, events)
    return call._replace(scenario=call.scenario.for_operation(CALL_OPERATION))


def _told(
    context: Context,
    workspace: str,
    room: str | None,
    stated: Preferences,
    now: float,
    events: Sequence[Event],
) -> tuple[CallRequest, Mapping[str, Any] | None]:
    """Return what a request means by the events before it.

    Where it has to be counted, that comes with it by which it is known: the scenario that has
    steps, which is empty where none has; else None.
    """
    told = told_to(context.preferences, events, room, now)
    preferences, counts = stated.over(told.preferences), told.counts
    asked_as: dict[str, Any] = {"scenario": ""}
    held = stated.at is None and preferences.at is not None
    question = _question(workspace, room, preferences, told)._replace(held=held)
    scenario = _scenario(context.world, question, now, events)
    if scenario.steps:
        asked_as = asked_of(scenario) | ({"told": True} if counts else {})
        its, named = _by_steps(context, scenario, events, room, now), question.scenario
        # Another call than the room's own has its steps before it.
        elsewhere = scenario.turn is not None and (question.at, question.call) != (None, None)
        counts = counts or (its.counts and not elsewhere)
        # The steps are what the scenario means: naming it leaves them open.
        preferences = replace(preferences, scenario=None).over(its.preferences)
        told = Told(preferences, told.overrides or its.overrides)
        held = stated.at is None and preferences.at is not None
        question = _question(workspace, room, preferences, told)._replace(held=held)
        if preferences.scenario is not None:
            scenario = _scenario(context.world, question, now, events)
        question = question._replace(scenario=preferences.scenario or named)
    call = CallRequest(question, scenario, preferences, stated, now, events)
    return call, asked_as if counts else None


def _by_steps(
    context: Context, scenario: Scenario, events: Sequence[Event], room: str | None, now: float
) -> Told:
    """Return what a room is told by its scenario's steps: of the call whose turn it is."""
    step = scenario_step(scenario, events, room, context.world.epoch, now)
    told = told_by(context.preferences, step)
    wishes = told.preferences
    if scenario.turn is None or wishes.at is None or wishes.call is not None:
        return told
    return told._replace(preferences=replace(wishes, call=turn(scenario.turn.number) + 1))


def _question(
    workspace: str, room: str | None, preferences: Preferences, told: Told | None = None
) -> Question:
    return Question(
        workspace,
        room or "",
        preferences.scenario,
        preferences.at,
        preferences.seed,
        preferences.locale,
        preferences.call,
        None if told is None else told.overrides,
    )


def _scenario(
    world: World, question: Question, now: float, events: Sequence[Event] = ()
) -> Scenario:
    try:
        return world.scenario(question, now, events)
    except UnknownScenarioError:
        known = ", ".join(world.catalogue.scenarios)
        raise ApiError(
            404, f"A room called {PREFIX}… shows a scenario, but none has this name: {known}."
        ) from None
