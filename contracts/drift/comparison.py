"""A page held against the contract, field by field, in both directions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from contracts.drift.contract_fields import fields_of_contract
from contracts.drift.description import Description
from contracts.drift.examples import compare_examples
from contracts.drift.fields import ABSENT, Field, Key, Spot, ancestors
from contracts.drift.findings import Finding
from contracts.drift.page import Page
from contracts.drift.page_fields import fields_of_page
from openapi import Operation

__all__ = ["compare", "find_operation", "unknown", "without_page"]

_Fields = Mapping[Key, Field]
# OpenAPI leaves them to the media types.
_UNDECLARED = {("header", (name,)) for name in ("accept", "content-type")}


def find_operation(page: Page, description: Description) -> Operation | None:
    """Return the operation that a page is about, None where the contract has none.

    The page may name it with a host, and the contract's servers may have a path of their own.
    """
    path = _path(page)
    bases = [urlsplit(one.get("url", "")).path for one in description.document.get("servers", ())]
    paths = [path, *(path.removeprefix(base) for base in bases if base.strip("/"))]
    for one in map(_form, paths):
        for operation in description.operations:
            if (operation.method, _form(operation.path.text)) == (page.method, one):
                return operation
    return None


def _path(page: Page) -> str:
    """Return the path that a page names, without the host that it may name as well."""
    if "://" in page.path:
        return urlsplit(page.path).path
    return page.path if page.path.startswith("/") else f"/{page.path.partition('/')[2]}"


def _form(path: str) -> list[str]:
    """Return the segments of a path, with the parameters' names left out."""
    segments = path.rstrip("/").split("/")
    return ["{}" if one.startswith((":", "{")) else one for one in segments]


def unknown(page: Page, description: Description) -> Finding:
    """Return what is to be said of a page about an operation that the contract does not have."""
    asked, path = f"{page.method} {page.path}", _path(page)
    there = [one.method for one in description.operations if _form(one.path.text) == _form(path)]
    near = description.operations.nearest(path)
    text = f"{asked}: the page describes it, the contract has no such operation"
    if there:
        text += f"; of this path it has {', '.join(there)}"
    elif near:
        text += f"; the nearest path that it has is {near}"
    paths = description.spot(description.document, "paths")
    return Finding("operation-unknown", asked, "", text, page.spot(page.line), paths)


def without_page(
    covered: Iterable[str], description: Description, *, counts: bool
) -> Iterator[Finding]:
    """Yield each operation of the contract whose id is not among those ``covered``."""
    known = set(covered)
    for operation in description.operations:
        if operation.id not in known:
            asked = f"{operation.method} {operation.path}"
            text = f"{operation.id}: {asked}: the contract has it, no page was given"
            spot = description.spot(description.item(operation), operation.method.lower())
            yield Finding(
                "operation-without-page", operation.id, "", text, None, spot, counts=counts
            )


def compare(page: Page, operation: Operation, description: Description) -> list[Finding]:
    """Return every difference between a page and the contract's operation."""
    ours, theirs = fields_of_contract(operation, description), fields_of_page(page)
    top = description.spot(description.entry(operation))
    found = [
        *_lacking_in_contract(operation.id, theirs, ours, top),
        *_lacking_on_page(operation.id, theirs, ours, page),
        *compare_examples(page, operation, description),
    ]
    for key in theirs.keys() & ours.keys():
        found += _differences(operation.id, theirs[key], ours[key])
    return sorted(found, key=lambda one: (one.page.line if one.page else 0, one.rule, one.subject))


def _lacking_in_contract(
    operation: str, theirs: _Fields, ours: _Fields, top: Spot
) -> Iterator[Finding]:
    """Yield what the page has and the contract has not; of a whole object, the object alone."""
    for key, field in theirs.items():
        around = [ours.get(one) for one in ancestors(key)]
        if key in ours or key in _UNDECLARED or any(one is None or one.open for one in around):
            continue
        says = "the page's example shows it" if field.shown else "the page has it"
        text = f"{field.words}: {says}, the contract does not"
        spot = around[-1].spot if around and around[-1] else top
        yield Finding("contract-lacks", operation, _subject(field), text, field.spot, spot)


def _lacking_on_page(
    operation: str, theirs: _Fields, ours: _Fields, page: Page
) -> Iterator[Finding]:
    """Yield what the contract has and the page has not.

    What only the example shows counts as said, unless the page lists others beside it.
    """
    listed = {(place, path[:-1]) for (place, path), one in theirs.items() if not one.shown}
    for key, field in ours.items():
        if field.tacit or any(one not in theirs for one in ancestors(key)):
            continue
        place, path = key
        if key not in theirs:
            text = f"{field.words}: the contract has it, the page does not"
        elif theirs[key].shown and (place, path[:-1]) in listed:
            text = f"{field.words}: the page does not list it, only its example shows it"
        else:
            continue
        spot = theirs[key].spot if key in theirs else page.spot(page.line)
        yield Finding("page-lacks", operation, _subject(field), text, spot, field.spot)


def _subject(field: Field) -> str:
    return f"{field.place} {field.name}"


def _differences(operation: str, theirs: Field, ours: Field) -> Iterator[Finding]:
    """Yield in what a field that both have differs. ``theirs`` is the page's."""
    if theirs.shown:
        return  # the example as a whole is held against the schema

    def differs(rule: str, theirs_says: str, ours_says: str) -> Finding:
        subject = replace(ours, kind=None, required=None).words
        text = f"{subject}: {theirs_says} on the page, {ours_says} in the contract"
        return Finding(rule, operation, _subject(ours), text, theirs.spot, ours.spot)

    if theirs.kind and ours.kind and not theirs.kind.agrees(ours.kind):
        yield differs("type", theirs.kind.words, ours.kind.words)
    if theirs.required is not None and theirs.required != ours.required:
        yield differs("required", _required(theirs), _required(ours))
    if theirs.deprecated != ours.deprecated:
        yield differs("deprecated", _deprecated(theirs), _deprecated(ours))
    if _default(theirs) != _default(ours):
        yield differs("default", _default(theirs), _default(ours))


def _required(field: Field) -> str:
    return "required" if field.required else "optional"


def _deprecated(field: Field) -> str:
    return "deprecated" if field.deprecated else "not deprecated"


def _default(field: Field) -> str:
    """Return a default in words; a page may write 10 as text or as a number."""
    if field.default is ABSENT:
        return "no default"
    if isinstance(field.default, str):
        return f"the default {field.default}"
    return f"the default {json.dumps(field.default, default=str)}"
