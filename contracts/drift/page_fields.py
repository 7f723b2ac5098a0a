"""What a page says of fields: by its tags, and by what its examples show beyond them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.drift.fields import Field, Key, Path, Place, items_of, keyed
from contracts.drift.kinds import Kind
from contracts.drift.page import Described, Page

__all__ = ["fields_of_page"]

_ARRAY = Kind(frozenset({"array"}))
_BODIES: tuple[Place, ...] = ("body", "response")


def fields_of_page(page: Page) -> dict[Key, Field]:
    """Return every field that the page describes, and every one that only its examples show."""
    fields: list[Field] = []
    shown: list[Field] = []
    # A page that marks no field of an answer as required says nothing of the others.
    marks = any(one.required for one in _all(page.described) if one.place == "response")
    for place in ("header", "path", "query", "cookie", *_BODIES):
        roots = [one for one in page.described if one.place == place]
        samples: list[tuple[int, Any]] = []
        if place in ("body", "response"):
            samples = [(one.line, one.value) for one in page.success(place)]
            roots = _nested(roots, [value for _, value in samples])
        fields += _walk(page, roots, (), marks)
        for line, value in samples:
            shown += _shown(page, place, value, (), line)
    told = sorted(fields, key=lambda one: one.kind is None)  # implied ones after all others
    return keyed([*told, *shown])


def _all(described: Sequence[Described]) -> Iterator[Described]:
    for one in described:
        yield one
        yield from _all(one.within)


@dataclass
class _Level:
    """Where fields are listed, and the objects that the examples have there."""

    fields: list[Described] = field(default_factory=list)
    objects: list[dict[str, Any]] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return any(name in one for one in self.objects)


def _nested(roots: Sequence[Described], samples: list[Any]) -> list[Described]:
    """Return the fields with those nested that a page lists flat, after what they are within.

    The examples tell: a field that none has at the top, and one has within the object or array
    that was listed before it, belongs there. One that none has is beside the one before it.
    """
    levels = [_Level([], _objects(samples))]
    at = 0
    for root in roots:
        one = replace(root, within=list(root.within))
        name = one.parts[0].removesuffix("[]")
        order = [0, *range(len(levels) - 1, 0, -1)]
        at = next((n for n in order if levels[n].has(name)), at) if len(one.parts) == 1 else 0
        level = levels[at]
        level.fields.append(one)
        del levels[at + 1 :]
        if len(one.parts) == 1 and not one.within:
            inner = _objects([each[name] for each in level.objects if name in each])
            levels.append(_Level(one.within, inner))
    return levels[0].fields


def _objects(values: list[Any]) -> list[dict[str, Any]]:
    """Return the objects among some values, and among the items of arrays."""
    found: list[dict[str, Any]] = []
    for value in values:
        if isinstance(value, dict):
            found.append(value)
        elif isinstance(value, list):
            found += _objects(value)
    return found


def _walk(page: Page, nodes: Sequence[Described], before: Path, marks: bool) -> Iterator[Field]:
    for node in nodes:
        spot, within = page.spot(node.line), before
        *outer, last = node.parts
        for part in outer:  # of data[].id, data is said to be there, too
            if name := part.removesuffix("[]"):
                yield Field(node.place, (*within, name), spot)
            within = (*within, part)
        kind = node.kind or (_ARRAY if last.endswith("[]") else None)
        path = (*within, last.removesuffix("[]"))
        required = node.required or node.place == "path"
        yield Field(
            node.place,
            path,
            spot,
            kind,
            required if marks or node.place != "response" else None,
            node.deprecated,
            node.default,
        )
        is_array = kind is not None and "array" in kind.names
        yield from _walk(page, node.within, items_of(path) if is_array else path, marks)


def _shown(page: Page, place: Place, value: Any, path: Path, line: int) -> Iterator[Field]:
    if isinstance(value, list):
        for item in value:
            yield from _shown(page, place, item, items_of(path), line)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield Field(place, (*path, name), page.spot(line), shown=True)
            yield from _shown(page, place, inner, (*path, name), line)
