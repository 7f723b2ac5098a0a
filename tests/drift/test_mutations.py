"""Whatever one side has and the other has not is found, in both directions."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi import contract_operations, load_contract
from openapi.references import resolved
from tests.drift.running import differences, page

OPERATIONS = {one.id: one for one in contract_operations()}
NAMES = {"listActiveCalls": "list-active-calls", "getActiveCall": "get-active-call"}
NAMES |= {"getCallInsights": "get-call-insights", "endCall": "end-call"}
NAMES |= {"removeAgent": "remove-agent"}
TAG = re.compile(r"^ *<(?:ResponseField name|ParamField body)=\"(\w+)\" type=\"(\w+)\".*>$", re.M)


def described() -> Iterator[tuple[str, re.Match[str]]]:
    """Yield each tag of a field of a body, with its page."""
    for name in sorted(NAMES.values()):
        for tag in TAG.finditer(page(name)):
            yield name, tag


TAGS = pytest.mark.parametrize(
    ("name", "tag"), [pytest.param(n, t, id=f"{n}-{t[1]}-{t.start()}") for n, t in described()]
)


def without(text: str, tag: re.Match[str]) -> str:
    """Return a page without a tag, and what is within."""
    blanks = re.match(" *", tag[0])
    closing = f"\n{blanks[0] if blanks else ''}</"
    end = text.index("\n", text.index(closing, tag.end()) + 1)
    return text[: tag.start()] + text[end + 1 :]


@TAGS
def test_a_field_that_a_page_drops_is_found(
    name: str, tag: re.Match[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That the example goes on showing it makes it no documented field."""
    [(_, rule, text)] = differences(without(page(name), tag), tmp_path, capsys)
    assert rule == "page-lacks"
    assert re.match(rf"field of the \w+ (data\[\]\.)?{tag[1]} \(", text)


@TAGS
def test_a_field_of_another_type_is_found(
    name: str, tag: re.Match[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the types are; the line is that of the tag."""
    other = "number" if tag[2] != "number" else "string"
    changed = tag[0].replace(f'type="{tag[2]}"', f'type="{other}"')
    text = page(name)[: tag.start()] + changed + page(name)[tag.end() :]
    [(line, rule, said)] = differences(text, tmp_path, capsys)
    assert (line, rule) == (text.count("\n", 0, tag.start()) + 1, "type")
    assert f"{tag[1]}: {other} on the page, {tag[2]}" in said


@TAGS
def test_a_field_under_another_name_is_found_on_both_sides(
    name: str, tag: re.Match[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page has one that the contract lacks, and the other way round."""
    text = page(name).replace(f'"{tag[1]}"', '"renamed"')
    rules = {rule for _, rule, _ in differences(text, tmp_path, capsys)}
    assert {"contract-lacks", "page-lacks"} <= rules


def properties() -> Iterator[tuple[str, str, str]]:
    """Yield the operation, the schema and the name of each field that the contract has."""
    document = load_contract()

    def walk(operation: str, schema: Any, name: str) -> Iterator[tuple[str, str, str]]:
        name = schema.get("$ref", name).rpartition("/")[2]
        schema = resolved(schema, document)
        for field, inner in schema.get("properties", {}).items():
            yield operation, name, field
            yield from walk(operation, inner.get("items", {}), "")

    for one in OPERATIONS.values():
        yield from walk(one.id, one.schema(), "")
        if one.body:
            yield from walk(one.id, one.body.schema, "")


@pytest.mark.parametrize(("operation", "schema", "field"), list(properties()))
def test_a_field_that_the_contract_drops_is_found(
    operation: str, schema: str, field: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where only the example shows it."""
    document = load_contract()
    at = document["components"]["schemas"][schema]
    del at["properties"][field]
    at["required"] = [name for name in at["required"] if name != field] or ["unknown"]
    if at["required"] == ["unknown"]:
        del at["required"]
    file = tmp_path / "contract.yaml"
    file.write_text(yaml.safe_dump(document))
    name = NAMES[operation]
    lacks = [
        text
        for _, rule, text in differences(page(name), tmp_path, capsys, "--contract", str(file))
        if rule == "contract-lacks"
    ]
    assert len(lacks) == 1 and re.match(rf"field of the \w+ (\w+\[\]\.)*{field}[ :]", lacks[0])
