"""The command: a thin front of the suite. Nothing heavy is imported before it is needed."""

import os
from collections.abc import Sequence
from typing import Any

import click
from click.core import ParameterSource

from contracts import extra, signals
from contracts.command import ValuedCommand, epilog, fail, parameter, run
from contracts.completion import completer
from contracts.given import read, read_review
from contracts.judging.clauses import UnknownClauseError, catalogue, select
from contracts.options import OPTIONS, PREFIX
from contracts.settings import Review, Settings, UsageError

__all__ = ["command", "main"]

_NAME = "active-calls-verify"


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        for clause in catalogue().values():
            click.echo(f"{clause.id:27} {clause.level:12} {clause.title}")
        context.exit()


def _explain(context: click.Context, _: click.Parameter, name: str | None) -> None:
    if name is None or context.resilient_parsing:
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
    cls=ValuedCommand,
    params=[
        click.Argument(["base_url"], required=False, envvar=f"{PREFIX}_BASE_URL"),
        *(parameter(option) for option in OPTIONS),
        click.Option(
            ["--traffic"],
            metavar="FILE",
            multiple=True,
            shell_complete=completer("FILE"),
            help="Judge what a HAR file holds, instead of asking BASE_URL; - for standard input. "
            "Repeatable.",
        ),
        click.Option(["--host"], metavar="HOST", help="Of --traffic, judge this host's answers."),
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
            shell_complete=completer("CLAUSE"),
            is_eager=True,
            expose_value=False,
            callback=_explain,
            help="Print what a clause means and why it exists, and exit.",
        ),
    ],
    context_settings={"auto_envvar_prefix": PREFIX, "max_content_width": 100},
    epilog=epilog(
        "active-calls-verify https://staging.example.com --workspace-id ws-1 --room call-abc123",
        PREFIX,
        "API_KEY",
        "0 conforms, 1 violates, 2 usage error, nobody there or a defect of the verifier, "
        "3 inconclusive, 130 or 143 interrupted.",
    ),
)
@click.version_option(package_name="active-calls", message="%(version)s")
def command(
    base_url: str | None,
    quiet: bool,
    traffic: tuple[str, ...],
    host: str | None,
    **values: Any,
) -> int:
    """Verify that the implementation at BASE_URL keeps the contract of an active call.

    It asks for the given rooms, watches their calls for a few seconds, and says what breaks the
    contract, with a command that shows it again. A room with a call gets GET, HEAD and OPTIONS
    requests and one POST, to see that it is turned down; PUT, PATCH and DELETE are sent for a room
    name that is made up, and PUT for the list. Only --allow-ending mutes an agent or ends a call.
    """
    if absent := extra.missing():
        raise UsageError(absent)
    given = {option.name: option.chosen(values[option.key], os.environ) for option in OPTIONS}
    if traffic:
        source = click.get_current_context().get_parameter_source("base_url")
        asked = source is ParameterSource.COMMANDLINE
        typed = {option.name: values[option.key] for option in OPTIONS}
        return _verify(read_review(traffic, host, given, typed, base_url if asked else None), quiet)
    if host:
        raise UsageError("--host: is for --traffic; BASE_URL says which host is asked")
    return _verify(read(base_url, given), quiet)


def _verify(settings: Settings | Review, quiet: bool) -> int:
    # Imported here, so that --help and a usage error answer at once.
    from contracts import report

    with report.Progress(report.Screen(stderr=True), quiet) as progress:
        if isinstance(settings, Review):
            from contracts.review import review

            result = review(settings, progress.update)
            status = result.exit_status
        else:
            from contracts.run import verify

            result, status = verify(settings, progress.update)
    with signals.undisturbed():
        for problem in report.write(result, **settings.reports):
            fail(command, problem)
        begun = any(not one.unexercised for one in result.results)
        if begun or status != 2:
            report.terminal(result, report.Screen(), quiet or not begun)
    return fail(command, result.reason) if status == 2 else status


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    run(command, arguments)


if __name__ == "__main__":
    main()
