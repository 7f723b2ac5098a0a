"""Each surface that others build on, as lines."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from contracts.judging.clauses import catalogue
from mockserver.http.faults import FAULTS
from mockserver.http.preferences import Preferences
from mockserver.simulation import builtin_scenarios
from openapi import CONTROL
from tests.stability.commands import command_lines
from tests.stability.npm import npm_lines
from tests.stability.pytest_names import pytest_lines
from tests.stability.schemas import schema_lines

__all__ = ["FOLDER", "SURFACES", "text"]

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).with_name("surfaces")
_METHODS = ("get", "put", "post", "patch", "delete")


def _schema_file(package: str, name: str) -> Iterator[str]:
    schema = json.loads(files(package).joinpath(name).read_text("utf-8"))
    yield from schema_lines(schema, "")
    for name, one in schema.get("$defs", {}).items():
        yield from schema_lines(one, name)


def _report() -> Iterator[str]:
    return _schema_file("contracts.report", "report.schema.json")


def _scenario_files() -> Iterator[str]:
    return _schema_file("mockserver.simulation", "scenarios.schema.json")


def _control() -> Iterator[str]:
    document = yaml.safe_load(CONTROL.read_text("utf-8"))
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield from _operation(f"{method.upper()} {path}", item, item[method])
    for name, one in document["components"]["parameters"].items():
        yield from _taken(one, f"{name}: {one['in']} {one['name']}")
    for name, schema in document["components"]["schemas"].items():
        yield from schema_lines(schema, name)


def _operation(name: str, item: Any, operation: Any) -> Iterator[str]:
    yield f"{name} answers {', '.join(operation['responses'])}"
    for one in [*item.get("parameters", ()), *operation.get("parameters", ())]:
        if "$ref" in one:
            yield f"{name} takes {one['$ref'].rpartition('/')[2]}"
        else:
            yield from _taken(one, f"{name} takes {one['in']} {one['name']}")
    body = operation.get("requestBody", {})
    for media in body.get("content", {}).values():
        must = body.get("required", False)
        yield from schema_lines(media["schema"], f"{name} is told", required=must)
    for status, response in operation["responses"].items():
        for media in response.get("content", {}).values():
            yield from schema_lines(media["schema"], f"{name} tells, {status}")


def _taken(parameter: Any, path: str) -> Iterator[str]:
    must = parameter.get("required", False)
    yield from schema_lines(parameter["schema"], path, required=must)


def _action() -> Iterator[str]:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    for name, one in action["inputs"].items():
        default = f", default {one['default']}" if "default" in one else ""
        yield f"input {name}{', required' if one['required'] else ''}{default}"
    for name in action["outputs"]:
        yield f"output {name}"


def _names() -> Iterator[str]:
    """Yield the words that stand in requests, files and command lines of others."""
    for one in fields(Preferences):
        yield f"preference {one.name.replace('_', '-')}"
    for name in FAULTS:
        yield f"fault {name}"
    for name in builtin_scenarios().scenarios:
        yield f"scenario {name}"
    for id_, clause in catalogue().items():
        yield f"clause {id_} {clause.level}"


SURFACES: dict[str, Callable[[], Iterator[str]]] = {
    "commands": command_lines,
    "report": _report,
    "control": _control,
    "scenarios": _scenario_files,
    "pytest": pytest_lines,
    "action": _action,
    "npm": npm_lines,
    "names": _names,
}
"""By the name of the file that keeps it."""


def text(name: str) -> str:
    """Return a surface as it is now."""
    return "\n".join(dict.fromkeys(SURFACES[name]())) + "\n"
