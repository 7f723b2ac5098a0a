"""The same findings for people, for GitHub's annotations, and as SARIF."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel
from sarif_pydantic import Sarif

from contracts.drift.cli import command
from contracts.drift.findings import RULES
from openapi import CONTRACT
from tests.drift.running import page, run

HOSTILE = "::error::a%0A,b\x1b[31m\u202e"


@pytest.fixture(autouse=True)
def _pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with a page that differs, one with hostile text, and one that is broken."""
    monkeypatch.chdir(tmp_path)
    folder = Path("docs, new")
    folder.mkdir()
    text = page("end-call").replace('name="success" type="boolean"', 'name="success" type="string"')
    (folder / "end.mdx").write_text(text)
    hostile = page("get-call-insights").replace('name="summary"', f"name={HOSTILE!r}")
    Path("insights.mdx").write_text(hostile.replace("\\x1b", "\x1b").replace("\\u202e", "\u202e"))
    Path("broken.mdx").write_text("---\napi: GET /x\n---\n<ParamField path='x'>\n")
    Path("openapi.yaml").write_bytes(CONTRACT.read_bytes())


ALL = ("--contract", "openapi.yaml", "docs, new/end.mdx", "insights.mdx", "broken.mdx")
TYPE = "endCall: field of the response success: string on the page, boolean in the contract"


def line_of(file: str, text: str) -> int:
    """Return the first line of a file in which a text stands."""
    lines = Path(file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_people_get_lines_as_of_a_compiler(capsys: pytest.CaptureFixture[str]) -> None:
    """Page and line, the kind, what differs, and the line of the contract."""
    ran = run(capsys, *ALL)
    first, *_, last = ran.out.splitlines()
    contract = Path("openapi.yaml").read_text().split("    EndedCall:")[0].count("\n") + 1
    contract += (
        Path("openapi.yaml").read_text().split("    EndedCall:")[1].split("success:")[0].count("\n")
    )
    here = line_of("docs, new/end.mdx", 'name="success"')
    assert first == f"docs, new/end.mdx:{here}: type: {TYPE} (openapi.yaml:{contract})"
    assert last == "3 differences in 2 pages, 1 not read"
    assert ran.err == "active-calls-drift: error: broken.mdx:4: <ParamField> is never closed\n"
    assert ran.status == 2


@pytest.mark.parametrize("form", ["text", "github", "sarif"])
def test_nothing_that_a_page_holds_is_obeyed(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No control character comes through, and no line is what a page wanted it to be."""
    ran = run(capsys, "--format", form, *ALL)
    assert all(char.isprintable() or char == "\n" for char in ran.out + ran.err)
    assert not any(line.lstrip().startswith("::error::") for line in ran.out.splitlines())
    assert "\\u001b" in ran.out or "\\x1b" in ran.out


def test_github_marks_the_lines_of_files(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the page where it is one; names of files and texts are escaped."""
    ran = run(capsys, "--format", "github", *ALL)
    here = line_of("docs, new/end.mdx", 'name="success"')
    assert ran.out.splitlines()[0] == (
        "::error title=A page and the contract name different types,"
        f"file=docs%2C new/end.mdx,line={here}::{TYPE}"
    )
    [hostile] = [line for line in ran.out.splitlines() if "b\\x1b[31m\\u202e" in line]
    assert hostile.startswith("::error title=A page has something") and "a%250A" in hostile
    assert "::error title=A page could not be read,file=broken.mdx,line=4::" in ran.out
    assert ran.out.splitlines()[-1] == "3 differences in 2 pages, 1 not read"
    assert ran.status == 2


def extras(value: Any) -> Iterator[str]:
    """Yield each name in a document that the model of SARIF does not know."""
    if isinstance(value, BaseModel):
        yield from value.model_extra or ()
        for name in type(value).model_fields:
            yield from extras(getattr(value, name))
    elif isinstance(value, list):
        for one in value:
            yield from extras(one)


def test_sarif_is_what_its_readers_take(capsys: pytest.CaptureFixture[str]) -> None:
    """Every name is one of the format's, and every finding has its rule and its places."""
    ran = run(capsys, "--format", "sarif", *ALL)
    document = Sarif.model_validate_json(ran.out)
    # The standard has these (3.20.5, 3.20.21); the model is not complete.
    assert set(extras(document)) <= {"exitCode", "toolExecutionNotifications"}
    raw = json.loads(ran.out)
    [only] = raw["runs"]
    rules = [one["id"] for one in only["tool"]["driver"]["rules"]]
    assert rules == list(RULES)
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in only["results"])
    first = next(one for one in only["results"] if one["ruleId"] == "type")
    assert (first["level"], first["message"]["text"]) == ("error", TYPE)
    [at] = first["locations"]
    here = line_of("docs, new/end.mdx", 'name="success"')
    assert at["physicalLocation"] == {
        "artifactLocation": {"uri": "docs%2C%20new/end.mdx"},
        "region": {"startLine": here},
    }
    [related] = first["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "openapi.yaml"
    [invocation] = only["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    [notice] = invocation["toolExecutionNotifications"]
    assert notice["message"]["text"] == "broken.mdx:4: <ParamField> is never closed"
    # What page the broken one is cannot be known, nor then which operation has none.
    assert {one["level"] for one in only["results"]} == {"error"}
    [readable] = json.loads(run(capsys, "--format", "sarif", *ALL[:-1]).out)["runs"]
    notes = [one["ruleId"] for one in readable["results"] if one["level"] == "note"]
    assert notes == ["operation-without-page"] * 3


def test_a_difference_keeps_its_fingerprint(capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever on the page it stands; and each has its own."""

    def prints() -> list[str]:
        ran = run(capsys, "--format", "sarif", *ALL[:-1])
        return [
            one["partialFingerprints"]["difference/v1"]
            for one in json.loads(ran.out)["runs"][0]["results"]
        ]

    before = prints()
    file = Path("docs, new/end.mdx")
    file.write_text(file.read_text().replace("## Headers", "Some words.\n\n## Headers"))
    assert prints() == before and len(set(before)) == len(before)


@pytest.mark.parametrize("form", ["text", "github", "sarif"])
def test_a_file_gets_what_would_be_printed(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And the summary alone is printed; folders are made."""
    printed = run(capsys, "--format", form, *ALL)
    ran = run(capsys, "--format", form, "--output", "new/folder/out", *ALL)
    assert ran == (2, "3 differences in 2 pages, 1 not read\n", printed.err)
    assert Path("new/folder/out").read_text("utf-8") == printed.out


WRONG = [
    ([], "Missing argument 'PAGE...'."),
    (
        ["--format", "xml", "x"],
        "Invalid value for '--format': 'xml' is not one of 'text', 'github'",
    ),
    (["--timeout", "0", "x"], "Invalid value for '--timeout': 0.0 is not in the range"),
    (
        ["--max-bytes", "many", "x"],
        "Invalid value for '--max-bytes': 'many' is not a valid integer",
    ),
    (["--output", "--all", "x"], "--output: expected a value, got the option --all"),
    (["--output", ".", "x"], "--output: '.' cannot be written: Is a directory"),
    (["--contract", "gone.yaml", "x"], "--contract: 'gone.yaml' cannot be read: No such file"),
    (["--contract", ".", "x"], "--contract: '.' cannot be read: Is a directory"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_a_mistake_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the option, the value, and what would be right."""
    ran = run(capsys, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"active-calls-drift: error: {message}") and ran.err.count("\n") == 1


def test_options_come_from_the_environment_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As those of the other commands do, and under the names that the help gives."""
    for option in command.params:
        if isinstance(option, click.Option) and option.name != "version":
            name = option.opts[0].removeprefix("--").upper().replace("-", "_")
            assert option.envvar == f"ACTIVE_CALLS_DRIFT_{name}"
    monkeypatch.setenv("ACTIVE_CALLS_DRIFT_FORMAT", "github")
    assert run(capsys, "docs, new/end.mdx").out.startswith("::error ")


def test_a_reader_that_goes_away_is_no_difference() -> None:
    """The exit status stays that of the comparison, and nothing is said of the pipe."""
    command = f"{sys.executable} -m contracts.drift --format sarif 'docs, new/end.mdx'"
    done = subprocess.run(
        ["bash", "-c", f"{{ {command}; echo $? >&2; }} | head -c 1 >/dev/null"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CONTRACT.parents[1])},
    )
    assert done.stderr == "1\n"
