"""Each kind of difference is told, in both directions."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.drift.running import PAGES, differences, page, run

CHANGES = yaml.safe_load(Path(__file__).with_name("changes.yaml").read_text("utf-8"))
ROOM = '<ParamField path="roomName" type="string" required>'


@pytest.mark.parametrize("change", CHANGES, ids=[one["expected"][0] for one in CHANGES])
def test_each_kind_of_difference_is_told(
    change: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that are expected, and nothing else."""
    text = page(change["page"])
    assert text.count(change["old"]) == 1
    said = differences(text.replace(change["old"], change["new"]), tmp_path, capsys)
    lines = sorted(f"{rule}: {words}" for _, rule, words in said)
    starts = sorted(change["expected"])
    assert len(lines) == len(starts), lines
    assert all(map(str.startswith, lines, starts)), lines


def test_required_fields_of_answers_are_compared_once_a_page_marks_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page that marks none says nothing of it; one that marks some says something of all."""
    marked = page("end-call").replace(
        '<ResponseField name="success" type="boolean">',
        '<ResponseField name="success" type="boolean" required>',
    )
    said = differences(marked, tmp_path, capsys)
    assert {rule for _, rule, _ in said} == {"required"}
    assert {text.split(":")[0].split()[-1] for _, _, text in said} == {
        "message",
        "roomName",
        "endTime",
    }


def test_a_page_about_an_unknown_operation_is_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the nearest, or the methods that there are."""
    file = tmp_path / "page.mdx"
    for api, hint in {
        "GET /v2/api/active-calls/{roomName}/end-call": "of this path it has POST",
        "POST https://api.example.com/v2/api/active-calls/{roomName}/move": "the nearest path",
        "GET /else": "the contract has no such operation",
    }.items():
        file.write_text(f"---\napi: {api}\n---\n{ROOM}</ParamField>\n")
        ran = run(capsys, str(file))
        assert (ran.status, ran.err) == (1, "")
        assert f":2: operation-unknown: {api}: the page describes it" in ran.out and hint in ran.out


def test_operations_without_a_page_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Of one page nothing can be said, of several it is a note, of all it is a difference."""
    one, other = str(PAGES / "end-call.mdx"), str(PAGES / "get-active-call.mdx")
    assert run(capsys, one).out == "no differences in 1 page\n"
    several = run(capsys, one, other)
    assert (several.status, several.out.count(": note: ")) == (0, 3)
    assert (
        "note: listActiveCalls: GET /v2/api/active-calls: the contract has it, no page"
        in several.out
    )
    complete = run(capsys, "--all", one)
    assert (complete.status, complete.out.count(": operation-without-page: ")) == (1, 4)
