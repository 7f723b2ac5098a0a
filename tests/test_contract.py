"""The contract says what the documented pages say, no less and no more."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts.drift.fields import Field
from contracts.drift.page import Page, read_page
from contracts.drift.page_fields import fields_of_page
from openapi import Operation, contract_operations
from openapi.references import resolved
from openapi.schemas import compiled, customary

OPERATIONS = contract_operations()
# What need not be there. The page says so of the name ("if available"); and before anything has
# been said, there is no newest line.
OPTIONAL = {
    ("listActiveCalls", "data.customerName"),
    ("listActiveCalls", "data.lastMessage"),
    ("getActiveCall", "customerName"),
}
# Their pages are in the vendor's format, each named as its operation in words.
PAGES = {
    "listActiveCalls": "list-active-calls",
    "getActiveCall": "get-active-call",
    "getCallInsights": "get-call-insights",
    "endCall": "end-call",
    "removeAgent": "remove-agent",
}
EACH = pytest.mark.parametrize("operation", list(OPERATIONS), ids=lambda operation: operation.id)


def page_of(operation: Operation) -> Page:
    """Return the page of an operation."""
    file = Path(__file__).parent / "fixtures" / "pages" / f"{PAGES[operation.id]}.mdx"
    return read_page(file.read_text("utf-8"), file.name)


def documented(operation: Operation, *places: str) -> list[Field]:
    """Return what the tags of an operation's page say of some places."""
    fields = fields_of_page(page_of(operation)).values()
    return [one for one in fields if one.place in places and not one.shown]


def example_of(operation: Operation) -> Any:
    """Return the answer that the page prints."""
    [example] = page_of(operation).success("response")
    return example.value


def follow(schema: Any) -> Any:
    """Return a schema with its reference followed."""
    return resolved(schema, OPERATIONS.document)


def declared(schema: Any, within: str = "") -> Iterator[tuple[str, str, bool]]:
    """Yield each field of a schema: its name with those around it, its type, its necessity."""
    schema = follow(schema)
    for name, inner in schema.get("properties", {}).items():
        one = follow(inner)
        yield within + name, one["type"], name in schema.get("required", ())
        yield from declared(one.get("items", one), f"{within}{name}.")


def shown(value: Any, within: str = "") -> Iterator[str]:
    """Yield the name of each field of a body, with those around it."""
    for item in value if isinstance(value, list) else [value]:
        for name, inner in item.items() if isinstance(item, dict) else ():
            yield within + name
            yield from shown(inner, f"{within}{name}.")


@EACH
def test_every_operation_has_a_page(operation: Operation) -> None:
    """The page names its method and its path."""
    page = page_of(operation)
    assert (page.method, page.path) == (operation.method, operation.path.text)


@EACH
def test_every_documented_parameter_is_declared_and_no_other(operation: Operation) -> None:
    """Parameters, their places, types and necessity are the page's."""
    assert {(p.place, p.name, p.schema["type"], p.required) for p in operation.parameters} == {
        (one.place, one.name, kind(one), one.required)
        for one in documented(operation, "path", "query", "header", "cookie")
    }


def kind(field: Field) -> str:
    """Return the type that a page gives a field."""
    assert field.kind
    return field.kind.words


@EACH
def test_every_documented_field_of_a_request_is_declared_and_no_other(operation: Operation) -> None:
    """A request has a body where the page lists fields of one, and with these fields."""
    fields = {(one.name, kind(one), one.required) for one in documented(operation, "body")}
    assert set(declared(operation.body.schema) if operation.body else ()) == fields
    assert operation.body is None or operation.body.required


@EACH
def test_every_documented_field_of_an_answer_is_declared_and_no_other(operation: Operation) -> None:
    """Fields and their types are the page's: of those that its tags list, and that it prints."""
    ours = {name: type_ for name, type_, _ in declared(operation.schema())}
    listed = {one.name.replace("[]", ""): kind(one) for one in documented(operation, "response")}
    assert {name: ours.get(name) for name in listed} == listed
    assert set(ours) == {*listed, *shown(example_of(operation))}


@EACH
def test_what_is_optional_is_what_may_be_unavailable(operation: Operation) -> None:
    """Everything else is required, in answers; and what is optional may be null as well."""
    optional = {name for name, _, required in declared(operation.schema()) if not required}
    assert optional == {name for id_, name in OPTIONAL if id_ == operation.id}
    body = copy.deepcopy(example_of(operation))
    for name in optional:
        holder = body["data"][0] if operation.id == "listActiveCalls" else body
        holder[name.rpartition(".")[2]] = None
    assert breaches(operation, body) == []


@EACH
def test_example_is_the_pages_own(operation: Operation) -> None:
    """The example named `documented` is the page's to the letter, order included."""
    ours = operation.examples()["documented"]
    assert json.dumps(ours) == json.dumps(example_of(operation))


def breaches(operation: Operation, body: Any) -> list[jsonschema_rs.ValidationError]:
    """Return what breaks the schema of an operation's answer."""
    return list(compiled(operation.schema(), OPERATIONS.document).iter_errors(body))


def unusual(operation: Operation, body: Any) -> list[jsonschema_rs.ValidationError]:
    """Return what is against the advisories in that schema."""
    schema = compiled(operation.schema(), OPERATIONS.document, customary)
    return list(schema.iter_errors(body))


@EACH
def test_example_satisfies_what_binds_and_what_is_customary(operation: Operation) -> None:
    """The page's example breaks neither the schema nor the advisory."""
    assert breaches(operation, example_of(operation)) == []
    assert unusual(operation, example_of(operation)) == []


def changed(operation: Operation, path: str, value: Any) -> Any:
    """Return the page's example with another value at a path such as `data.0.id`."""
    body = copy.deepcopy(example_of(operation))
    *steps, last = path.split(".")
    at: Any = body
    for step in steps:
        at = at[int(step) if step.isdigit() else step]
    at[int(last) if last.isdigit() else last] = value
    return body


@pytest.mark.parametrize(
    ("id_", "path", "value"),
    [
        ("getActiveCall", "id", "665A1B2C3D4E5F6A7B8C9D0E"),
        ("getActiveCall", "customerPhone", "(415) 555-1234"),
        ("getActiveCall", "sentiment", "thrilled"),
        ("getActiveCall", "transcript.0.role", "assistant"),
        ("getActiveCall", "participants.0.joinedAt", "2024-06-01T12:00:00+02:00"),
        ("getActiveCall", "participants.0.identity", "bot-7"),
        ("listActiveCalls", "data.0.id", "1"),
        ("listActiveCalls", "data.0.customerPhone", "4155551234"),
        ("listActiveCalls", "data.0.sentiment", "Unknown"),
        ("listActiveCalls", "data.0.participants.0.identity", "web-agent"),
        ("listActiveCalls", "data.0.participants.1.joinedAt", "2024-06-01T10:00:01Z"),
        ("listActiveCalls", "timestamp", "2024-06-01T10:02:25Z"),
        ("getCallInsights", "sentiment", "mixed"),
        ("endCall", "endTime", "2024-06-01T12:05:00.000+02:00"),
        ("removeAgent", "mutedTracks.0", "track-1"),
    ],
)
def test_what_only_the_example_shows_is_customary(id_: str, path: str, value: str) -> None:
    """A value of another form than the example's is unusual, and keeps the contract."""
    body = changed(OPERATIONS[id_], path, value)
    assert breaches(OPERATIONS[id_], body) == []
    assert len(unusual(OPERATIONS[id_], body)) == 1


@pytest.mark.parametrize(
    ("id_", "path", "value"),
    [
        ("getActiveCall", "participants.0.joinedAt", "yesterday"),
        ("listActiveCalls", "data.0.status", "ringing"),
        ("listActiveCalls", "data.0.type", "fax"),
        ("listActiveCalls", "data.0.participants.0.joinedAt", 1717236000),
        ("listActiveCalls", "timestamp", "10:02"),
        ("listActiveCalls", "count", "1"),
        ("getCallInsights", "topics.0", {"name": "billing"}),
        ("endCall", "endTime", 1717236300),
        ("endCall", "success", "true"),
        ("removeAgent", "mutedTracks.0", None),
    ],
)
def test_what_the_page_states_binds(id_: str, path: str, value: Any) -> None:
    """The words of a page and the types of what it lists are no matter of custom."""
    assert len(breaches(OPERATIONS[id_], changed(OPERATIONS[id_], path, value))) == 1


def test_only_the_siblings_may_be_missing() -> None:
    """The contract is about one operation; an implementation may lack the others."""
    assert {one.id for one in OPERATIONS if not one.optional} == {"getActiveCall"}


@EACH
def test_errors_are_declared(operation: Operation) -> None:
    """The statuses that the API names have the envelope; all others may look as they like."""
    named = {"400", "401", "403", "404", "429"} - (
        {"404"} if not operation.named("path") else set()
    )
    assert set(operation.responses) == {"200", *named, "default"}
    assert "Retry-After" in operation.responses["429"]["headers"]
    assert "content" not in operation.responses["default"]
    for status in named:
        assert not list(
            compiled(operation.schema(status), OPERATIONS.document).iter_errors(
                operation.examples(status)[""]
            )
        )


@EACH
def test_the_key_is_left_to_the_implementation(operation: Operation) -> None:
    """It may be asked for, and need not be."""
    item = OPERATIONS.document["paths"][operation.path.text]
    assert item[operation.method.lower()]["security"] == [{}, {"apiKey": []}]
