"""The words and figures that every report shares, and what makes foreign text safe to show."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from contracts.judging.conclusion import violates
from contracts.judging.results import ClauseResult, Evidence, Level, Result

__all__ = [
    "Score",
    "by_group",
    "clip",
    "failures",
    "finding",
    "left_out",
    "outcome",
    "score",
    "shown",
    "verdict_line",
    "violations",
    "visible",
    "ways",
]

_SHOWN = 5  # pieces of evidence of a clause, and ways in which one was seen

# Control, format (bidirectional overrides, zero-width), surrogate, and the two separators that
# some programs take for a line's end. None of them may reach a terminal, XML or a log unseen.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Zero-width joiners belong to ordinary words and emoji.
_KEPT = {"\n", "\t", "\u200c", "\u200d"}
_NONCHARACTERS = {"\ufffe", "\uffff"}
_ORDER: tuple[Level, ...] = ("must", "should", "information")


@dataclass(frozen=True)
class Score:
    """How many clauses of one level held, of those that were exercised."""

    level: Level
    held: int
    exercised: int

    def __str__(self) -> str:
        """Such as ``18 of 19 musts``."""
        return f"{self.held} of {self.exercised} {self.level}s"


def visible(text: str) -> str:
    r"""Spell out every invisible character of ``text`` but newline and tab, as ``\x1b``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelt(char) for char in text)


def _spelt(char: str) -> str:
    if char in _KEPT or (unicodedata.category(char) not in _UNSEEN and char not in _NONCHARACTERS):
        return char
    return char.encode("unicode_escape").decode("ascii")


def clip(text: str, length: int = 1500) -> str:
    """Make ``text`` visible and leave out its middle where it exceeds ``length`` characters."""
    shown = visible(text)
    if len(shown) <= length:
        return shown
    if length < 100:
        return f"{shown[: length - 1]}…"
    head, tail = length * 3 // 4, length // 4
    return f"{shown[:head]} … [{len(shown) - head - tail} characters left out] … {shown[-tail:]}"


def outcome(result: ClauseResult) -> str:
    """Say in a word or two what became of a clause. What is only information never fails."""
    if result.level == "information" and (result.status == "failed" or result.evidence):
        return "noted"
    return result.status


def failures(result: Result) -> list[ClauseResult]:
    """Return the clauses that failed, musts before shoulds."""
    failed = [one for one in result.results if outcome(one) == "failed"]
    return sorted(failed, key=lambda one: _ORDER.index(one.level))


def violations(result: Result) -> list[ClauseResult]:
    """Return the failures that the verdict is about. Where there is none, nothing is violated."""
    return [one for one in failures(result) if violates(one, result.fail_on)]


def finding(result: ClauseResult) -> str:
    """Say in one line what was found of a clause that failed: what came, and what was due."""
    if not result.evidence:
        return " ".join(clip(result.reason or result.clause.title, 400).split())
    first = result.evidence[0]
    words = f"{clip(first.received, 300)}; expected {clip(first.expected, 300)}"
    return " ".join(words.split())


def shown(result: ClauseResult) -> tuple[Evidence, ...]:
    """Return the evidence that a report for people shows: the first pieces of it."""
    return result.evidence[:_SHOWN]


def left_out(result: ClauseResult) -> str:
    """Say how much evidence ``shown`` leaves out; empty where it is nothing."""
    rest = len(result.evidence) - _SHOWN
    return (
        f"{rest} more {_noun(rest)} to see it: the JSON report (--report-json) has all"
        if rest > 0
        else ""
    )


def ways(evidence: Evidence, between: str = "; ") -> str:
    """Say in which ways it was seen, empty where there is one only."""
    rest = len(evidence.variants) - _SHOWN
    listed = [" ".join(clip(one, 120).split()) for one in evidence.variants[:_SHOWN]]
    return between.join([*listed, *([f"and {rest} more"] if rest > 0 else [])])


def _noun(count: int) -> str:
    return "way" if count == 1 else "ways"


def score(result: Result, level: Level) -> Score:
    """Count the clauses of ``level`` that held. One not exercised counts on neither side."""
    outcomes = [one.status for one in result.results if one.level == level]
    held = outcomes.count("passed")
    return Score(level, held, held + outcomes.count("failed"))


def by_group(results: Sequence[ClauseResult]) -> list[tuple[str, list[ClauseResult]]]:
    """Sort the clauses by group, each group where its first clause stands."""
    order = list(dict.fromkeys(one.clause.group for one in results))
    ordered = sorted(results, key=lambda one: order.index(one.clause.group))
    return [(name, list(group)) for name, group in groupby(ordered, lambda one: one.clause.group)]


def verdict_line(result: Result) -> str:
    """Return the verdict with its figures, or with its reason alone where none was exercised."""
    reason = " ".join(clip(result.reason, 400).split())
    must, should = score(result, "must"), score(result, "should")
    if reason and not must.exercised + should.exercised:
        return f"{result.verdict}: {reason}"
    unexercised = sum(one.status in ("skipped", "not reached") for one in result.results)
    rest = f", {unexercised} clauses not exercised" if unexercised else ""
    return f"{result.verdict}: {f'{reason}; ' if reason else ''}{must} and {should} held{rest}"
