import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from contracts import report
from contracts.judging.results import Evidence, Level, Result
from contracts.report import document, html, junit, markdown
from contracts.report.wording import clip, visible
from tests.report import samples

EVERY = pytest.mark.parametrize(
    "sample",
    [
        samples.passing,
        samples.failing,
        samples.hostile,
        samples.inconclusive,
        samples.adopting,
    ],
)
Sample = Callable[[], Result]


@EVERY
def test_the_json_report_satisfies_its_own_schema(sample: Sample) -> None:
    """Every kind of result gives strict JSON that the shipped schema accepts."""
    text = document.render(sample())
    text.encode("utf-8")
    validator = jsonschema_rs.Draft202012Validator(document.schema(), validate_formats=True)
    validator.validate(json.loads(text))


def test_the_shipped_schema_is_itself_valid() -> None:
    """The schema is a schema, and turns down what is not a report."""
    schema = document.schema()
    jsonschema_rs.meta.validate(schema)
    whole = document.document(samples.failing())
    for name in schema["required"]:
        partial = {key: value for key, value in whole.items() if key != name}
        assert not jsonschema_rs.is_valid(schema, partial), name
    assert not jsonschema_rs.is_valid(schema, whole | {"verdict": "perhaps"})


def test_the_json_report_says_what_was_found() -> None:
    """Counts, levels and evidence are those of the result."""
    whole = document.document(samples.failing())
    assert whole["started"] == "2026-11-22T09:30:12.345Z"
    musts = {"passed": 2, "failed": 2, "known": 0, "skipped": 1, "not reached": 0}
    musts["not offered"] = 0
    assert whole["counts"]["must"] == musts
    assert whole["not_exercised"] == [
        {"level": "must", "reason": "no --api-key was given", "clauses": ["auth.required"]},
        {"level": "should", "reason": "no 429 was seen", "clauses": ["limit.retry-after"]},
    ]
    assert whole["rooms"][1] == {"name": "call-def456", "live": False, "answer": "404"}
    assert whole["counts"]["should"]["failed"] == 1
    failed = next(one for one in whole["clauses"] if one["id"] == "shape.schema")
    assert failed["status"] == "failed"
    assert failed["evidence"][0]["count"] == 34
    assert "$API_KEY" in failed["evidence"][0]["curl"]


def test_the_json_report_keeps_foreign_text_to_the_letter() -> None:
    """A program gets back what the target said, save for what no UTF-8 file can hold."""
    whole = json.loads(document.render(samples.hostile()))
    assert whole["reason"] == samples.HOSTILE.replace("\ud800", "\\ud800")


@EVERY
def test_the_junit_report_has_one_case_per_clause(sample: Sample) -> None:
    """Any XML parser reads it, and its figures are those of its cases."""
    result = sample()
    root = ET.fromstring(junit.render(result).encode())
    suite = root.find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    clauses = {one.clause.id for one in result.results}
    assert {case.get("name") for case in cases} - {"verification"} == clauses
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))
    assert suite.get("errors") == str(len(suite.findall("testcase/error")))


@EVERY
@pytest.mark.parametrize("fail_on", ["must", "should"])
def test_the_junit_report_agrees_with_the_verdict(sample: Sample, fail_on: Level) -> None:
    """It is red where the exit status is not 0, and nowhere else."""
    result = replace(sample(), fail_on=fail_on)
    root = ET.fromstring(junit.render(result).encode())
    assert bool(root.findall(".//failure")) == (result.verdict == "violates")
    assert bool(root.findall(".//error")) == (result.verdict == "inconclusive")


def test_a_warning_is_no_failure_in_junit() -> None:
    """Where musts alone decide, a should that fails is a passed case with a note."""
    root = ET.fromstring(junit.render(replace(samples.failing(), fail_on="must")))
    [case] = root.findall(".//testcase[@name='participants.unique']")
    assert case.find("failure") is None
    said = case.findtext("system-out") or ""
    assert said.startswith("warning: ")
    assert "agent-001 twice" in said


def test_the_message_in_junit_is_the_finding() -> None:
    """CI systems show the message first: it says what came, in one line."""
    root = ET.fromstring(junit.render(samples.failing()))
    [failure] = root.findall(".//testcase[@name='time.duration-rate']/failure")
    words = "it rose by 8000: 145000 to 153000; expected duration rises by about 8.0 over 8.0 s"
    assert failure.get("message") == words


def test_the_times_in_junit_are_those_of_the_tests() -> None:
    """Each case says how long its test took."""
    results = tuple(replace(one, seconds=n / 4) for n, one in enumerate(samples.outcomes({})))
    root = ET.fromstring(junit.render(replace(samples.passing(), results=results)))
    times = [case.get("time") for case in root.iter("testcase")]
    assert times[:3] == ["0.000", "0.250", "0.500"]


def test_json_holds_all_evidence_and_the_others_say_how_many_more() -> None:
    """Eight pieces of evidence: eight in JSON, five and a word about three in what people read."""
    pieces = [Evidence("due", f"came-{n}", "curl") for n in range(8)]
    special = samples.outcome("identity.echo", "failed", "", pieces)
    result = replace(samples.failing(), results=samples.outcomes(special))
    clauses = {one["id"]: one for one in document.document(result)["clauses"]}
    assert [one["received"] for one in clauses["identity.echo"]["evidence"]] == [
        f"came-{n}" for n in range(8)
    ]
    out = io.StringIO()
    report.terminal(result, Console(file=out, width=100))
    texts = (junit.render(result), html.render(result), markdown.render(result), out.getvalue())
    for text in texts:
        assert "came-4" in text
        assert "came-5" not in text
        assert "3 more ways to see it" in text


def test_one_cause_is_shown_with_its_variants() -> None:
    """Every report lists the ways in which one cause was seen, up to a number of them."""
    ways = tuple(f"METHOD-{n}" for n in range(7))
    piece = Evidence("405", "200 with call data", "curl -X POST", 7, ways)
    special = samples.outcome("identity.echo", "failed", "", [piece])
    result = replace(samples.failing(), results=samples.outcomes(special))
    [piece_told] = next(
        one["evidence"]
        for one in document.document(result)["clauses"]
        if one["id"] == "identity.echo"
    )
    assert piece_told["variants"] == list(ways)
    out = io.StringIO()
    report.terminal(result, Console(file=out, width=100))
    told = "METHOD-0; METHOD-1; METHOD-2; METHOD-3; METHOD-4; and 2 more"
    assert told in junit.render(result)
    assert f"with      {told}\n" in out.getvalue()
    for text in (html.render(result), markdown.render(result)):
        assert told.replace("; ", "\n") in text


def test_the_junit_report_carries_levels() -> None:
    """Each case has its level as a property; a failure has it as its type."""
    root = ET.fromstring(junit.render(replace(samples.failing(), fail_on="should")))
    levels = {
        case.get("name"): case.find("properties/property[@name='level']")
        for case in root.iter("testcase")
    }
    failures = {case.get("name"): case.find("failure") for case in root.iter("testcase")}
    found = {name: level.get("value") for name, level in levels.items() if level is not None}
    assert found["shape.schema"] == "must"
    assert found["participants.unique"] == "should"
    assert found["shape.undeclared"] == "information"
    kinds = {name: one.get("type") for name, one in failures.items() if one is not None}
    assert kinds == {
        "shape.schema": "must",
        "time.duration-rate": "must",
        "participants.unique": "should",
    }


def test_information_is_no_failure_in_junit() -> None:
    """A clause that only informs never turns a build red, whatever it found."""
    root = ET.fromstring(junit.render(samples.hostile()))
    failed = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert failed == ["identity.echo"]


@EVERY
def test_the_markdown_report_obeys_nothing_foreign(sample: Sample) -> None:
    """Rendered with HTML and links on, only our own headings, tables and code blocks appear."""
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(
        markdown.render(sample())
    )
    kinds = {token.type for token in tokens}
    assert "html_block" not in kinds
    inline = {child.type for token in tokens for child in token.children or ()}
    assert inline <= {"text", "text_special", "softbreak"}
    rows = [token for token in tokens if token.type == "tr_open"]
    assert len(rows) == len(sample().results) + 1
    assert sum(token.type in ("td_open", "th_open") for token in tokens) == 4 * len(rows)


def test_markdown_holds_no_link_or_mention() -> None:
    """GitHub makes links of addresses, mentions and issue numbers: none is left to make."""
    cell = markdown.cell("see http://evil.example www.evil.example @everyone #1 GH-1 me@x.example")
    assert not re.search(r"http:|www\.|@|#1\b|\|", cell)


def test_a_fence_outlasts_the_backticks_inside() -> None:
    """A code block ends where we end it."""
    assert markdown.fenced("a ````` b").startswith("``````text\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本語 😀", "plain é 日本語 😀"),
        ("line\nnext\ttab", "line\nnext\ttab"),
        ("\x1b[31m\x07\r\x7f\x9b", "\\x1b[31m\\x07\\r\\x7f\\x9b"),
        ("\u202e\u2066\u200b\ufeff", "\\u202e\\u2066\\u200b\\ufeff"),
        ("\ud800\ufffe\u2028", "\\ud800\\ufffe\\u2028"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_invisible_characters_are_spelt_out(text: str, shown: str) -> None:
    """What a reader could not see, or a program might obey, is written as an escape."""
    assert visible(text) == shown


def test_long_text_loses_its_middle() -> None:
    """Both ends stay, and it is said how much was left out."""
    cut = clip("a" * 1000 + "b" * 1000, 100)
    assert cut.startswith("aaa")
    assert cut.endswith("bbb")
    assert "1900 characters left out" in cut


def test_each_format_is_written_where_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only formats with a path are written, folders are made, and nothing else appears."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    paths: dict[str, Any] = {
        "json": tmp_path / "a" / "report.json",
        "junit": tmp_path / "a" / "report.xml",
        "html": tmp_path / "b" / "report.html",
        "markdown": tmp_path / "report.md",
    }
    report.write(samples.hostile(), **paths)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(paths.values())
    only = tmp_path / "only.json"
    report.write(samples.passing(), json=only)
    assert json.loads(only.read_text("utf-8"))["verdict"] == "conforms"
