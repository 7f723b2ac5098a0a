"""Files of recordings, as scenarios and as the YAML that they would be written in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mockserver.recordings.observations import Observation, Place, observations
from mockserver.recordings.takes import Room, Take
from mockserver.recordings.writing import LONGEST_SECONDS, Entry, written
from mockserver.scenario_files import mistakes
from mockserver.simulation import Scenario
from mockserver.simulation.listing import LIST_OPERATION
from mockserver.simulation.scenario_format import parse_scenarios
from mockserver.simulation.scenarios import ScenarioFileError
from openapi.har import entries
from openapi.har_file import ArchiveError

__all__ = ["Recorded", "RecordingError", "read_recordings"]

_NAME = "recorded-"
_LINE_ENDS = frozenset("\x85\u2028\u2029")


class RecordingError(ValueError):
    """A recording cannot be used; the message is one line that names the option and the file."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(f"--recording: {message}".split()))


@dataclass(frozen=True)
class Recorded:
    """The calls of recordings.

    ``document`` is what a scenario file would say. ``warnings`` are lines about what was left out.
    """

    scenarios: tuple[Scenario, ...] = ()
    document: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()

    def yaml(self) -> str:
        """Return the text of a scenario file."""
        return yaml.dump(
            self.document,
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=None,
            width=100,
        )


class _Dumper(yaml.SafeDumper):
    """Writes what is twice in a document twice, and every text so that it is read as it was."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> Any:
        # PyYAML takes them for ends of lines, but escapes them only within double quotes.
        style = '"' if _LINE_ENDS & {*data} else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)


_Dumper.add_representer(str, _Dumper.represent_str)


@dataclass
class _File:
    """The calls of one file, in the order in which they were first seen."""

    path: Path
    takes: list[Take]
    rooms: dict[Place, Room]
    answers: int = 0
    left_out: int = 0
    why: str = ""

    def warnings(self) -> Iterable[str]:
        """Yield what was left out, in a line."""
        if self.left_out:
            yield (
                f"{self.path}: {self.left_out} of {self.answers} answers cannot be replayed and "
                f"are left out; the first is {self.why}"
            )

    def following(self, take: Take) -> Take | None:
        """Return the next call in the same room."""
        takes = self.rooms[take.place].takes
        later = takes[takes.index(take) + 1 :]
        return later[0] if later else None


def read_recordings(paths: Sequence[Path], locale: str) -> Recorded:
    """Return the calls that were recorded in files, numbered in the order of the files.

    Raises:
        RecordingError: a file cannot be read, or there is no call in it.
    """
    if not paths:
        return Recorded()
    warnings: list[str] = []
    made: list[tuple[Take, Entry]] = []
    for path in paths:
        file = _read(path)
        warnings += file.warnings()
        made += _written(file, warnings)
    document = {"scenarios": {f"{_NAME}{n}": entry for n, (_, entry) in enumerate(made, 1)}}
    _name_rooms(made)
    return Recorded(_scenarios(document, locale), document, tuple(warnings))


def _read(path: Path) -> _File:
    file = _File(path, [], {})
    try:
        for one in observations(entries(path)):
            _see(file, one)
    except ArchiveError as error:
        raise RecordingError(str(error)) from None
    for room in file.rooms.values():
        room.finish()
    if not file.takes:
        first = f"; the first of {file.left_out} answers that break it is {file.why}"
        raise RecordingError(
            f"{path}: expected answers of GET …/active-calls/ROOM that keep the contract, found "
            f"none among those with a body{first if file.left_out else ''}"
        )
    return file


def _see(file: _File, one: Observation) -> None:
    if one.operation == LIST_OPERATION:
        if one.place in file.rooms:
            file.rooms[one.place].see(one)
        return
    file.answers += 1
    if one.breach:
        file.left_out += 1
        file.why = file.why or f"entry {one.number}: {one.breach}"
        return
    room = file.rooms.setdefault(one.place, Room())
    if room.see(one):
        file.takes.append(room.takes[-1])


def _written(file: _File, warnings: list[str]) -> Iterable[tuple[Take, Entry]]:
    count = 0
    for take in file.takes:
        entry = written(take, file.following(take))
        if entry is not None:
            count += 1
            yield take, entry
            continue
        warnings.append(
            f"{file.path}: the call {take.id} in the room {take.place.room} is left out: by its "
            f"duration it has lasted longer than the {LONGEST_SECONDS} seconds that are possible"
        )
    if not count:
        raise RecordingError(warnings[-1])


def _name_rooms(made: Iterable[tuple[Take, Entry]]) -> None:
    """Write down in which rooms the calls are shown.

    A room's name shows its calls in every workspace, but for the names that two of them have.
    """
    owners: dict[str, str] = {}
    for take, entry in made:
        _, workspace, room = take.place
        owner = owners.setdefault(room, workspace)
        if not room or (owner != workspace and not workspace):
            continue
        only = {} if owner == workspace else {"workspace": workspace}
        entry["rooms"] = [{"name": room, **only}]


def _scenarios(document: dict[str, Any], locale: str) -> tuple[Scenario, ...]:
    try:
        scenarios = parse_scenarios(document, "--recording")
    except ScenarioFileError as error:
        raise RecordingError(str(error).removeprefix("--recording: ")) from None
    for scenario in scenarios:
        for mistake in mistakes(scenario, locale, ()):
            raise RecordingError(f"scenarios.{scenario.name}.{mistake}")
    return scenarios
