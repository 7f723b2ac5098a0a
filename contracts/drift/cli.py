"""The command ``active-calls-drift``: what the documentation and the contract do not both say."""

from collections.abc import Sequence
from pathlib import Path

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

__all__ = ["command", "main"]

_NAME = "active-calls-drift"
_PREFIX = "ACTIVE_CALLS_DRIFT"


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
@click.option(
    "--contract",
    envvar=f"{_PREFIX}_CONTRACT",
    metavar="FILE",
    default=str(CONTRACT),
    shell_complete=completer("FILE"),
    help="Another description of OpenAPI 3 to compare with.  [default: the one that is shipped]",
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
@click.option(
    "--output",
    envvar=f"{_PREFIX}_OUTPUT",
    metavar="FILE",
    shell_complete=completer("FILE"),
    help="Write there, and print the summary alone.  [default: print]",
)
@click.option(
    "--baseline",
    envvar=f"{_PREFIX}_BASELINE",
    metavar="FILE",
    shell_complete=completer("FILE"),
    help="What is known to differ: only what is new counts as a difference.",
)
@click.option(
    "--write-baseline",
    envvar=f"{_PREFIX}_WRITE_BASELINE",
    metavar="FILE",
    shell_complete=completer("FILE"),
    help="Write what differs today there, for --baseline.",
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
    contract: str,
    complete: bool,
    form: str,
    output: str | None,
    baseline: str | None,
    write_baseline: str | None,
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

    file = writable("--output", Path(output)) if output else None
    listed = _writable("--write-baseline", write_baseline)
    known = _known(baseline)
    description = load(Path(contract), shown(contract))
    report = compare_all(pages, description, Limits(timeout, max_bytes), complete=complete)
    report = report.against(known)
    if form == "sarif":
        said = sarif(report)
    else:
        lines = rendering.text(report) if form == "text" else rendering.github(report)
        said = "\n".join(lines)
    if file:
        _write("--output", file, said + "\n")
        said = report.summary
    click.echo(said)
    for lost in report.unreadable:
        fail(command, rendering.line_of(str(lost)))
    if listed and report.unreadable:
        fail(command, f"{listed} was not written: not every page could be read")
    elif listed:
        _write("--write-baseline", listed, rendered(report.known))
    return report.status


def _writable(option: str, given: str | None) -> Path | None:
    if given == "":
        raise UsageError(f"{option}: expected a value, got an empty one")
    return writable(option, Path(given)) if given else None


def _known(given: str | None) -> frozenset[Place]:
    if given == "":
        raise UsageError("--baseline: expected a value, got an empty one")
    try:
        return read(Path(given)) if given else frozenset()
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
