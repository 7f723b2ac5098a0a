"""Schemas of a description, compiled for a validator of JSON Schema.

OpenAPI 3.0 has a dialect of its own: Draft 4, and ``nullable``. The validator knows Draft 4.
"""

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs

__all__ = [
    "Schema",
    "compiled",
    "customary",
    "draft4",
    "first_breach",
    "nullable_as_type",
    "rooted",
    "within",
]

Schema = Mapping[str, Any]


def draft4(schema: Schema) -> dict[str, Any]:
    """Return ``schema`` in Draft 4."""
    return nullable_as_type(within(schema, draft4))


def customary(schema: Schema) -> dict[str, Any]:
    """Return only what is under ``x-advisory``, at its place in the structure."""
    structure = ("$ref", "properties", "items", "allOf")
    made = within({key: schema[key] for key in structure if key in schema}, customary)
    if "x-advisory" in schema:
        made["allOf"] = [*made.get("allOf", []), schema["x-advisory"]]
    return made


def nullable_as_type(schema: dict[str, Any]) -> dict[str, Any]:
    """Return ``schema`` with ``nullable`` as the type ``null``."""
    if not schema.get("nullable") or "type" not in schema:
        return {key: one for key, one in schema.items() if key != "nullable"}
    made = {**schema, "type": [schema["type"], "null"]}
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    del made["nullable"]
    return made


def within(schema: Schema, change: Callable[[Schema], dict[str, Any]]) -> dict[str, Any]:
    """Return a copy of ``schema`` with ``change`` applied to each schema directly within it."""
    made = dict(schema)
    if "properties" in made:
        made["properties"] = {name: change(one) for name, one in made["properties"].items()}
    for key in ("items", "additionalProperties", "not"):
        if isinstance(made.get(key), Mapping):
            made[key] = change(made[key])
    for key in ("allOf", "anyOf", "oneOf"):
        if key in made:
            made[key] = [change(one) for one in made[key]]
    return made


def compiled(
    schema: Schema,
    document: Mapping[str, Any],
    change: Callable[[Schema], dict[str, Any]] = draft4,
    **options: Any,
) -> jsonschema_rs.Draft4Validator:
    """Return a validator of ``schema``, which may refer to the components of ``document``.

    ``change`` is what is made of each schema first; ``options`` are the validator's own.
    """
    root = rooted(schema, document, change)
    return jsonschema_rs.Draft4Validator(root, validate_formats=True, **options)


def rooted(
    schema: Schema,
    document: Mapping[str, Any],
    change: Callable[[Schema], dict[str, Any]] = draft4,
) -> dict[str, Any]:
    """Return ``schema`` as one with the components of ``document`` that it may refer to."""
    components = document.get("components", {}).get("schemas", {})
    shared = {"schemas": {name: change(one) for name, one in components.items()}}
    return {"allOf": [change(schema)], "components": shared}


def first_breach(
    validator: jsonschema_rs.Draft4Validator, value: Any
) -> jsonschema_rs.ValidationError | None:
    """Return what is wrong with ``value``, None where nothing is.

    Where it is none of several alternatives, it is what is wrong by the one that was meant: the one
    whose enumerations it satisfies, or else that it breaks least.
    """
    error = next(validator.iter_errors(value), None)
    while error is not None and error.kind.name in ("oneOf", "anyOf"):
        branches = [branch for branch in getattr(error.kind, "context", []) if branch]
        if not branches:
            break
        error = min(branches, key=_distance)[0]
    return error


def _distance(branch: list[jsonschema_rs.ValidationError]) -> tuple[int, int]:
    return sum(error.kind.name == "enum" for error in branch), len(branch)
