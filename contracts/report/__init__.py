"""Reports of a verification: for a person at a terminal, a browser, and for programs.

Whatever came from the target is foreign text: each format shows it and never obeys it.
"""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from contracts import defects
from contracts.judging.baseline import rendered
from contracts.judging.results import Result
from contracts.report.document import render as _json
from contracts.report.github import summarise
from contracts.report.junit import render as _junit
from contracts.report.markdown import render as _markdown
from contracts.report.terminal import Progress, Screen, terminal
from contracts.report.wording import visible

__all__ = ["Progress", "Screen", "terminal", "visible", "write"]


def write(
    result: Result,
    *,
    json: Path | None = None,
    junit: Path | None = None,
    html: Path | None = None,
    markdown: Path | None = None,
    baseline: Path | None = None,
) -> list[str]:
    """Write each format that has a path, making its folder; append to a GitHub job's summary.

    ``baseline`` is where what fails is listed, if anything was exercised. Return a line for each
    that could not be written: the verdict stands without it.
    """
    problems = [result.unwritten] if result.unwritten else []
    for path, render in ((json, _json), (junit, _junit), (html, _html), (markdown, _markdown)):
        if path:
            problems += _attempt(str(path), partial(_save, path, render, result))
    if baseline and result.cut_short:
        problems.append(f"{baseline} was not written: the run was cut short")
    elif baseline and not all(one.unexercised for one in result.results):
        problems += _attempt(str(baseline), partial(_save, baseline, _places, result))
    return problems + _attempt("the job's summary", lambda: summarise(result, os.environ))


def _html(result: Result) -> str:
    # Imported here: Jinja takes longer than all other formats.
    from contracts.report.html import render

    return render(result)


def _places(result: Result) -> str:
    return rendered((*result.failing, *result.untried))


def _save(path: Path, render: Callable[[Result], str], result: Result) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(result), encoding="utf-8")


def _attempt(what: str, action: Callable[[], None]) -> list[str]:
    try:
        action()
    except Exception as error:
        defects.trace(error)
        why = error.strerror if isinstance(error, OSError) else defects.line(error)
        return [f"{what} could not be written: {why}"]
    return []
