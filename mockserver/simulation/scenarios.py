"""The catalogue of scenarios: states of a call, or of the API, that a room can be put into.

A scenario is data; ``scenario_format.py`` reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from mockserver.simulation.attendance import Attendance
from mockserver.simulation.conversation import Segment
from mockserver.simulation.failures import Failure
from mockserver.simulation.listing import CALL_OPERATION
from mockserver.simulation.schedule import Cycle, Ordinary, Schedule, Series, Window, turn
from openapi import contract_operations

__all__ = [
    "INSIGHTS_OPERATION",
    "ORDINARY",
    "OUTSIDE_CALL",
    "PREFIX",
    "Catalogue",
    "Change",
    "Scenario",
    "ScenarioFileError",
    "Turn",
    "UnknownScenarioError",
    "example_body",
]

INSIGHTS_OPERATION = "getCallInsights"
"""The operation of the contract whose answer is what a call is about."""
OUTSIDE_CALL = ("id", "roomName", "duration", "sentiment", "transcript", "participants")
"""Fields of a body that a scenario does not have under ``call``, but in a place of their own."""
PREFIX = "mock-"
# What a scenario says about answers, and not about the call that they show.
_OF_ANSWERS = ("status", "message", "headers", "fault", "delay", "steps", "operations")


class ScenarioFileError(ValueError):
    """A scenario file cannot be used; the message is one line with file, path and reason."""

    def __init__(self, message: str) -> None:
        # What the file says may be part of it, and have several lines.
        super().__init__(" ".join(message.split()))


class UnknownScenarioError(LookupError):
    """A room or a preference names a scenario that the catalogue does not have."""


@dataclass(frozen=True)
class Scenario:
    """What is different about the calls of a room.

    ``call`` overrides fields of the body and ``omit`` leaves fields out. ``conversation`` replaces
    the drawn one and ``scene`` names the one to play. ``status`` answers with an error instead,
    with its own ``message`` and ``headers`` if there are any. ``fault`` spoils the answer on its
    way, ``delay`` holds it back for so many milliseconds. ``steps`` are what the room does one
    after the other, as in a direction. ``insights`` are some of the insights, each with the offset
    from which they hold. ``muted`` is when the AI agent is muted, in seconds since the call began.
    ``fleet`` is about how many calls are on the workspace's board. ``operations`` are answers to
    single operations that are different, by operationId; what such a command does comes ``after``
    so many seconds.

    ``transfer`` is when a person is asked for, in seconds since the call began; None where that
    follows from the lines. ``changes`` are what becomes of ``call`` and ``omit``, each with the
    offset from which it holds. ``failures`` are stretches of the call in which there is an error.
    ``ids`` are those of its calls, in their order, until they are drawn again. ``rooms`` are pairs
    of workspace, or None for any, and the name of a room that shows it as well; where others name
    the same room, ``calls`` are all of those, and one call of each comes in turn. ``turn`` is then
    the one of the moment.
    """

    name: str
    description: str = ""
    schedule: Schedule = field(default_factory=Ordinary)
    call: Mapping[str, Any] = field(default_factory=dict)
    omit: tuple[str, ...] = ()
    conversation: tuple[Segment, ...] | None = None
    scene: str | None = None
    attendances: tuple[Attendance, ...] | None = None
    moods: tuple[tuple[float, str], ...] = ()
    decimals: int = 0
    status: int | None = None
    fault: str | None = None
    delay: int | None = None
    message: str | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()
    insights: tuple[tuple[float, Mapping[str, Any]], ...] = ()
    muted: float | None = None
    fleet: int | None = None
    operations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    after: float = 0.0
    transfer: float | None = None
    changes: tuple[tuple[float, "Change"], ...] = ()
    failures: tuple[Failure, ...] = ()
    ids: tuple[str, ...] = ()
    rooms: tuple[tuple[str | None, str], ...] = ()
    calls: tuple["Scenario", ...] = ()
    turn: "Turn | None" = None

    @property
    def call_name(self) -> str:
        """The name that tells its calls from others; none where it is about the board alone."""
        return "" if self.fleet is not None else self.name

    def for_operation(self, operation_id: str) -> "Scenario":
        """Return the scenario as it answers one operation."""
        if operation_id not in self.operations:
            return self
        return replace(self, **self.operations[operation_id])

    def played(self, number: int) -> "Scenario":
        """Return what its call with the ``number`` of a window is like."""
        if self.calls:
            rounds, place = divmod(turn(number), len(self.calls))
            return self.calls[place].played(rounds)
        if 0 <= turn(number) < len(self.ids):
            return replace(self, call={**self.call, "id": self.ids[turn(number)]})
        return self

    def in_turn(self, window: Window) -> "Scenario":
        """Return it with the answers of the one of its ``calls`` whose turn a window is."""
        one = self.played(window.number)
        answers = {name: getattr(one, name) for name in _OF_ANSWERS}
        return replace(self, turn=Turn(window.number, window.live_from, one.name), **answers)

    @property
    def may_fail(self) -> bool:
        """Whether there is an error at some time in one of its calls."""
        return any(one.failures for one in (self, *self.calls))


class Turn(NamedTuple):
    """The turn of one of a room's scenarios, by its ``name``: the room's call with a ``number``.

    ``began`` is when that came into view, in UTC Unix seconds.
    """

    number: int
    began: float
    name: str


@dataclass(frozen=True)
class Change:
    """What a call shows from some moment on: fields of the body, and those that are left out."""

    call: Mapping[str, Any] = field(default_factory=dict)
    omit: tuple[str, ...] = ()

    def of(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``fields`` with the change."""
        made = {**fields, **self.call}
        return {name: value for name, value in made.items() if name not in self.omit}


ORDINARY = Scenario("")
"""What a room shows that names no scenario."""


@dataclass(frozen=True)
class Catalogue:
    """Scenarios by name."""

    scenarios: Mapping[str, Scenario]

    def __getitem__(self, name: str) -> Scenario:
        try:
            return self.scenarios[name]
        except KeyError:
            raise UnknownScenarioError(name) from None

    @cached_property
    def rooms(self) -> Mapping[tuple[str | None, str], Scenario]:
        """What is shown in rooms that scenarios name, by workspace, or None for any, and room."""
        shown: dict[tuple[str | None, str], list[Scenario]] = {}
        for scenario in self.scenarios.values():
            for room in scenario.rooms:
                shown.setdefault(room, []).append(scenario)
        return {room: _in_turn(scenarios) for room, scenarios in shown.items()}

    def of_room(self, room: str, workspace: str = "") -> Scenario:
        """Return the scenario that the room's name asks for, or the ordinary one.

        It is the room that a scenario names, or is called ``mock-<scenario>`` or
        ``mock-<scenario>-<anything>``.

        Raises:
            UnknownScenarioError: the name begins so, but there is no such scenario.
        """
        if self.rooms:
            shown = self.rooms.get((workspace, room)) or self.rooms.get((None, room))
            if shown is not None:
                return shown
        if not room.startswith(PREFIX):
            return ORDINARY
        words = room.removeprefix(PREFIX).split("-")
        # The longest name wins: "long-call-2" is "long-call", also if there were a "long".
        for count in range(min(len(words), self._most_words), 0, -1):
            scenario = self.scenarios.get("-".join(words[:count]))
            if scenario is not None:
                return scenario
        raise UnknownScenarioError(room)

    @cached_property
    def _most_words(self) -> int:
        return max(name.count("-") for name in self.scenarios) + 1

    def extended(self, own: Iterable[Scenario]) -> "Catalogue":
        """Return a catalogue with ``own`` added; a name that is there already is replaced."""
        return Catalogue({**self.scenarios, **{scenario.name: scenario for scenario in own}})


def _in_turn(scenarios: Sequence[Scenario]) -> Scenario:
    """Return the scenario of a room in which there is one call of each of ``scenarios`` in turn."""
    if len(scenarios) == 1:
        return scenarios[0]
    cycles = tuple(one.schedule for one in scenarios if isinstance(one.schedule, Cycle))
    name = " ".join(one.name for one in scenarios)  # as none has that is in a file
    return Scenario(name, schedule=Series(cycles), calls=tuple(scenarios))


def example_body(name: str, operation_id: str = CALL_OPERATION) -> Any:
    """Return the value of the contract's example ``name`` of a good answer.

    Raises:
        KeyError: there is none of that name.
    """
    return contract_operations()[operation_id].examples()[name]
