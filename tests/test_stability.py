"""What others build on changes only where somebody has seen it, and said so."""

import re
from difflib import unified_diff
from pathlib import Path

import pytest

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
        "required": ["one"],
        "additionalProperties": False,
        "properties": {
            "one": {"type": "array", "items": {"properties": {"two": {"enum": ["a", "b"]}}}},
            "three": {"$ref": "#/$defs/seconds"},
            "four": {"type": ["integer", "null"], "minimum": 1},
            "five": False,
        },
    }
    assert list(schema_lines(schema, "it")) == [
        "it: object (nothing else)",
        "it.one: list of anything",
        "it.one[].two: a|b, may be absent",
        "it.three: seconds, may be absent",
        "it.four: integer or null (minimum 1), may be absent",
    ]
