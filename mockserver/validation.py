"""Validation by the contract: of requests, compiled once for Connexion, and of scenarios."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
from connexion.exceptions import BadRequestProblem
from connexion.json_schema import Draft4ResponseValidator, resolve_refs
from jsonschema import Draft4Validator
from starlette.types import Scope

from openapi import load_contract

from .faults import FAULTS
from .simulation import Scenario, ScenarioFileError, read_scenarios
from .simulation.dialogue import language
from .simulation.drawing import draw
from .simulation.schedule import Window
from .simulation.script import snapshot

__all__ = ["ParameterValidators", "PlainUriParser", "load_scenarios"]


_WHOLE_NUMBER = re.compile("[0-9]{1,15}", re.ASCII)


class _Parameter:
    """One parameter in the path, the query or a header, with its compiled schema."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.name: str = definition["name"]
        self.place: str = definition["in"]
        self.key = self.name.lower().encode()
        self.required: bool = definition.get("required", False)
        self.schema = jsonschema_rs.Draft4Validator(definition["schema"], mask="It")

        self._is_whole_number = definition["schema"].get("type") == "integer"

    def check(self, value: str | None) -> None:
        if value is None:
            if self.required:
                raise BadRequestProblem(f"The parameter {self.name} is required.")
            return
        meant = int(value) if self._is_whole_number and _WHOLE_NUMBER.fullmatch(value) else value
        if not self.schema.is_valid(meant):
            error = next(self.schema.iter_errors(meant))
            raise BadRequestProblem(f"The parameter {self.name} is not valid. {error.message}.")


class _ParameterValidator:
    def __init__(self, definitions: Sequence[Mapping[str, Any]]) -> None:
        self.definitions = definitions
        self._parameters = [_Parameter(definition) for definition in definitions]
        self._in_query = {p.name for p in self._parameters if p.place == "query"}

    def validate(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        query = self._query(scope) if self._in_query else {}
        for parameter in self._parameters:
            if parameter.place == "query":
                parameter.check(query.get(parameter.name))
            elif parameter.place == "header":
                raw = headers.get(parameter.key)
                parameter.check(None if raw is None else raw.decode("latin-1").strip())
            else:
                parameter.check(scope["path_params"].get(parameter.name))

    def _query(self, scope: Scope) -> dict[str, str]:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        # A filter that is misspelt and ignored would show everything: worse than an error.
        unknown = next((name for name in query if name not in self._in_query), None)
        if unknown is not None:
            known = ", ".join(sorted(self._in_query))
            raise BadRequestProblem(f"There is no parameter {unknown!a} here, only {known}.")
        return query


class ParameterValidators:
    """Connexion's ``parameter`` validators.

    Connexion asks for one on each request, with the definitions of the operation's parameters: the
    same list each time, so that each operation's is compiled once.
    """

    def __init__(self) -> None:
        self._compiled: dict[int, _ParameterValidator] = {}

    def __call__(
        self, definitions: Sequence[Mapping[str, Any]], **_: object
    ) -> _ParameterValidator:
        """Return the validator of an operation's parameters."""
        validator = self._compiled.get(id(definitions))
        if validator is None:
            # The validator keeps the list, and with it the list's identity.
            validator = self._compiled[id(definitions)] = _ParameterValidator(definitions)
        return validator


class PlainUriParser:
    """Connexion's URI parser, with nothing to do: ``ParameterValidators`` read what there is."""

    def __init__(self, *_: object) -> None:
        pass


def _live_body_schema() -> dict[str, Any]:
    contract = resolve_refs(load_contract())
    (path,) = contract["paths"].values()
    schema: dict[str, Any] = path["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    return schema


def _mistakes(scenario: Scenario, locale: str) -> Iterator[str]:
    """Yield what the format's own schema cannot see: names that others define, and the contract."""
    schema = _live_body_schema()
    optional = set(schema["properties"]) - set(schema["required"])
    scenes = language(locale).scenes
    if scenario.fault is not None and scenario.fault not in FAULTS:
        yield f"fault: {scenario.fault!r} is none of {', '.join(FAULTS)}"
    if scenario.scene is not None and scenario.scene not in scenes:
        yield f"scene: {scenario.scene!r} is none of {', '.join(sorted(scenes))}"
        return
    for name in sorted(scenario.omit - optional):
        yield f"omit: {name!r} is not an optional field of the contract: {', '.join(optional)}"
    yield from _breaches(scenario, schema, locale)


def _breaches(scenario: Scenario, schema: dict[str, Any], locale: str) -> Iterator[str]:
    validator = Draft4ResponseValidator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)
    day = 24 * 3600
    script = draw(0, "workspace", "room", Window(0, 0, 0, day, day), locale, scenario)
    # Everything that is ever shown is shown at one of these: who leaves early has joined before.
    for elapsed in sorted({0, day, *(attendance.joins for attendance in scenario.attendances)}):
        for error in validator.iter_errors(snapshot(script, elapsed)):
            path = ".".join(str(step) for step in error.absolute_path) or "the call"
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
