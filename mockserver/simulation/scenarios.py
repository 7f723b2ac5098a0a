"""The catalogue of scenarios: states of a call, or of the API, that a room can be put into.

A scenario is data. The built-in ones stand in ``scenarios.yaml``; a team's own come from files in
the same format, which ``scenarios.schema.json`` describes.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from operator import itemgetter
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import yaml

from mockserver.simulation.conversation import Segment
from mockserver.simulation.documents import read_document
from mockserver.simulation.performance import fixed, spoken_seconds
from mockserver.simulation.schedule import Cycle, Ordinary, Schedule
from mockserver.simulation.script import Attendance, attendance
from openapi import contract_operations

__all__ = [
    "CALL_OPERATION",
    "ORDINARY",
    "PREFIX",
    "Catalogue",
    "Scenario",
    "ScenarioFileError",
    "UnknownScenarioError",
    "builtin_scenarios",
    "example_body",
    "read_scenarios",
]

CALL_OPERATION = "getActiveCall"
"""The operation of the contract whose answer is a whole call."""
PREFIX = "mock-"
_PAUSE_SECONDS = 0.8


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
    ``fault`` spoils the answer on its way.
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


def example_body(name: str) -> Any:
    """Return the value of the contract's example ``name`` of a live call.

    Raises:
        KeyError: there is none of that name.
    """
    return contract_operations()[CALL_OPERATION].examples()[name]


def _conversation(entries: list[dict[str, Any]]) -> tuple[Segment, ...]:
    lines, offset = [], 0.0
    for entry in entries:
        fields = {key: value for key, value in entry.items() if key != "at"}
        offset = entry.get("at", offset + _PAUSE_SECONDS + spoken_seconds(entry["content"]))
        lines.append((offset, fields))
    lines.sort(key=itemgetter(0))
    if not lines:
        return ()
    return (Segment(fixed(fields for _, fields in lines), array("d", map(itemgetter(0), lines))),)


def _attendances(entries: list[dict[str, Any]]) -> tuple[Attendance, ...]:
    return tuple(
        attendance(
            {key: value for key, value in entry.items() if key not in ("joins", "leaves")},
            entry.get("joins", 0.0),
            entry.get("leaves", float("inf")),
        )
        for entry in entries
    )


def _cycle(entry: Mapping[str, float]) -> Cycle:
    # A whole number may be written 10.0.
    return Cycle(**{name: int(seconds) for name, seconds in entry.items()})


def _like_example(name: str) -> dict[str, Any]:
    """Return the entry of a scenario whose call is the contract's example ``name``."""
    body = example_body(name)
    changing = ("id", "roomName", "duration", "sentiment", "transcript", "participants")
    return {
        "call": {key: value for key, value in body.items() if key not in changing},
        "sentiment": [{"at": 0, "value": body["sentiment"]}],
        "lines": body["transcript"],
        "participants": [
            {key: value for key, value in participant.items() if key != "joinedAt"}
            for participant in body["participants"]
        ],
    }


def _demand_in_time(name: str, entry: Mapping[str, Any]) -> None:
    """Refuse what happens only when the call is over.

    Raises:
        ValueError: something does.
    """
    if "schedule" not in entry:
        return
    seconds = entry["schedule"]["live"] + entry["schedule"].get("lead", 0)
    for part, when in (("lines", "at"), ("participants", "joins"), ("sentiment", "at")):
        for number, item in enumerate(entry.get(part, ())):
            if item.get(when, 0) > seconds:
                raise ValueError(
                    f"scenarios.{name}.{part}.{number}.{when}: {item[when]} is after the end: "
                    f"the call is over after {seconds} seconds"
                )


def _scenario(name: str, entry: Mapping[str, Any]) -> Scenario:
    """Return the scenario of an entry that satisfies the format's schema.

    Raises:
        ValueError: an example does not exist, or somebody leaves before joining.
    """
    if "example" in entry:
        try:
            entry = {**_like_example(entry["example"]), **entry}
        except KeyError:
            raise ValueError(f"scenarios.{name}.example: {entry['example']!r} is none") from None
    if any(
        p.get("leaves", float("inf")) <= p.get("joins", 0) for p in entry.get("participants", [])
    ):
        raise ValueError(f"scenarios.{name}.participants: somebody leaves before joining")
    _demand_in_time(name, entry)
    return Scenario(
        name=name,
        description=entry["description"],
        schedule=_cycle(entry["schedule"]) if "schedule" in entry else Ordinary(),
        call=entry.get("call", {}),
        omit=frozenset(entry.get("omit", ())),
        conversation=_conversation(entry["lines"]) if "lines" in entry else None,
        scene=entry.get("scene"),
        attendances=_attendances(entry.get("participants", [])),
        moods=tuple(sorted((mood["at"], mood["value"]) for mood in entry.get("sentiment", []))),
        decimals=int(entry.get("decimals", 0)),
        status=int(entry["status"]) if "status" in entry else None,
        fault=entry.get("fault"),
    )


@cache
def _schema() -> jsonschema_rs.Validator:
    schema = files(__package__).joinpath("scenarios.schema.json").read_bytes()
    return jsonschema_rs.validator_for(orjson.loads(schema))


def _parse(text: str, source: str) -> tuple[Scenario, ...]:
    try:
        document = read_document(text)
    except yaml.YAMLError as error:
        reason = str(error).replace('in "<unicode string>", ', "")
        raise ScenarioFileError(f"{source}: not valid YAML: {reason}") from None
    except ValueError as error:
        raise ScenarioFileError(f"{source}: {error}") from None
    breach = next(_schema().iter_errors(document), None)
    if breach is not None:
        path = ".".join(str(step) for step in breach.instance_path) or "(the file itself)"
        raise ScenarioFileError(f"{source}: {path}: {breach.message}")
    try:
        return tuple(_scenario(name, entry) for name, entry in document["scenarios"].items())
    except ValueError as error:
        raise ScenarioFileError(f"{source}: {error}") from None


@cache
def builtin_scenarios() -> Catalogue:
    """Return the catalogue that comes with the mock."""
    path = files(__package__).joinpath("scenarios.yaml")
    return Catalogue({s.name: s for s in _parse(path.read_text("utf-8"), "scenarios.yaml")})


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Return the scenarios of a team's own file.

    Raises:
        ScenarioFileError: the file cannot be read, is not YAML, or breaks the format's schema.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ScenarioFileError(f"{path}: {reason}") from None
    return _parse(text, str(path))
