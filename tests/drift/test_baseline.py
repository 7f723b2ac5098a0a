"""What is known to differ is told from what is new, night after night."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.drift.running import Ran, page
from tests.drift.running import run as run_drift

SUCCESS = 'name="success" type="{}"'
TYPE = {"rule": "type", "operation": "endCall", "subject": "response success"}
SUMMARY = {"rule": "contract-lacks", "operation": "getCallInsights", "subject": "response mood"}
HEAD = {"format": "active-calls-drift baseline", "version": 1}


@pytest.fixture(autouse=True)
def _pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with a page of two on which a type differs."""
    monkeypatch.chdir(tmp_path)
    Path("insights.mdx").write_text(page("get-call-insights"))
    differ()


def differ(kind: str = "string") -> None:
    """Write the page of the command with another type."""
    text = page("end-call").replace(SUCCESS.format("boolean"), SUCCESS.format(kind))
    Path("end.mdx").write_text(text)


def differ_more() -> None:
    """Let the other page have a field that the contract lacks."""
    summary = '<ResponseField name="summary"'
    mood = f'<ResponseField name="mood" type="string">\n</ResponseField>\n\n{summary}'
    Path("insights.mdx").write_text(page("get-call-insights").replace(summary, mood, 1))


def run(capsys: pytest.CaptureFixture[str], *options: str) -> Ran:
    """Compare both pages."""
    return run_drift(capsys, *options, "end.mdx", "insights.mdx")


def entries(name: str = "known.json") -> Any:
    """Return what a baseline lists."""
    whole = json.loads(Path(name).read_text("utf-8"))
    assert {part: whole[part] for part in HEAD} == HEAD
    return whole["differences"]


def test_what_is_listed_counts_no_longer(capsys: pytest.CaptureFixture[str]) -> None:
    """Until something else differs, which alone fails; the run that lists it fails too."""
    assert run(capsys, "--write-baseline", "known.json").status == 1
    assert entries() == [TYPE]
    ran = run(capsys, "--baseline", "known.json")
    assert ran.status == 0
    assert ran.out.splitlines()[-1] == "no differences in 2 pages, 1 known (baseline)"
    [known] = [line for line in ran.out.splitlines() if ": known: " in line]
    assert known.startswith("end.mdx:") and "string on the page, boolean in the contract" in known
    differ_more()
    ran = run(capsys, "--baseline", "known.json", "--write-baseline", "known.json")
    assert ran.status == 1
    assert ran.out.splitlines()[-1] == "1 difference in 2 pages, 1 known (baseline)"
    assert entries() == [TYPE, SUMMARY]
    assert run(capsys, "--baseline", "known.json").status == 0


def test_what_differs_no_longer_is_mended(capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, in the words of the verifier, and written anew its entry is gone."""
    run(capsys, "--write-baseline", "known.json")
    differ("boolean")
    ran = run(capsys, "--baseline", "known.json", "--write-baseline", "known.json")
    assert ran.status == 0
    *_, mended, last = ran.out.splitlines()
    assert mended == "mended since the baseline: type: endCall: response success"
    assert last == "no differences in 2 pages, 1 mended since the baseline"
    assert entries() == []


def test_what_was_not_compared_is_not_mended(capsys: pytest.CaptureFixture[str]) -> None:
    """Its entry stays; and where a page could not be read, no list is written."""
    run(capsys, "--write-baseline", "known.json")
    both = ("--baseline", "known.json", "--write-baseline", "known.json")
    ran = run_drift(capsys, *both, "insights.mdx")
    assert (ran.status, ran.out) == (0, "no differences in 1 page\n")
    assert entries() == [TYPE]
    Path("end.mdx").unlink()
    ran = run(capsys, *both)
    assert ran.status == 2 and "mended" not in ran.out
    assert ran.err.endswith("known.json was not written: not every page could be read\n")
    assert entries() == [TYPE]


def test_operations_and_pages_that_lack_each_other_can_be_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With --all, which says that these are all pages."""
    new = page("end-call").replace("/end-call", "/hold-call")
    Path("new.mdx").write_text(new)
    pages = ("end.mdx", "insights.mdx", "new.mdx")
    assert run_drift(capsys, "--all", "--write-baseline", "known.json", *pages).status == 1
    rules = [one["rule"] for one in entries()]
    assert rules.count("operation-without-page") == 3 and rules.count("operation-unknown") == 1
    ran = run_drift(capsys, "--all", "--baseline", "known.json", *pages)
    assert (ran.status, ran.out.count(": known: ")) == (0, 5)
    ran = run_drift(capsys, "--all", "--baseline", "known.json", *pages[:2])
    assert "mended since the baseline: operation-unknown: POST " in ran.out
    assert "mended" not in run_drift(capsys, "--baseline", "known.json", *pages[:2]).out


def test_machines_are_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A notice of GitHub's, and in SARIF a result that is suppressed."""
    run(capsys, "--write-baseline", "known.json")
    differ_more()
    ran = run(capsys, "--baseline", "known.json", "--format", "github")
    kinds = [line.split()[0] for line in ran.out.splitlines() if line.startswith("::")]
    assert kinds.count("::error") == 1
    document = run(capsys, "--baseline", "known.json", "--format", "sarif").out
    results = json.loads(document)["runs"][0]["results"]
    told = [(one["ruleId"], one["level"], one["suppressions"]) for one in results]
    assert ("type", "note", [{"kind": "external"}]) in told
    assert ("contract-lacks", "error", []) in told
    assert "suppressions" not in run(capsys, "--format", "sarif").out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file or directory"),
        ("{", "is not JSON: "),
        (json.dumps({"format": "active-calls-verify baseline", "version": 1}), "is no baseline"),
        (json.dumps(HEAD | {"version": 2}), "has version 2, and 1 is what can be read"),
        (json.dumps(HEAD), "has no list 'differences'; write it anew with --write-baseline"),
        (json.dumps(HEAD | {"differences": [{"rule": 1}]}), "entry 1 is no object of texts"),
        (json.dumps(HEAD | {"differences": [TYPE, {"rule": "x"}]}), "entry 2 names no kind of"),
    ],
)
def test_a_file_that_is_no_baseline_is_one_line(
    content: str | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As of the verifier's."""
    if content is not None:
        Path("known.json").write_text(content)
    ran = run(capsys, "--baseline", "known.json")
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("active-calls-drift: error: --baseline: 'known.json'")
    assert words in ran.err


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
def test_an_empty_name_is_a_mistake(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A variable that was not set must not accept everything."""
    assert run(capsys, option, "").err.endswith(f"{option}: expected a value, got an empty one\n")
