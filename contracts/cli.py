"""The command: a thin front of the suite. Nothing heavy is imported before it is needed."""

import sys
from collections.abc import Sequence
from typing import Any, ClassVar

import click

from contracts import extra
from contracts.judging.clauses import UnknownClauseError, catalogue, select
from contracts.options import OPTIONS, PREFIX, Option, read
from contracts.settings import Settings, UsageError

__all__ = ["command", "main"]

_NAME = "active-calls-verify"


class _Lines(click.types.StringParamType):
    """Text; several in one environment variable stand on lines."""

    envvar_list_splitter: ClassVar[str] = "\n"


def _parameter(option: Option) -> click.Option:
    return click.Option(
        [*([f"-{option.short}"] if option.short else []), f"--{option.name}", option.key],
        type=bool if option.flag else _Lines() if option.lines else str,
        metavar=option.metavar or None,
        multiple=option.many,
        is_flag=option.flag,
        help=option.help + (f"  [default: {option.default}]" if option.default else ""),
    )


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        for clause in catalogue().values():
            click.echo(f"{clause.id:27} {clause.level:12} {clause.title}")
        context.exit()


def _explain(context: click.Context, _: click.Parameter, name: str | None) -> None:
    if name is None:
        return
    try:
        ids = select(name)
    except UnknownClauseError as error:
        raise UsageError(f"--explain: {error}") from None
    click.echo("\n\n".join(_words(id_) for id_ in catalogue() if id_ in ids))
    context.exit()


def _words(id_: str) -> str:
    clause = catalogue()[id_]
    return (
        f"{id_}  ({clause.level}, {clause.provenance})\n"
        f"  {clause.title}\n\n"
        f"  Why       {clause.reason}\n"
        f"  Evidence  {clause.evidence}\n"
        f"  A breach  {clause.breach}\n"
        f"  Fine      {clause.fine}"
    )


@click.command(
    _NAME,
    params=[
        click.Argument(["base_url"], required=False, envvar=f"{PREFIX}_BASE_URL"),
        *(_parameter(option) for option in OPTIONS),
        click.Option(["-q", "--quiet"], is_flag=True, help="Print the verdict alone."),
        click.Option(
            ["--list-clauses"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_list,
            help="Print every clause and exit.",
        ),
        click.Option(
            ["--explain"],
            metavar="CLAUSE",
            is_eager=True,
            expose_value=False,
            callback=_explain,
            help="Print what a clause means and why it exists, and exit.",
        ),
    ],
    context_settings={"auto_envvar_prefix": PREFIX, "max_content_width": 100},
    epilog=(
        f"Each option can also be given as {PREFIX}_NAME, such as {PREFIX}_API_KEY.\n\n"
        "Exit status: 0 conforms, 1 violates, 2 usage error or nobody there, 3 inconclusive."
    ),
)
@click.version_option(package_name="active-calls", message="%(version)s")
def command(base_url: str | None, quiet: bool, **values: Any) -> int:
    """Verify that the implementation at BASE_URL keeps the contract of an active call.

    It sends GET requests for the given rooms, watches their calls for a few seconds, and says
    what breaks the contract, with a command that shows it again.
    """
    if absent := extra.missing():
        raise UsageError(absent)
    settings = read(base_url, {option.name: values[option.key] for option in OPTIONS})
    return _verify(settings, quiet)


def _verify(settings: Settings, quiet: bool) -> int:
    # Imported here, so that --help and a usage error answer at once.
    from rich.console import Console

    from contracts import report
    from contracts.run import verify

    console = Console()
    with report.Progress(Console(stderr=True), quiet) as progress:
        result, status = verify(settings, progress.update)
    report.write(
        result,
        json=settings.report_json,
        junit=settings.report_junit,
        html=settings.report_html,
        markdown=settings.report_markdown,
        baseline=settings.write_baseline,
    )
    if status == 2:
        return _fail(result.reason)
    begun = any(one.status in ("passed", "failed") for one in result.results)
    report.terminal(result, console, quiet or not begun)
    return status


def _fail(text: str) -> int:
    click.echo(f"{_NAME}: error: {' '.join(text.split())}", err=True)
    return 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    try:
        status = command.main(
            None if arguments is None else list(arguments), prog_name=_NAME, standalone_mode=False
        )
    except click.ClickException as error:
        status = _fail(error.format_message())
    except UsageError as error:
        status = _fail(str(error))
    except OSError as error:  # a report that cannot be written
        status = _fail(f"{error.filename or 'report'}: {error.strerror or error}")
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"{_NAME}: interrupted", err=True)
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
