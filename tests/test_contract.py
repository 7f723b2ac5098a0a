"""The contract says what the documented page says, no less and no more."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from contracts.judging.bodies import Schemas
from openapi import CONTRACT, CONTROL, load_contract

PAGE = Path(__file__).parent.joinpath("fixtures", "documented-page.mdx").read_text("utf-8")
EXAMPLE = json.loads(PAGE.partition("```json")[2].partition("```")[0])


def tags(kind: str) -> list[dict[str, str]]:
    """Return the attributes of the page's tags of a kind; a bare attribute is its own value."""
    found = re.findall(rf"<{kind} ([^>]*)>", PAGE)
    return [
        {name: value or name for name, value in re.findall(r'([\w-]+)(?:="([^"]*)")?', attributes)}
        for attributes in found
    ]


PARAMETERS, FIELDS = tags("ParamField"), tags("ResponseField")
CONTRACT_DOCUMENT = load_contract()
SCHEMAS = CONTRACT_DOCUMENT["components"]["schemas"]
OPERATION = CONTRACT_DOCUMENT["paths"]["/v2/api/active-calls/{roomName}"]["get"]
DESCRIPTIONS = pytest.mark.parametrize("path", [CONTRACT, CONTROL], ids=lambda path: path.stem)


def declared_parameters() -> list[dict[str, Any]]:
    """Return the operation's parameters with their references followed."""
    parameters = CONTRACT_DOCUMENT["components"]["parameters"]
    return [parameters[p["$ref"].rpartition("/")[2]] for p in OPERATION["parameters"]]


@DESCRIPTIONS
def test_is_valid_openapi(path: Path) -> None:
    """Each description satisfies the OpenAPI specification."""
    validate(load_contract(path))


def test_every_documented_parameter_is_declared_and_no_other() -> None:
    """Parameters, their places, types and necessity are the page's."""
    documented = {
        (tag.get("header") or tag["path"], "header" if "header" in tag else "path", tag["type"],
         "required" in tag)
        for tag in PARAMETERS
    }  # fmt: skip
    declared = {
        (p["name"], p["in"], p["schema"]["type"], p["required"]) for p in declared_parameters()
    }
    assert declared == documented


def test_every_documented_field_is_declared_and_no_other() -> None:
    """Fields and their types are the page's."""
    declared = {
        name: schema["type"] for name, schema in SCHEMAS["ActiveCall"]["properties"].items()
    }
    assert declared == {tag["name"]: tag["type"] for tag in FIELDS}


def test_only_the_field_that_may_be_unavailable_is_optional() -> None:
    """Every documented field is required, but for the customer's name."""
    optional = {"customerName"}
    assert set(SCHEMAS["ActiveCall"]["required"]) == {tag["name"] for tag in FIELDS} - optional
    assert SCHEMAS["ActiveCall"]["properties"]["customerName"]["nullable"] is True


@pytest.mark.parametrize(
    ("field", "schema"), [("transcript", "TranscriptLine"), ("participants", "Participant")]
)
def test_items_have_the_fields_that_the_page_shows(field: str, schema: str) -> None:
    """What an item of a list must have is what the page prints of one."""
    shown = set(EXAMPLE[field][0])
    assert set(SCHEMAS[schema]["properties"]) == shown
    assert set(SCHEMAS[schema]["required"]) == shown


def test_example_is_the_pages_own() -> None:
    """The example named `documented` is the page's to the letter, order included."""
    examples = OPERATION["responses"]["200"]["content"]["application/json"]["examples"]
    assert json.dumps(examples["documented"]["value"]) == json.dumps(EXAMPLE)


def test_example_satisfies_what_binds_and_what_is_customary() -> None:
    """The page's example breaks neither the schema nor the advisory."""
    schemas = Schemas()
    assert schemas.breaches(EXAMPLE) == []
    assert schemas.unusual(EXAMPLE) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", "665A1B2C3D4E5F6A7B8C9D0E"),
        ("customerPhone", "(415) 555-1234"),
        ("sentiment", "thrilled"),
        ("transcript.0.role", "assistant"),
        ("participants.0.joinedAt", "2024-06-01T12:00:00+02:00"),
        ("participants.0.identity", "bot-7"),
    ],
)
def test_what_only_the_example_shows_is_customary(path: str, value: str) -> None:
    """A value of another form than the example's is unusual, and keeps the contract."""
    body = json.loads(json.dumps(EXAMPLE))
    *steps, last = path.split(".")
    at: Any = body
    for step in steps:
        at = at[int(step) if step.isdigit() else step]
    at[last] = value
    schemas = Schemas()
    assert schemas.breaches(body) == []
    assert len(schemas.unusual(body)) == 1


def test_errors_are_declared() -> None:
    """The statuses that the API names have the envelope; all others may look as they like."""
    responses = OPERATION["responses"]
    assert set(responses) == {"200", "400", "401", "403", "404", "429", "default"}
    assert "Retry-After" in responses["429"]["headers"]
    assert "content" not in responses["default"]


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping of a description."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from nodes(inner)


@DESCRIPTIONS
def test_generators_get_exact_answers(path: Path) -> None:
    """No range of statuses and no media type with an asterisk: several generators refuse them."""
    for node in nodes(load_contract(path)):
        assert not any("*/" in media for media in node.get("content", {}))
        statuses = set(node.get("responses", {})) if "operationId" in node else set()
        assert all(status == "default" or status.isdigit() for status in statuses)


@DESCRIPTIONS
def test_generators_see_which_objects_are_open(path: Path) -> None:
    """An object without fields says what it may hold: TypeScript takes it for empty otherwise."""
    for node in nodes(load_contract(path)):
        if node.get("type") == "object":
            assert "properties" in node or "additionalProperties" in node, node


@DESCRIPTIONS
def test_generators_keep_the_names(path: Path) -> None:
    """No schema has the name of a class that languages have, and a title is the name in words.

    Some generators name a type by its title.
    """
    schemas = load_contract(path)["components"]["schemas"]
    assert schemas.keys().isdisjoint({"Error", "Headers", "Request", "Response"})
    assert {name: one["title"].title().replace(" ", "") for name, one in schemas.items()} == {
        name: name for name in schemas
    }


@pytest.mark.parametrize(
    ("schema", "field"), [("ActiveCall", "sentiment"), ("TranscriptLine", "role")]
)
def test_open_values_are_plain_text_with_an_example(schema: str, field: str) -> None:
    """The page does not list the values, so that no type of a client may be an enumeration."""
    described = SCHEMAS[schema]["properties"][field]
    assert described["type"] == "string" and "enum" not in described
    assert described["example"] in described["x-advisory"]["enum"]


def test_contract_names_no_implementation() -> None:
    """The contract is not tied to Python, and holds nothing that Connexion would render."""
    text = CONTRACT.read_text("utf-8")
    assert "x-openapi-router-controller" not in text
    assert "{{" not in text
    assert "_" not in OPERATION["operationId"]
