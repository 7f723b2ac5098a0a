"""The command ``active-calls-drift``: what the documentation and the contract do not both say."""

from collections.abc import Sequence
from pathlib import Path

import click

from contracts import extra
from contracts.command import ValuedCommand, epilog, fail, run
from contracts.completion import completer
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
    description = load(Path(contract), shown(contract))
    report = compare_all(pages, description, Limits(timeout, max_bytes), complete=complete)
    if form == "sarif":
        said = sarif(report)
    else:
        lines = rendering.text(report) if form == "text" else rendering.github(report)
        said = "\n".join(lines)
    if file:
        _write(file, said)
        said = report.summary
    click.echo(said)
    for lost in report.unreadable:
        fail(command, rendering.line_of(str(lost)))
    return report.status


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--output: {str(file)!r} cannot be written: {error.strerror}") from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    run(command, arguments)
