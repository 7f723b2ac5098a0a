"""The catalogue of scenarios: states of a call, or of the API, that a room can be put into.

A scenario is data; ``scenario_format.py`` reads it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from mockserver.simulation.attendance import Attendance
from mockserver.simulation.conversation import Segment
from mockserver.simulation.listing import CALL_OPERATION
from mockserver.simulation.schedule import Ordinary, Schedule
from openapi import contract_operations

__all__ = [
    "INSIGHTS_OPERATION",
    "ORDINARY",
    "PREFIX",
    "Catalogue",
    "Scenario",
    "ScenarioFileError",
    "UnknownScenarioError",
    "example_body",
]

INSIGHTS_OPERATION = "getCallInsights"
"""The operation of the contract whose answer is what a call is about."""
PREFIX = "mock-"


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
    """

    name: str
    description: str = ""
    schedule: Schedule = field(default_factory=Ordinary)
    call: Mapping[str, Any] = field(default_factory=dict)
    omit: frozenset[str] = frozenset()
    conversation: tuple[Segment, ...] | None = None
    scene: str | None = None
    attendances: tuple[Attendance, ...] = ()
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

    @property
    def call_name(self) -> str:
        """The name that tells its calls from others; none where it is about the board alone."""
        return "" if self.fleet is not None else self.name

    def for_operation(self, operation_id: str) -> "Scenario":
        """Return the scenario as it answers one operation."""
        if operation_id not in self.operations:
            return self
        return replace(self, **self.operations[operation_id])


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

    def of_room(self, room: str) -> Scenario:
        """Return the scenario that the room's name asks for, or the ordinary one.

        A room is called ``mock-<scenario>`` or ``mock-<scenario>-<anything>``.

        Raises:
            UnknownScenarioError: the name begins so, but there is no such scenario.
        """
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


def example_body(name: str, operation_id: str = CALL_OPERATION) -> Any:
    """Return the value of the contract's example ``name`` of a good answer.

    Raises:
        KeyError: there is none of that name.
    """
    return contract_operations()[operation_id].examples()[name]
