"""Reports of a verification: for a person at a terminal, a browser, and for programs.

Whatever came from the target is foreign text: each format shows it and never obeys it.
"""

import os
from pathlib import Path

from contracts.judging.baseline import rendered
from contracts.judging.results import Result
from contracts.report.document import render as _json
from contracts.report.github import summarise
from contracts.report.html import render as _html
from contracts.report.junit import render as _junit
from contracts.report.markdown import render as _markdown
from contracts.report.terminal import Progress, terminal

__all__ = ["Progress", "terminal", "write"]


def write(
    result: Result,
    *,
    json: Path | None = None,
    junit: Path | None = None,
    html: Path | None = None,
    markdown: Path | None = None,
    baseline: Path | None = None,
) -> None:
    """Write each format that has a path, making its folder; append to a GitHub job's summary.

    ``baseline`` is where what fails is listed, if anything was exercised.

    Raises:
        OSError: where a path cannot be written.

    """
    for path, render in ((json, _json), (junit, _junit), (html, _html), (markdown, _markdown)):
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(render(result), encoding="utf-8")
    if baseline and not all(one.unexercised for one in result.results):
        baseline.parent.mkdir(parents=True, exist_ok=True)
        baseline.write_text(rendered((*result.failing, *result.untried)), encoding="utf-8")
    summarise(result, os.environ)
