"""JSON schemas as lines: what there is, of which kind, and whether it must be there."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["schema_lines"]

# What may not be there: as a schema, and as OpenAPI 3.0 has it.
_NOTHING: tuple[Any, ...] = (False, {"not": {}})
_BOUNDS = (
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "pattern",
    "format",
)
_PARTS = ("allOf", "anyOf", "oneOf")


def schema_lines(schema: Any, path: str, *, required: bool = True) -> Iterator[str]:
    """Yield a line for what a schema describes, and one for each part of it.

    What is referred to is only named. Descriptions are left out.
    """
    if path:
        yield f"{path}: {_kind(schema)}{_bounds(schema)}{'' if required else ', may be absent'}"
    if isinstance(schema, Mapping):
        yield from _fields(schema, path)
        if isinstance(schema.get("items"), Mapping):
            yield from _fields(schema["items"], f"{path}[]")
        yield from _others(schema.get("additionalProperties"), path)


def _fields(schema: Mapping[str, Any], path: str) -> Iterator[str]:
    must = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        if part not in _NOTHING:
            place = f"{path}.{name}" if path else name
            yield from schema_lines(part, place, required=name in must)
    for one in _parts(schema):
        yield from _fields(one, path)


def _others(schema: Any, path: str) -> Iterator[str]:
    if isinstance(schema, Mapping) and schema:
        yield from schema_lines(schema, f"{path}.*")


def _kind(schema: Any) -> str:
    """Return what a value is, such as ``string or null``, ``must|should``, ``list of Step``."""
    if not isinstance(schema, Mapping) or not schema:
        return "anything"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema or "enum" in schema:
        return "|".join(str(one) for one in schema.get("enum", [schema.get("const")]))
    types = schema.get("type", [])
    kinds = [types] if isinstance(types, str) else list(types)
    if kinds == ["array"]:
        return f"list of {_kind(schema.get('items'))}"
    if schema.get("nullable"):
        kinds.append("null")
    if not kinds:
        return " or ".join(dict.fromkeys(_kind(one) for one in _parts(schema))) or "anything"
    return " or ".join(kinds)


def _bounds(schema: Any) -> str:
    """Return what else a value has to keep."""
    if not isinstance(schema, Mapping):
        return ""
    told = [f"{name} {schema[name]}" for name in _BOUNDS if name in schema]
    if schema.get("additionalProperties") is False:
        told.append("nothing else")
    return f" ({', '.join(told)})" if told else ""


def _parts(schema: Mapping[str, Any]) -> list[Any]:
    return [one for name in _PARTS for one in schema.get(name, ())]
