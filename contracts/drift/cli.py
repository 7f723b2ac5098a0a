"""The command ``active-calls-drift``: what the documentation and the contract do not both say."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contracts import extra
from contracts.baselines import BaselineError
from contracts.command import ValuedCommand, epilog, fail, run
from contracts.completion import completer
from contracts.drift.baseline import read, rendered
from contracts.drift.findings import Place
from contracts.outputs import writable
from contracts.values import UsageError
from openapi import CONTRACT

if TYPE_CHECKING:
    from contracts.drift.report import Report

__all__ = ["command", "main"]

_NAME = "active-calls-drift"
_PREFIX = "ACTIVE_CALLS_DRIFT"
_F = TypeVar("_F", bound=Callable[..., Any])


class _FileName(click.ParamType[Path]):
    """The name of a file: a variable of the shell that was not set names none."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path."""
        if not value and param:
            raise UsageError(f"{param.opts[0]}: expected a value, got an empty one")
        return Path(value)


def _file(option: str, help_: str, default: Path | None = None) -> Callable[[_F], _F]:
    """Return an option that names a file."""
    return click.option(
        option,
        envvar=f"{_PREFIX}_{option.strip('-').replace('-', '_').upper()}",
        metavar="FILE",
        type=_FileName(),
        default=default,
        shell_complete=completer("FILE"),
        help=help_,
    )


@click.command(
    _NAME,
    cls=ValuedCommand,
    context_settings={"max_content_width": 100},
    epilog=epilog(
        "active-calls-drift get-active-call.mdx endCall=https://docs.example.com/end-call.md",
        _PREFIX,
        "FORMAT",
        "0 no difference, 1 differences, 2 usage error or a page that could not be read, "
        "130 interrupted.",
    ),
)
@click.argument(
    "pages", metavar="PAGE...", nargs=-1, required=True, shell_complete=completer("FILE")
)
@_file(
    "--contract",
    "Another description of OpenAPI 3 to compare with.  [default: the one that is shipped]",
    default=CONTRACT,
)
@click.option(
    "--all",
    "complete",
    envvar=f"{_PREFIX}_ALL",
    is_flag=True,
    help="Count it as a difference that an operation of the contract has no page.",
)
@click.option(
    "--format",
    "form",
    envvar=f"{_PREFIX}_FORMAT",
    type=click.Choice(["text", "github", "sarif"]),
    default="text",
    show_default=True,
    help="Lines for people, annotations of GitHub Actions, or SARIF 2.1.0.",
)
@_file(
    "--output",
    "Write there, and print the summary alone.  [default: print]",
)
@_file(
    "--baseline",
    "What is known to differ: only what is new counts as a difference.",
)
@_file(
    "--write-baseline",
    "Write what differs today there, for --baseline.",
)
@click.option(
    "--timeout",
    envvar=f"{_PREFIX}_TIMEOUT",
    metavar="SECONDS",
    type=click.FloatRange(0, 600, min_open=True),
    default=20.0,
    show_default=True,
    help="How long a URL may take in all, with its redirects.",
)
@click.option(
    "--max-bytes",
    envvar=f"{_PREFIX}_MAX_BYTES",
    metavar="N",
    type=click.IntRange(1, 100_000_000),
    default=1_000_000,
    show_default=True,
    help="How large a page may be.",
)
@click.version_option(package_name="active-calls", message="%(version)s")
def command(
    pages: tuple[str, ...],
    contract: Path,
    complete: bool,
    form: str,
    output: Path | None,
    baseline: Path | None,
    write_baseline: Path | None,
    timeout: float,
    max_bytes: int,
) -> int:
    """Say what the documentation's pages have and the contract lacks, and the other way round.

    PAGE is a file or a URL, of MDX with ParamField and ResponseField as Mintlify has them. The
    operation that it is about stands in its front matter, as 'api: METHOD /path'; or before it:
    endCall=https://docs.example.com/end-call.md.
    """
    if absent := extra.missing(extra.DRIFT, "comparing pages"):
        raise UsageError(absent)
    # Imported here, so that --help and a usage error answer at once.
    from contracts.drift import rendering
    from contracts.drift.description import load
    from contracts.drift.report import compare_all
    from contracts.drift.sarif import sarif
    from contracts.drift.sources import Limits, shown

    for option, file in (("--output", output), ("--write-baseline", write_baseline)):
        if file:
            writable(option, file)
    known = _known(baseline)
    description = load(contract, shown(str(contract)))
    report = compare_all(pages, description, Limits(timeout, max_bytes), complete=complete)
    report = report.against(known)
    said = sarif(report) if form == "sarif" else "\n".join(getattr(rendering, form)(report))
    if output:
        _write("--output", output, said + "\n")
    click.echo(report.summary if output else said)
    for lost in report.unreadable:
        fail(command, rendering.line_of(str(lost)))
    if write_baseline:
        _list(report, write_baseline)
    return report.status


def _list(report: "Report", file: Path) -> None:
    """Write what is known from now on; not of some of the pages alone."""
    if report.unreadable:
        fail(command, f"{file} was not written: not every page could be read")
    else:
        _write("--write-baseline", file, rendered(report.known))


def _known(baseline: Path | None) -> frozenset[Place]:
    try:
        return read(baseline) if baseline else frozenset()
    except BaselineError as error:
        raise UsageError(f"--baseline: {error}") from None


def _write(option: str, file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{option}: {str(file)!r} cannot be written: {error.strerror}") from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    run(command, arguments)
