"""A report in lines: for people, and for GitHub's annotations.

What pages hold is foreign text: it is shown, on one line, and never obeyed.
"""

from collections.abc import Iterator

from contracts.drift.fields import Spot
from contracts.drift.findings import RULES, Finding
from contracts.drift.report import Report
from contracts.report.github import command
from contracts.report.wording import clip

__all__ = ["github", "line_of", "primary", "text"]


def line_of(words: str) -> str:
    """Return a text as one line in which every character can be seen."""
    return " ".join(clip(words).split())


def text(report: Report) -> Iterator[str]:
    """Yield a line for each finding, as compilers write them, and one for the whole."""
    for one in report.findings:
        where, also = (one.page, one.contract) if one.page else (one.contract, None)
        kind = one.rule if one.counts else "known" if one.known else "note"
        seen = f" ({line_of(str(also))})" if also else ""
        yield f"{line_of(str(where))}: {kind}: {line_of(one.sentence)}{seen}"
    yield from _mended(report)
    yield report.summary


def github(report: Report) -> Iterator[str]:
    """Yield an annotation for each finding and each page that was not read, and the summary."""
    for one in report.findings:
        spot = primary(one)
        lines = [line_of(one.sentence)]
        lines += [line_of(f"Page: {one.page}")] if one.page and one.page != spot else []
        kind = "error" if one.counts else "notice"
        yield command(kind, "\n".join(lines), title=RULES[one.rule], **_placed(spot))
    for lost in report.unreadable:
        spot = Spot(lost.page, lost.line or 1, lost.is_file)
        title = "A page could not be read"
        yield command("error", line_of(str(lost)), title=title, **_placed(spot))
    yield from _mended(report)
    yield report.summary


def _mended(report: Report) -> Iterator[str]:
    for one in report.mended:
        yield line_of(f"mended since the baseline: {one}")


def _placed(spot: Spot | None) -> dict[str, str]:
    """Return the properties that mark a line: of a file, not of a page behind a URL."""
    return {"file": spot.name, "line": str(spot.line)} if spot and spot.is_file else {}


def primary(finding: Finding) -> Spot | None:
    """Return the line to mark: of the page, or of the contract where the page is no file here."""
    page = finding.page
    return page if page and page.is_file else finding.contract or page
