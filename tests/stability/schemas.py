"""JSON schemas as lines: what there is, of which kind, and whether it must be there."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["schema_lines"]

# What may not be there: as a schema, and as OpenAPI 3.0 has it.
_NOTHING: tuple[Any, ...] = (False, {"not": {}})
_BOUNDS = (
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "pattern",
    "format",
)
_PARTS = ("allOf", "anyOf", "oneOf")


def schema_lines(schema: Any, path: str, *, required: bool = True) -> Iterator[str]:
    """Yield a line for what a schema describes, and one for each part of it.

    What is referred to is only named. Descriptions are left out.
    """
    bounds = _bounds(schema)
    if path or bounds:
        absent = "" if required else ", may be absent"
        yield f"{path or 'the whole'}: {_kind(schema)}{bounds}{absent}"
    if isinstance(schema, Mapping):
        yield from _within(schema, path)


def _within(schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the lines for the parts of a schema, in whatever way it has them."""
    must = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        if part not in _NOTHING:
            yield from schema_lines(part, _below(path, name), required=name in must)
    for pattern, part in schema.get("patternProperties", {}).items():
        yield from schema_lines(part, _below(path, f"/{pattern}/"), required=False)
    if isinstance(others := schema.get("additionalProperties"), Mapping) and others:
        yield from schema_lines(others, _below(path, "*"))
    if isinstance(items := schema.get("items"), Mapping):
        # Of which kind they are is told with the list.
        lines = schema_lines if _bounds(items) else _within
        yield from lines(items, f"{path}[]")
    for one in _parts(schema):
        yield from _within(one, path)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


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
    if named := _bounds(schema.get("propertyNames")):
        told.append(f"names{named}")
    told += [f"has {name}" for name in _undescribed(schema)]
    for name, needed in schema.get("dependentRequired", {}).items():
        told.append(f"{name} needs {' and '.join(needed)}")
    if schema.get("additionalProperties") is False:
        told.append("nothing else")
    return f" ({', '.join(told)})" if told else ""


def _undescribed(schema: Mapping[str, Any]) -> list[str]:
    """Return what must be there, and has no description in the same place."""
    return [name for name in schema.get("required", ()) if name not in schema.get("properties", {})]


def _parts(schema: Mapping[str, Any]) -> list[Any]:
    return [one for name in _PARTS for one in schema.get(name, ())]
