"""The operations of a description, typed: what a request for each looks like, what it answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any

from openapi.documents import load_contract
from openapi.paths import PathTemplate
from openapi.references import resolved

__all__ = ["JSON", "Operation", "Operations", "Parameter", "RequestBody", "contract_operations"]

JSON = "application/json"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Parameter:
    """A parameter in the ``place`` path, query, header or cookie; headers in lower case."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class RequestBody:
    """What a request carries as JSON."""

    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method at one path; ``method`` is in upper case.

    ``id`` is method and path where the description gives none. ``optional`` says that an
    implementation may lack it. ``body`` is what a request carries as JSON.
    """

    id: str
    method: str
    path: PathTemplate
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    optional: bool
    responses: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def named(self, place: str, *, required: bool = False) -> list[str]:
        """Return the names of the parameters in ``place``: all, or those that are required."""
        return [p.name for p in self.parameters if p.place == place and p.required >= required]

    def schema(self, status: str = "200") -> Mapping[str, Any]:
        """Return the schema of the JSON that answers with ``status``; it may be a reference.

        Raises:
            KeyError: no such answer is described, or not as JSON.
        """
        found: Mapping[str, Any] = self.responses[status]["content"][JSON]["schema"]
        return found

    def examples(self, status: str = "200") -> Mapping[str, Any]:
        """Return the examples of the JSON that answers with ``status``, by their names.

        One that has no name has the empty one.
        """
        content = self.responses.get(status, {}).get("content", {}).get(JSON, {})
        named = {name: one["value"] for name, one in content.get("examples", {}).items()}
        return {"": content["example"]} if "example" in content else named


class Operations:
    """All operations of a description."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._by_id = {one.id: one for one in _read(document)}

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._by_id.values())

    def __getitem__(self, operation_id: str) -> Operation:
        return self._by_id[operation_id]

    @cached_property
    def by_path(self) -> dict[PathTemplate, dict[str, Operation]]:
        """The operations of each path by method; what is literal comes before what is not."""
        paths: dict[PathTemplate, dict[str, Operation]] = {}
        for one in sorted(self, key=lambda one: len(one.path.parameters)):
            paths.setdefault(one.path, {})[one.method] = one
        return paths

    def at(self, path: str) -> tuple[Mapping[str, Operation], dict[str, str]]:
        """Return the operations at a path by method, and its parameters, percent-encoded.

        Both are empty where there is none. ``path`` is as it is sent.
        """
        for template, operations in self.by_path.items():
            parameters = template.match(path)
            if parameters is not None:
                return operations, parameters
        return {}, {}

    def nearest(self, path: str) -> str | None:
        """Return the path template that ``path`` is most like, None where it is like none."""
        templates = [str(template) for template in self.by_path]
        # What has as many segments is meant rather than what has as many letters.
        alike = [one for one in templates if one.count("/") == path.count("/")]
        for candidates in (alike, templates):
            close = get_close_matches(path, candidates, n=1, cutoff=0.5)
            if close:
                return close[0]
        return None


def _read(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method in _METHODS:
            if method in item:
                yield _operation(document, path, method, item[method], shared)


def _operation(
    document: Mapping[str, Any],
    path: str,
    method: str,
    entry: Mapping[str, Any],
    shared: list[Mapping[str, Any]],
) -> Operation:
    # A parameter of the operation replaces the path's of the same name and place.
    parameters = [resolved(one, document) for one in (*shared, *entry.get("parameters", []))]
    by_name = {(one["name"], one["in"]): one for one in parameters}
    return Operation(
        id=entry.get("operationId", f"{method.upper()} {path}"),
        method=method.upper(),
        path=PathTemplate(path),
        parameters=tuple(_parameter(one, document) for one in by_name.values()),
        body=_body(entry, document),
        optional=entry.get("x-optional", False),
        responses={
            str(status): resolved(one, document) for status, one in entry["responses"].items()
        },
    )


def _parameter(entry: Mapping[str, Any], document: Mapping[str, Any]) -> Parameter:
    name = entry["name"].lower() if entry["in"] == "header" else entry["name"]
    schema = resolved(entry.get("schema", {}), document)
    return Parameter(name, entry["in"], entry.get("required", False), schema)


def _body(entry: Mapping[str, Any], document: Mapping[str, Any]) -> RequestBody | None:
    body = resolved(entry.get("requestBody", {}), document)
    if JSON not in body.get("content", {}):
        return None
    return RequestBody(body.get("required", False), body["content"][JSON].get("schema", {}))


@cache
def contract_operations() -> Operations:
    """Return the operations of the contract that is shipped."""
    return Operations(load_contract())
