"""The examples that a page prints, held against the contract's schemas and its own examples."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from contracts.drift.contract_fields import json_of, success_of
from contracts.drift.description import Description
from contracts.drift.fields import Spot
from contracts.drift.findings import Finding
from contracts.drift.page import Example, Page
from openapi import Operation
from openapi.schemas import customary, draft4, rooted

__all__ = ["compare_examples"]

_View = Callable[[Mapping[str, Any]], dict[str, Any]]
_PLACES = 5  # in which two examples differ that are named; more are counted
_LONGEST = 60  # characters of a value that are shown


def compare_examples(
    page: Page, operation: Operation, description: Description
) -> Iterator[Finding]:
    """Yield what breaks the schema, is unusual, or is otherwise than the contract's own example."""
    for example in page.examples:
        holder = _holder(example, operation, description)
        make = _maker(page, example, operation.id, description.spot(holder))
        if example.error:
            yield make("example-unreadable", example.error)
        elif holder is _NOTHING:
            yield from _undescribed(example, make)
        else:
            yield from _judged(example, holder, description, make)


_NOTHING: Mapping[str, Any] = {}


def _holder(example: Example, operation: Operation, description: Description) -> Mapping[str, Any]:
    """Return what the contract says of the request or the answer that an example is of."""
    if example.place == "body":
        body = description.entry(operation).get("requestBody", _NOTHING)
        return description.resolved(body)
    status = success_of(operation) if example.status == "200" else example.status
    return operation.responses.get(status or "", _NOTHING)


def _maker(page: Page, example: Example, operation: str, spot: Spot) -> Callable[..., Finding]:
    of = "request" if example.place == "body" else f"answer {example.status or example.title}"

    def make(rule: str, text: str, subject: str = "") -> Finding:
        where = f"{of} {subject}".strip()
        return Finding(
            rule, operation, where, f"example of the {of}: {text}", page.spot(example.line), spot
        )

    return make


def _undescribed(example: Example, make: Callable[..., Finding]) -> Iterator[Finding]:
    if example.place == "body":
        yield make("contract-lacks", "the page prints it, the contract has no body in the request")
    elif example.status:
        text = f"the page prints it, the contract does not describe status {example.status}"
        yield make("contract-lacks", text)


def _judged(
    example: Example,
    holder: Mapping[str, Any],
    description: Description,
    make: Callable[..., Finding],
) -> Iterator[Finding]:
    schema = json_of(holder)
    broken = _errors(example.value, schema, description, draft4)
    for path, message in broken.items():
        yield make("example-breaks", f"{_where(path)}: {message}", _where(path))
    for path, message in _errors(example.value, schema, description, customary).items():
        if path not in broken:
            yield make("example-unusual", f"{_where(path)}: {message}", _where(path))
    ours = _examples(holder, description)
    if (
        example.succeeds
        and ours
        and json.dumps(example.value) not in map(json.dumps, ours.values())
    ):
        name, own = next(iter(ours.items()))
        yield make("example-differs", _difference(example.value, own, name))


def _errors(
    value: Any, schema: Mapping[str, Any], description: Description, view: _View
) -> dict[tuple[str | int, ...], str]:
    """Return what is wrong with a value under one view of a schema, by its path."""
    document = description.document
    is_30 = str(document["openapi"]).startswith("3.0")
    dialect = jsonschema_rs.Draft4Validator if is_30 else jsonschema_rs.Draft202012Validator
    validator = dialect(rooted(schema, document, view), validate_formats=True)
    return {tuple(one.instance_path): one.message for one in validator.iter_errors(value)}


def _examples(holder: Mapping[str, Any], description: Description) -> dict[str, Any]:
    """Return the contract's own examples by their names."""
    for media in holder.get("content", {}).values():
        if "example" in media:
            return {"": media["example"]}
        named = {n: description.resolved(one) for n, one in media.get("examples", {}).items()}
        if named:
            return {name: one["value"] for name, one in named.items() if "value" in one}
    return {}


def _difference(theirs: Any, ours: Any, name: str) -> str:
    places = list(_places(theirs, ours, ()))
    said = f"the contract's own {name}".rstrip()
    if not places:
        return f"the same values as in {said}, written otherwise or in another order"
    more = f", and {len(places) - _PLACES} more places" if len(places) > _PLACES else ""
    return f"otherwise than {said}: {'; '.join(places[:_PLACES])}{more}"


def _places(theirs: Any, ours: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield each place in which two values differ."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in {**ours, **theirs}:
            here = (*path, name)
            yield from _places(theirs.get(name, ...), ours.get(name, ...), here)
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            yield from _places(one, other, (*path, index))
    elif type(theirs) is not type(ours) or theirs != ours:
        yield f"{_where(path)} is {_shown(theirs)}, not {_shown(ours)}"


def _shown(value: Any) -> str:
    text = "absent" if value is ... else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _where(path: tuple[str | int, ...]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the whole"
