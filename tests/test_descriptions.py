"""What both descriptions keep to, so that every tool takes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from openapi import CONTRACT, CONTROL, contract_operations, load_contract

SCHEMAS = load_contract()["components"]["schemas"]
DESCRIPTIONS = pytest.mark.parametrize("path", [CONTRACT, CONTROL], ids=lambda path: path.stem)


@DESCRIPTIONS
def test_is_valid_openapi(path: Path) -> None:
    """Each description satisfies the OpenAPI specification."""
    validate(load_contract(path))


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


@DESCRIPTIONS
def test_generators_bear_the_aliases(path: Path) -> None:
    """The parser of YAML that Java's tools share refuses a file with more than fifty."""
    events = yaml.parse(path.read_text("utf-8"))
    assert sum(isinstance(one, yaml.AliasEvent) for one in events) < 50


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        ("ActiveCall", "sentiment"),
        ("ListedCall", "sentiment"),
        ("CallInsights", "sentiment"),
        ("TranscriptLine", "role"),
    ],
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
    assert not any("_" in one.id for one in contract_operations())
