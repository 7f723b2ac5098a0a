"""The words and figures that every report shares, and what makes foreign text safe to show."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from contracts.judging.conclusion import Gap, gaps, violates
from contracts.judging.results import ClauseResult, Evidence, Level, Result, Spot

__all__ = [
    "Score",
    "by_group",
    "clip",
    "dead_rooms",
    "deeds",
    "effort",
    "failures",
    "finding",
    "in_words",
    "lacking",
    "left_out",
    "outcome",
    "score",
    "seen",
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
_NAMED = 2  # clauses not exercised for one reason that are named; more are counted
_ORDER: tuple[Level, ...] = ("must", "should", "information")


@dataclass(frozen=True)
class Score:
    """How many clauses of one level held and failed, and what of them was not exercised.

    ``known`` are those that failed only as the baseline lists.
    """

    level: Level
    held: int
    failed: int
    known: int
    gaps: tuple[Gap, ...]

    @property
    def exercised(self) -> int:
        """How many clauses something can be said of."""
        return self.held + self.failed + self.known

    @property
    def unexercised(self) -> int:
        """How many clauses nothing can be said of."""
        return sum(len(gap.clauses) for gap in self.gaps)

    def __str__(self) -> str:
        """Such as ``18 of 19 musts held, 1 failed, 2 not exercised``."""
        parts = [f"{self.held} of {self.exercised} {self.level}s held"]
        parts += [f"{self.failed} failed"] if self.failed else []
        parts += [f"{self.known} known to fail (baseline)"] if self.known else []
        parts += [f"{self.unexercised} not exercised"] if self.gaps else []
        return ", ".join(parts)

    @property
    def why_not(self) -> str:
        """What was not exercised, each with its reason, on one line."""
        whys = (f"{gap.named(_NAMED)}: {gap.reason}" for gap in self.gaps)
        return "; ".join(" ".join(clip(why, 150).split()) for why in whys)


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
    """Count the clauses of ``level`` by what became of them."""
    those = [one for one in result.results if one.level == level]
    counts = Counter(one.status for one in those)
    held, failed, known = counts["passed"], counts["failed"], counts["known"]
    return Score(level, held, failed, known, tuple(gaps(those)))


def in_words(spot: Spot) -> str:
    """Return a place that fails in words: clause, path and kind of request."""
    parts = (spot.clause, spot.path, spot.request and f"({spot.request})")
    return " ".join(clip(" ".join(part for part in parts if part), 200).split())


def dead_rooms(result: Result) -> str:
    """Name the rooms that were given and showed no call, each with what it answered."""
    dead = (one for one in result.rooms if not one.live)
    named = (f"{one.name!r}" + (f" ({one.answer})" if one.answer else "") for one in dead)
    return " ".join(clip(", ".join(named), 300).split())


def lacking(result: Result) -> dict[str, list[str]]:
    """Return the clauses about what is not offered, by what is told of that: once each."""
    found: dict[str, list[str]] = {}
    for one in result.results:
        if one.status == "not offered":
            found.setdefault(" ".join(clip(one.reason, 150).split()), []).append(one.clause.id)
    return found


def deeds(result: Result) -> str:
    """Say in one line which calls were touched, empty where none was."""
    told = []
    for one in result.done:
        what = ["the agent was muted"] if one.agent_muted else []
        what += ["the call was ended"] if one.call_ended else []
        told.append(f"in {one.room!r} {' and '.join(what)}")
    return " ".join(clip("; ".join(told), 400).split())


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
    parts = [reason] if reason else []
    # Of traffic, most of what is not exercised is simply what nobody asked for.
    parts.append(f"{must} ({must.why_not})" if must.gaps and not result.traffic else str(must))
    parts.append(str(should))
    if dead := dead_rooms(result):
        parts.append(f"not live: {dead}")
    if missing := lacking(result):
        parts.append(", ".join(missing))
    if result.mended:
        parts.append(f"{len(result.mended)} mended since the baseline")
    return f"{result.verdict}: {'; '.join(parts)}"


def seen(evidence: Evidence) -> str:
    """Return where a failure showed first, as far as that is known, and how often it did."""
    times = "1 time" if evidence.count == 1 else f"{evidence.count} times"
    return f"{times}, first in {visible(evidence.seen)}" if evidence.seen else times


def effort(result: Result) -> str:
    """Return what the verdict rests on: how much was asked, or what was recorded."""
    if result.traffic is None:
        return (
            f"{result.requests} of at most {result.budget} requests in {result.seconds:.1f} s, "
            f"profile {result.profile}, seed {result.seed}"
        )
    files, left_out = ", ".join(result.traffic.files), result.traffic.left_out
    named = ", ".join(f"{count} {what}" for what, count in left_out)
    words = f"{result.requests} exchanges over {result.seconds:.1f} s, recorded in {files}"
    return f"{words}; not judged: {named}" if named else words
