"""A team's own scenarios: read from a file, and checked against what they refer to."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import jsonschema_rs

from mockserver.http.errors import ApiError
from mockserver.http.faults import FAULTS
from mockserver.http.preferences import PreferenceReader
from mockserver.operations.direction import checked_steps
from mockserver.simulation import Scenario, ScenarioFileError, builtin_scenarios, read_scenarios
from mockserver.simulation.dialogue import language
from mockserver.simulation.drawing import draw
from mockserver.simulation.listing import CALL_OPERATION
from mockserver.simulation.schedule import Window
from mockserver.simulation.script import snapshot
from openapi import CONTROL, contract_operations, load_contract
from openapi.references import resolved
from openapi.schemas import Schema, compiled, first_breach

__all__ = ["load_scenarios", "mistakes"]


@cache
def _live_body() -> tuple[Schema, jsonschema_rs.Draft4Validator]:
    """Return the contract's schema of a call, and its validator."""
    operations = contract_operations()
    schema = resolved(operations[CALL_OPERATION].schema(), operations.document)
    return schema, compiled(schema, operations.document)


def mistakes(scenario: Scenario, locale: str, names: Collection[str]) -> Iterator[str]:
    """Yield what the format's own schema cannot see: names that others define, and the contract."""
    schema, _ = _live_body()
    optional = set(schema["properties"]) - set(schema["required"])
    scenes = language(locale).scenes
    if scenario.fault is not None and scenario.fault not in FAULTS:
        yield f"fault: {scenario.fault!r} is none of {', '.join(FAULTS)}"
    if scenario.scene is not None and scenario.scene not in scenes:
        yield f"scene: {scenario.scene!r} is none of {', '.join(sorted(scenes))}"
        return
    yield from _in_operations(scenario)
    later = {name for _, change in scenario.changes for name in change.omit}
    for name in sorted({*scenario.omit} - optional | later & set(schema["required"])):
        known = ", ".join(sorted(optional))
        yield f"omit: {name!r} is not an optional field of the contract: {known}"
    yield from _in_steps(scenario, names)
    yield from _in_errors(scenario)
    yield from _breaches(scenario, locale)


def _in_operations(scenario: Scenario) -> Iterator[str]:
    known = [one.id for one in contract_operations()]
    for name, answer in scenario.operations.items():
        if name not in known:
            yield f"operations: {name!r} is none of {', '.join(known)}"
        if answer.get("fault") not in (None, *FAULTS):
            yield f"operations.{name}.fault: {answer['fault']!r} is none of {', '.join(FAULTS)}"


def _in_errors(scenario: Scenario) -> Iterator[str]:
    known = [one.id for one in contract_operations()]
    for number, one in enumerate(scenario.failures):
        if one.operation not in (None, *known):
            yield f"errors.{number}.operation: {one.operation!r} is none of {', '.join(known)}"
        if one.until <= one.at:
            yield f"errors.{number}.until: {one.until:g} is not after {one.at:g}, where it begins"


def _in_steps(scenario: Scenario, names: Collection[str]) -> Iterator[str]:
    if not scenario.steps:
        return
    document = load_contract(CONTROL)
    step = compiled({"$ref": "#/components/schemas/Step"}, document)
    for number, one in enumerate(scenario.steps):
        breach = first_breach(step, one)
        if breach is not None:
            where = ".".join(map(str, (f"steps.{number}", *breach.instance_path)))
            yield f"{where}: {breach.message}"
    try:
        checked_steps(PreferenceReader(names), {"steps": list(scenario.steps)})
    except ApiError as error:
        yield str(error.message)


# Where the file has what the body shows.
_WHERE = {"transcript": "lines", "participants": "participants", "sentiment": "sentiment"}


def _place(path: Sequence[str | int]) -> str:
    """Return the place in a scenario of what the body shows at ``path``."""
    if not path:
        return "the call"
    first = _WHERE.get(str(path[0]), f"call.{path[0]}")
    return ".".join(map(str, (first, *path[1:])))


def _breaches(scenario: Scenario, locale: str) -> Iterator[str]:
    _, validator = _live_body()
    day = 24 * 3600
    script = draw(0, "workspace", "room", Window(0, 0, 0, day, day), locale, scenario)
    # Everything that is ever shown is shown at one of these: who leaves early has joined before.
    joined = (max(one.joins, one.since) for one in scenario.attendances or ())
    changed = (at for at, _ in scenario.changes)
    for elapsed in sorted({0, day, *joined, *changed}):
        for error in validator.iter_errors(snapshot(script, elapsed)):
            yield f"{_place(error.instance_path)}: {error.message}"


def load_scenarios(
    paths: Iterable[Path], locale: str, recorded: Iterable[str] = ()
) -> tuple[Scenario, ...]:
    """Return a team's own scenarios, each of which keeps the contract at every moment.

    ``recorded`` are the names of scenarios that come from elsewhere.

    Raises:
        ScenarioFileError: a file cannot be used; the message is one line.
    """
    found: dict[str, tuple[Scenario, Path]] = {}
    for path in paths:
        for scenario in read_scenarios(path):
            if scenario.name in found:
                other = found[scenario.name][1]
                raise ScenarioFileError(f"{path}: scenarios.{scenario.name}: it is in {other} too")
            found[scenario.name] = scenario, path
    names = [*builtin_scenarios().scenarios, *recorded, *found]
    for scenario, path in found.values():
        for mistake in mistakes(scenario, locale, names):
            raise ScenarioFileError(f"{path}: scenarios.{scenario.name}.{mistake}")
    return tuple(scenario for scenario, _ in found.values())
