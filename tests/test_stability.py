"""What others build on changes only where somebody has seen it, and said so."""

import re
from difflib import unified_diff
from pathlib import Path

import click
import pytest

from openapi import CONTRACT
from tests.stability.commands import parameter_line
from tests.stability.schemas import schema_lines
from tests.stability.surfaces import FOLDER, SURFACES, text

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", SURFACES)
def test_a_surface_is_what_was_promised(name: str) -> None:
    """Each line of it, in the file that `make surfaces` writes."""
    file = FOLDER / f"{name}.txt"
    kept, now = file.read_text("utf-8"), text(name)
    changed = [
        line
        for line in unified_diff(kept.splitlines(), now.splitlines(), lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]
    if changed:
        pytest.fail(
            f"{file.relative_to(ROOT)}, which docs/stability.md promises, has changed:\n"
            + "\n".join(changed)
            + "\nIf that is meant, accept it with `make surfaces`, and say it in CHANGELOG.md. "
            "What takes something away, or gives it another meaning, needs a new major version.",
            pytrace=False,
        )


def test_nothing_is_kept_that_is_no_surface() -> None:
    """A file that nobody compares promises nothing."""
    assert {file.stem for file in FOLDER.iterdir()} == {*SURFACES}


def test_the_page_names_every_surface() -> None:
    """With the file that has all of it."""
    page = (ROOT / "docs" / "stability.md").read_text("utf-8")
    linked = re.findall(r"\(\.\./tests/stability/surfaces/(\w+)\.txt\)", page)
    assert sorted(linked) == sorted(SURFACES)


def test_schemas_as_lines() -> None:
    """What there is, its kind, its bounds; what may not be there is not there."""
    schema = {
        "type": "object",
        "required": ["one", "zero"],
        "dependentRequired": {"four": ["one", "three"]},
        "maxProperties": 9,
        "additionalProperties": False,
        "properties": {
            "one": {"type": "array", "items": {"properties": {"two": {"enum": ["a", "b"]}}}},
            "some": {"type": "array", "items": {"type": "string", "maxLength": 3}},
            "three": {"$ref": "#/$defs/seconds"},
            "four": {"type": ["integer", "null"], "minimum": 1},
            "five": False,
            "six": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
            "seven": {
                "type": "object",
                "propertyNames": {"pattern": "^a"},
                "patternProperties": {"^x-": {"type": "string"}},
            },
        },
    }
    assert list(schema_lines(schema, "it")) == [
        "it: object (maxProperties 9, has zero, four needs one and three, nothing else)",
        "it.one: list of anything",
        "it.one[].two: a|b, may be absent",
        "it.some: list of string, may be absent",
        "it.some[]: string (maxLength 3)",
        "it.three: seconds, may be absent",
        "it.four: integer or null (minimum 1), may be absent",
        "it.six: number (minimum 0, exclusiveMinimum True), may be absent",
        "it.seven: object (names (pattern ^a)), may be absent",
        "it.seven./^x-/: string, may be absent",
    ]


def test_parameters_as_lines() -> None:
    """What must be said, what is said by default, and what is on unless it is turned off."""
    parameters = {
        "--flag/--no-flag, on by default": click.Option(["--flag/--no-flag"], default=True),
        "--flag": click.Option(["--flag"], is_flag=True),
        "--name TEXT, required": click.Option(["--name"], required=True),
        "--path TEXT, default /v2/x": click.Option(["--path"], default="/v2/x"),
        "--file FILE, default openapi/active-calls.yaml": click.Option(
            ["--file"], default=str(CONTRACT), metavar="FILE"
        ),
    }
    for line, parameter in parameters.items():
        assert parameter_line(parameter) == line.replace("/--no-flag", " --no-flag")
