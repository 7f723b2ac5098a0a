"""A team's own scenarios: read from a file, and checked against what they refer to."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jsonschema_rs

from mockserver.http.faults import FAULTS
from mockserver.simulation import Scenario, ScenarioFileError, read_scenarios
from mockserver.simulation.dialogue import language
from mockserver.simulation.drawing import draw
from mockserver.simulation.scenarios import CALL_OPERATION
from mockserver.simulation.schedule import Window
from mockserver.simulation.script import snapshot
from openapi import contract_operations
from openapi.references import resolved
from openapi.schemas import Schema, compiled

__all__ = ["load_scenarios"]


@cache
def _live_body() -> tuple[Schema, jsonschema_rs.Draft4Validator]:
    """Return the contract's schema of a call, and its validator."""
    operations = contract_operations()
    schema = resolved(operations[CALL_OPERATION].schema(), operations.document)
    return schema, compiled(schema, operations.document)


def _mistakes(scenario: Scenario, locale: str) -> Iterator[str]:
    """Yield what the format's own schema cannot see: names that others define, and the contract."""
    schema, _ = _live_body()
    optional = set(schema["properties"]) - set(schema["required"])
    scenes = language(locale).scenes
    if scenario.fault is not None and scenario.fault not in FAULTS:
        yield f"fault: {scenario.fault!r} is none of {', '.join(FAULTS)}"
    if scenario.scene is not None and scenario.scene not in scenes:
        yield f"scene: {scenario.scene!r} is none of {', '.join(sorted(scenes))}"
        return
    for name in sorted(scenario.omit - optional):
        yield f"omit: {name!r} is not an optional field of the contract: {', '.join(optional)}"
    yield from _breaches(scenario, locale)


def _breaches(scenario: Scenario, locale: str) -> Iterator[str]:
    _, validator = _live_body()
    day = 24 * 3600
    script = draw(0, "workspace", "room", Window(0, 0, 0, day, day), locale, scenario)
    # Everything that is ever shown is shown at one of these: who leaves early has joined before.
    for elapsed in sorted({0, day, *(attendance.joins for attendance in scenario.attendances)}):
        for error in validator.iter_errors(snapshot(script, elapsed)):
            path = ".".join(str(step) for step in error.instance_path) or "the call"
            yield f"{path}: {error.message}"


def load_scenarios(path: Path, locale: str) -> tuple[Scenario, ...]:
    """Return a team's own scenarios, each of which keeps the contract at every moment.

    Raises:
        ScenarioFileError: the file cannot be used; the message is one line.
    """
    scenarios = read_scenarios(path)
    for scenario in scenarios:
        mistake = next(_mistakes(scenario, locale), None)
        if mistake is not None:
            raise ScenarioFileError(f"{path}: scenarios.{scenario.name}.{mistake}")
    return scenarios
