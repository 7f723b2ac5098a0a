"""Every report says what the verdict covers: what held, failed, is known, and was not exercised."""

import html as entities
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from contracts import report
from contracts.judging.results import Result
from contracts.report import document, html, junit, markdown
from tests.report import samples


def _terminal(result: Result) -> str:
    out = io.StringIO()
    report.terminal(result, Console(file=out, width=400))
    return out.getvalue()


def _text(page: str) -> str:
    """Return what a reader sees of HTML or Markdown: no tags, entities undone, one line."""
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)
    return " ".join(entities.unescape(shown).split())


RENDERED: dict[str, Callable[[Result], str]] = {
    "terminal": _terminal,
    "html": lambda result: _text(html.render(result)),
    "markdown": lambda result: _text(markdown.render(result)),
    "junit": lambda result: entities.unescape(junit.render(result)),
    "json": document.render,
}
EVERY = pytest.mark.parametrize("kind", RENDERED)


@EVERY
def test_what_was_not_exercised_is_said_with_its_reason(kind: str) -> None:
    """Green is not everything: the clause and the reason stand in every report."""
    text = RENDERED[kind](samples.passing())
    assert "auth.required" in text
    assert "no --api-key was given" in text
    counted = "not_exercised" if kind == "json" else "1 not exercised"
    assert counted in text


@EVERY
def test_a_room_that_is_not_live_is_named(kind: str) -> None:
    """Whoever gave it thinks that it was verified."""
    assert "call-def456" in RENDERED[kind](samples.failing()).split("watched")[0]


@EVERY
def test_what_is_known_to_fail_is_said_and_no_failure(kind: str) -> None:
    """It is counted by itself, beside what was mended."""
    text = RENDERED[kind](samples.adopting())
    assert "known" in text
    assert "participants[].metadata" in text or kind == "junit"
    assert ("mended" if kind in ("terminal", "json", "junit") else "Mended") in text


def test_junit_counts_what_is_known_as_no_failure() -> None:
    """The build stays green; the figures say what is known."""
    root = ET.fromstring(junit.render(samples.adopting()))
    assert [one.get("failures") for one in root.iter("testsuite")] == ["0"]
    properties = {one.get("name"): one.get("value") for one in root.iter("property")}
    figures = {name: properties[f"musts-{name}"] for name in ("held", "failed", "known")}
    assert figures == {"held": "3", "failed": "0", "known": "1"}
    assert properties["musts-not-exercised"] == "1"


def test_many_clauses_left_out_for_one_reason_are_counted() -> None:
    """The verdict line stays a line."""
    text = RENDERED["terminal"](samples.inconclusive()).splitlines()[-1]
    assert text == "inconclusive: no room was found live"
    results = samples.passing().results[:1] + samples.inconclusive().results[1:]
    text = RENDERED["terminal"](replace(samples.passing(), results=results))
    assert "1 of 1 musts held, 4 not exercised (4 clauses: no live room)" in text


def test_the_summary_of_a_job_says_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is where a green run is looked at."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    report.write(samples.passing())
    summary = _text((tmp_path / "summary.md").read_text("utf-8"))
    assert "Not exercised" in summary
