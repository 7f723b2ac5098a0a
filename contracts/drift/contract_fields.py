"""What a description says of the fields of an operation: parameters, bodies, the good answer."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.drift.description import Description
from contracts.drift.fields import ABSENT, Field, Key, Path, Place, items_of, keyed
from contracts.drift.kinds import Kind
from openapi import Operation

__all__ = ["fields_of_contract", "json_of", "success_of"]

Schema = Mapping[str, Any]
_IN: dict[str, Place] = {"path": "path", "query": "query", "header": "header", "cookie": "cookie"}
_DEEPEST = 50


def fields_of_contract(operation: Operation, description: Description) -> dict[Key, Field]:
    """Return every field of an operation's requests, and of the answer to one that succeeds."""
    walk = _Walk(description)
    entry = description.entry(operation)
    fields = [*_parameters(operation, description, walk), *_credentials(entry, description)]
    body = description.resolved(entry.get("requestBody", {}))
    if schema := json_of(body):
        fields += walk.fields(schema, "body")
    answer = operation.responses.get(success_of(operation), {})
    if schema := json_of(answer):
        fields += walk.fields(schema, "response")
    return keyed(fields)


def success_of(operation: Operation) -> str:
    """Return the status of the good answer that is described, empty where none is."""
    good = sorted(one for one in operation.responses if one.startswith("2"))
    return next(iter([*good, *(one for one in operation.responses if one == "default")]), "")


def json_of(holder: Mapping[str, Any]) -> Schema:
    """Return the schema of a request's or an answer's JSON, empty where there is none."""
    content = holder.get("content", {})
    kinds = [one for one in content if one.partition(";")[0].strip().endswith(("/json", "+json"))]
    found: Schema = content[kinds[0]].get("schema", {}) if kinds else {}
    return found


def _parameters(operation: Operation, description: Description, walk: "_Walk") -> Iterator[Field]:
    shared = description.item(operation).get("parameters", [])
    own = description.entry(operation).get("parameters", [])
    # A parameter of the operation stands before the path's of the same name: the first counts.
    for one in map(description.resolved, (*own, *shared)):
        schema = description.resolved(one.get("schema", {}))
        yield Field(
            _IN[one["in"]],
            (one["name"],),
            description.spot(one, "name"),
            walk.kind(schema),
            one.get("required", False),
            one.get("deprecated", False),
            schema.get("default", ABSENT),
        )


def _credentials(entry: Mapping[str, Any], description: Description) -> Iterator[Field]:
    """Yield what carries a credential. Pages may leave it unsaid: the site says it of all."""
    document = description.document
    ways = entry.get("security", document.get("security", []))
    schemes = document.get("components", {}).get("securitySchemes", {})
    for name in dict.fromkeys(name for way in ways for name in way):
        scheme = description.resolved(schemes.get(name, {}))
        place, carrier = scheme.get("in", "header"), scheme.get("name", "Authorization")
        needed = all(name in way for way in ways)
        spot = description.spot(scheme)
        yield Field(_IN[place], (carrier,), spot, Kind(frozenset({"string"})), needed, tacit=True)


class _Walk:
    """Goes through schemas, with their references followed."""

    def __init__(self, description: Description) -> None:
        self._description = description

    def fields(self, schema: Schema, place: Place) -> Iterator[Field]:
        """Yield the fields of a body."""
        yield from self._within(schema, place, (), frozenset())

    def kind(self, schema: Schema, depth: int = 0) -> Kind:
        """Return what kind of value a schema describes."""
        names: set[str] = set()
        items: Kind | None = None
        for part, _ in self._parts(schema):
            names |= _named(part)
            if "items" in part and depth < _DEEPEST:
                items = self.kind(part["items"], depth + 1)
        words = sorted(names, key=lambda name: (name == "null", name))
        text = " or ".join(words) or "any"
        if items and items.names:
            text = text.replace("array", f"array of {items.words}")
        return Kind(frozenset(names), items, text)

    def _parts(
        self, schema: Schema, sure: bool = True, depth: int = 0
    ) -> Iterator[tuple[Schema, bool]]:
        """Yield a schema and what it is made of; ``sure`` is False for one of several choices."""
        schema = self._description.resolved(schema)
        yield schema, sure
        for keyword in ("allOf", "anyOf", "oneOf") if depth < _DEEPEST else ():
            for one in schema.get(keyword, ()):
                yield from self._parts(one, sure and keyword == "allOf", depth + 1)

    def _within(
        self, schema: Schema, place: Place, path: Path, seen: frozenset[int]
    ) -> Iterator[Field]:
        parts = list(self._parts(schema))
        if id(parts[0][0]) in seen:
            return  # it is within itself: what it has has been told
        seen |= {id(parts[0][0])}
        required = {name for part, sure in parts if sure for name in part.get("required", ())}
        for part, _ in parts:
            if "items" in part:
                yield from self._within(part["items"], place, items_of(path), seen)
            for name, inner in part.get("properties", {}).items():
                made = self._field(inner, place, (*path, name))
                spot = self._description.spot(part["properties"], name)
                yield replace(made, required=name in required, spot=spot)
                yield from self._within(inner, place, (*path, name), seen)

    def _field(self, schema: Schema, place: Place, path: Path) -> Field:
        whole = self._description.resolved(schema)
        parts = [part for part, _ in self._parts(schema)]
        free = any(part.get("additionalProperties") for part in parts)
        return Field(
            place,
            path,
            self._description.spot(whole),
            self.kind(schema),
            deprecated=whole.get("deprecated", False),
            default=whole.get("default", ABSENT),
            open=free or not self.kind(schema).names,
        )


def _named(schema: Schema) -> set[str]:
    given = schema.get("type")
    names = set(given if isinstance(given, list) else [given] if given else [])
    if not names:
        names |= {"object"} if "properties" in schema else set()
        names |= {"array"} if "items" in schema else set()
    if schema.get("nullable") is True:
        names.add("null")
    return names
