"""What GitHub Actions shows besides the log: annotations, and the summary of a job.

Source: GitHub's documentation of workflow commands. A command is a line of the log that begins
with ``::``; in its message ``%`` and line ends are escaped, in its properties ``:`` and ``,`` too.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from contracts.judging.results import ClauseResult, Result
from contracts.report.markdown import render
from contracts.report.wording import clip, failures, violations

__all__ = ["annotate", "command", "commands_off", "summarise"]

_SUMMARY_LIMIT = 1024 * 1024


def annotate(result: Result, console: Console, environ: Mapping[str, str]) -> None:
    """Print an error per violation and a warning per other failure, on GitHub Actions only."""
    if environ.get("GITHUB_ACTIONS") == "true":
        violated = violations(result)
        for one in failures(result):
            _raw(console, _annotation(one, "error" if one in violated else "warning"))


def _annotation(result: ClauseResult, kind: str) -> str:
    lines = [result.reason or result.clause.title]
    for one in result.evidence[:1]:
        lines += [f"Expected: {one.expected}", f"Received: {one.received}", one.curl]
    title = f"{result.clause.id}: {result.clause.title}"
    return command(kind, "\n".join(clip(line) for line in lines), title=title)


def command(kind: str, message: str, **properties: str) -> str:
    """Return the line that is a command, such as an ``error`` with its ``title`` and ``file``.

    Neither the message nor a property can be another command or property, whatever it holds.
    """
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind}{' ' if given else ''}{given}::{_escaped(message)}"


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


@contextmanager
def commands_off(console: Console, environ: Mapping[str, str]) -> Iterator[None]:
    """Within it, no line of the log is a command, whatever the target's answers hold."""
    if environ.get("GITHUB_ACTIONS") != "true":
        yield
        return
    token = secrets.token_hex(16)
    _raw(console, f"::stop-commands::{token}")
    try:
        yield
    finally:
        _raw(console, f"::{token}::")


def _raw(console: Console, line: str) -> None:
    # A command is one line of the log, however wide: nothing may wrap or colour it.
    try:
        console.file.write(f"{line}\n")
        console.file.flush()
    except BrokenPipeError:
        console.on_broken_pipe()


def summarise(result: Result, environ: Mapping[str, str]) -> None:
    """Append the Markdown report to the job's summary, where there is one to append to."""
    path = environ.get("GITHUB_STEP_SUMMARY")
    if path:
        text = render(result)
        if len(text.encode()) > _SUMMARY_LIMIT:  # GitHub then shows nothing at all
            text = text[: _SUMMARY_LIMIT // 4] + "\n\n(cut)\n"
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(text)
