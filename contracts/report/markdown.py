"""The Markdown report, for a summary page, a pull request or a wiki."""

import re

from contracts.judging.results import ClauseResult, Evidence, Level, Result
from contracts.report.wording import (
    by_group,
    clip,
    dead_rooms,
    deeds,
    effort,
    failures,
    in_words,
    lacking,
    left_out,
    outcome,
    score,
    seen,
    shown,
    verdict_line,
    visible,
    ways,
)

__all__ = ["cell", "fenced", "render"]

_MARKS = {
    "passed": "✅ passed",
    "failed": "❌ failed",
    "skipped": "⏭️ skipped",
    "not reached": "◻️ not reached",
    "known": "🔸 known",
    "noted": "ℹ️ noted",  # noqa: RUF001 - the sign, not a letter
}


def cell(text: str) -> str:
    """``text`` on one line, as it stands: no mark-up, HTML, link, mention or column of its own."""
    line = " ".join(clip(text, 600).split())
    return re.sub(r"[^\w\s,;()'\"%/+=?…-]", _reference, line).replace("_", "&#95;")


def _reference(match: re.Match[str]) -> str:
    char = match.group()
    # A full stop and a colon matter only where they would make a link.
    before = match.string[: match.start()].lower()
    links = before.endswith(("www", "http", "https", "ftp", "mailto"))
    harmless = not char.isascii() or (char in ".:" and not links)
    return char if harmless else f"&#{ord(char)};"


def fenced(text: str, language: str = "text") -> str:
    """Return a code block that holds ``text``, whatever runs of backticks stand in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def render(result: Result) -> str:
    """Write the whole report: verdict, what failed with its evidence, and every clause."""
    head = [
        f"# {_verdict_mark(result)} {cell(verdict_line(result))}",
        f"Target {cell(result.target)}, held against {cell(result.contract)}. "
        f"{cell(effort(result))}.",
    ]
    head += _covered(result)
    if result.left_out:
        head.append(cell(result.left_out))
    failed = [_failure(one) for one in failures(result)]
    if failed:
        failed.insert(0, "## What does not hold")
    return "\n\n".join([*head, *failed, "## Every clause", _table(result)]) + "\n"


def _covered(result: Result) -> list[str]:
    """Return what the verdict says nothing of, and what changed since the baseline."""
    levels: tuple[Level, ...] = ("must", "should")
    rows = [
        f"- {cell(f'{level}: {gap.named(len(gap.clauses))}')} — {cell(gap.reason)}"
        for level in levels
        for gap in score(result, level).gaps
    ]
    parts = ["\n".join(["Not exercised:", "", *rows])] if rows else []
    if missing := lacking(result):
        named = [f"- {cell(why)} — {cell(', '.join(ids))}" for why, ids in missing.items()]
        parts.append("\n".join(["Not offered, which is no failure:", "", *named]))
    if result.done:
        parts.append(f"What was done to calls: {cell(deeds(result))}.")
    if dead := dead_rooms(result):
        parts.append(f"Given, and not live: {cell(dead)}.")
    if result.mended:
        mended = [f"- {cell(in_words(one))}" for one in result.mended]
        parts.append("\n".join(["Mended since the baseline, which still lists it:", "", *mended]))
    return parts


def _verdict_mark(result: Result) -> str:
    return {"conforms": "✅", "violates": "❌", "inconclusive": "❔"}[result.verdict]


def _failure(result: ClauseResult) -> str:
    clause = result.clause
    parts = [f"### {clause.id} ({result.level}, {clause.provenance})", cell(clause.title)]
    if result.reason:
        parts.append(cell(result.reason))
    parts += [_evidence(one) for one in shown(result)]
    if rest := left_out(result):
        parts.append(cell(rest))
    return "\n\n".join(parts)


def _evidence(evidence: Evidence) -> str:
    times = f" ({seen(evidence)})" if evidence.seen or evidence.count > 1 else ""
    parts = [
        "Expected:",
        fenced(clip(evidence.expected)),
        f"Received{times}:",
        fenced(clip(evidence.received)),
    ]
    if evidence.variants:
        parts += ["Seen with:", fenced(ways(evidence, "\n"))]
    if evidence.curl:
        parts += ["To see it again:", fenced(visible(evidence.curl), "sh")]
    return "\n\n".join(parts)


def _table(result: Result) -> str:
    rows = ["| clause | level | outcome | what it says |", "|---|---|---|---|"]
    offered = [one for one in result.results if one.status != "not offered"]
    for _, clauses in by_group(offered):
        for one in clauses:
            said = one.clause.title + (f" ({one.reason})" if one.reason else "")
            rows.append(
                f"| {one.clause.id} | {one.level} | {_MARKS[outcome(one)]} | {cell(said)} |"
            )
    return "\n".join(rows)
