"""What a person sees in a terminal or a log: progress, then the findings."""

import io
import os
from collections import Counter
from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from contracts.judging.results import ClauseResult, Evidence, Result
from contracts.report import github
from contracts.report.wording import (
    by_group,
    clip,
    deeds,
    effort,
    failures,
    in_words,
    lacking,
    left_out,
    outcome,
    seen,
    shown,
    verdict_line,
    visible,
    ways,
)

__all__ = ["Progress", "Screen", "findings", "terminal"]

_MANY = 5
_STYLES = {
    **{"passed": "green", "skipped": "dim", "not reached": "dim"},
    **{"noted": "cyan", "known": "yellow", "not offered": "dim"},
}
_VERDICTS = {"conforms": "bold green", "violates": "bold red", "inconclusive": "bold yellow"}


class Screen(Console):
    """A console whose reader may go away: then it shows no more, and the run goes on."""

    def on_broken_pipe(self) -> None:
        """Write to nowhere from now on. Rich itself would end the program with status 1."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


class Progress:
    """One line that says what is being done, requests spent and seconds gone.

    In a terminal the line renews itself and vanishes at the end; elsewhere each new thing to do
    is a plain line of its own. ``clock`` gives seconds on any monotonic scale.
    """

    def __init__(
        self, console: Console, quiet: bool = False, clock: Callable[[], float] = monotonic
    ) -> None:
        _spell_out(console)
        self._console = console
        self._quiet = quiet
        self._clock = clock
        self._started = clock()
        self._doing = ""
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[requests]} requests", style="cyan"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
            get_time=clock,
        )
        self._task = self._bar.add_task("starting", total=None, requests=0)

    def __enter__(self) -> Self:
        """Show the line."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the line away, also when something went wrong."""
        self._bar.stop()

    def update(self, doing: str, requests: int) -> None:
        """Say what is being done now and how many requests have been spent so far."""
        said = " ".join(clip(doing, 120).split())
        self._bar.update(self._task, description=said, requests=requests)
        if self._quiet or self._console.is_terminal or said == self._doing:
            return
        self._doing = said
        line = f"{self._clock() - self._started:6.1f} s  {requests:4} requests  {said}"
        self._console.print(Text(line), soft_wrap=True)


def terminal(result: Result, console: Console, quiet: bool = False) -> None:
    """Print the findings: a table by clause, each failure with its evidence, the verdict last.

    ``quiet`` leaves only the verdict. On GitHub Actions, annotations precede the verdict.
    """
    _spell_out(console)
    with github.commands_off(console, os.environ):
        if not quiet:
            _clauses(result, console)
            _failures(result, console)
            for spot in result.mended:
                console.print(Text(f"mended since the baseline: {in_words(spot)}"), soft_wrap=True)
        if result.left_out:
            console.print(Text(result.left_out, style="yellow"), soft_wrap=True)
        if result.done:
            console.print(Text(deeds(result)), soft_wrap=True)
        if result.traffic:
            console.print(Text(visible(effort(result))), soft_wrap=True)
    github.annotate(result, console, os.environ)
    with github.commands_off(console, os.environ):
        _verdict(result, console)


def findings(result: Result, console: Console) -> None:
    """Print what failed, with its evidence, and the verdict: no table, and nothing for GitHub."""
    _failures(result, console)
    if result.left_out:
        console.print(Text(result.left_out), soft_wrap=True)
    _verdict(result, console)


def _failures(result: Result, console: Console) -> None:
    for one in failures(result):
        _failure(one, console)
    console.print()


def _verdict(result: Result, console: Console) -> None:
    console.print(Text(verdict_line(result), style=_VERDICTS[result.verdict]), soft_wrap=True)


def _spell_out(console: Console) -> None:
    """Let characters that the terminal's encoding lacks be spelt out, not end the program."""
    if isinstance(console.file, io.TextIOWrapper):
        console.file.reconfigure(errors="backslashreplace")


def _clauses(result: Result, console: Console) -> None:
    """Print a row per clause, and one line for the many that were left out for one reason."""
    offered = [one for one in result.results if one.status != "not offered"]
    unexercised = Counter((one.status, one.reason) for one in offered if one.unexercised)
    many = {why: times for why, times in unexercised.items() if times > _MANY}
    shown = [one for one in offered if (one.status, one.reason) not in many]
    if shown and console.is_terminal:
        console.print(_table(result, shown))
    elif shown:
        _lines(result, shown, console)
    for (status, reason), times in many.items():
        said = " ".join(clip(reason, 300).split())
        console.print(Text(f"{times} clauses {status}: {said}", style="dim"), soft_wrap=True)
    if missing := lacking(result):
        told = (f"{why}: {_clauses_of(ids)}" for why, ids in missing.items())
        console.print(Text("; ".join(told), style="dim"), soft_wrap=True)


def _clauses_of(ids: Sequence[str]) -> str:
    return f"{len(ids)} clauses" if len(ids) > 1 else "1 clause"


def _lines(result: Result, shown: Sequence[ClauseResult], console: Console) -> None:
    """Print one line a clause: a log has no width, and is searched by line."""
    console.print(Text(f"{clip(result.target, 200)}, {visible(result.contract)}"), soft_wrap=True)
    for one in shown:
        why = f" ({clip(one.reason, 300)})" if one.reason else ""
        said = " ".join(f"{one.clause.title}{why}".split())
        line = f"  {outcome(one):<11}  {one.level:<11}  {one.clause.id:<26}  {said}"
        console.print(Text(line), soft_wrap=True)


def _table(result: Result, shown: Sequence[ClauseResult]) -> Table:
    table = Table(title=Text(f"{clip(result.target, 200)}\n{visible(result.contract)}"))
    table.title_style = "bold"
    table.add_column("clause", no_wrap=True)
    table.add_column("level", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    table.add_column("what it says", overflow="fold")
    for _, clauses in by_group(shown):
        for one in clauses:
            said = Text(one.clause.title)
            if one.reason:
                said.append(f"\n{' '.join(clip(one.reason, 300).split())}", style="dim")
            table.add_row(Text(one.clause.id), Text(one.level), _outcome(one), said)
        table.add_section()
    return table


def _outcome(result: ClauseResult) -> Text:
    word = outcome(result)
    failed = "bold red" if result.level == "must" else "yellow"
    return Text(word, style=_STYLES.get(word, failed))


def _failure(result: ClauseResult, console: Console) -> None:
    clause = result.clause
    console.print()
    heading = Text.assemble(_outcome(result), f" {clause.id} ", (f"({result.level})", "dim"))
    console.print(heading, soft_wrap=True)
    for said in dict.fromkeys((clause.title, result.reason)):
        if said:
            text = Text(clip(said))
            if console.is_terminal:
                console.print(Padding(text, (0, 0, 0, 2), expand=False))
            else:
                console.print(Text("  ") + text, soft_wrap=True)
    for n, one in enumerate(shown(result)):
        if n:
            console.print()
        _evidence(one, console)
    if rest := left_out(result):
        console.print(Text(f"    {rest}", style="dim"), soft_wrap=True)


def _evidence(evidence: Evidence, console: Console) -> None:
    rows = [("expected", clip(evidence.expected)), ("received", clip(evidence.received))]
    if evidence.seen or evidence.count > 1:
        rows.append(("seen", seen(evidence)))
    if evidence.variants:
        rows.append(("with", ways(evidence, "\n" if console.is_terminal else "; ")))
    if console.is_terminal:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, said in rows:
            grid.add_row(name, Text(said))
        console.print(Padding(grid, (0, 0, 0, 4), expand=False))
    else:  # a log has no width
        for name, said in rows:
            console.print(Text(f"    {name:<8}  {said}"), soft_wrap=True)
    if evidence.curl:
        # Never wrapped: it is there to be pasted.
        for line in visible(evidence.curl).split("\n"):
            console.print(Text(f"    {line}", style="cyan"), soft_wrap=True)
