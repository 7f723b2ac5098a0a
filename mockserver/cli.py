"""``active-calls-mock``: options and environment to settings, and settings to a server."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mockserver.export_command import demand_own_options, export_command
from mockserver.listening import ListenError
from mockserver.operations import MissingFunctionError
from mockserver.option_values import (
    FileName,
    HostName,
    Instant,
    Limit,
    Locale,
    Room,
    StoreName,
    finite,
    key,
)
from mockserver.playwright import write_fixture
from mockserver.recordings import Recorded, RecordingError, read_recordings
from mockserver.scenario_files import load_scenarios
from mockserver.server import serve
from mockserver.settings import Settings
from mockserver.sharing import SharingError, shared
from mockserver.simulation import ScenarioFileError, clock
from mockserver.simulation.dialogue import language, speaks
from mockserver.simulation.fleet import MOST_CALLS
from mockserver.state.memory import Limits
from mockserver.terminal import one_line, warn
from openapi.streams import patient_streams, unprinted

__all__ = ["main"]

_USAGE_ERROR = 2
_MISTAKES = (
    ListenError, MissingFunctionError, RecordingError, ScenarioFileError,
    SharingError,
)  # fmt: skip
_LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


def _fixture(ctx: Any, param: Any, value: Path | None) -> None:
    if value is None or ctx.resilient_parsing:
        return
    try:
        for path in write_fixture(value):
            click.echo(f"Wrote {path}")
    except OSError as error:
        raise click.BadParameter(f"{error.filename}: {error.strerror}.") from None
    ctx.exit()


def _most(what: str, words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option for one of the limits."""
    return click.option(
        f"--most-{what}",
        default=getattr(Limits, what),
        type=click.IntRange(1),
        help=f"How many {words}",
    )


@click.group(
    invoke_without_command=True,
    subcommand_metavar="[export …]",
    context_settings={
        "auto_envvar_prefix": "ACTIVE_CALLS_MOCK",
        "show_default": True,
        "help_option_names": ["-h", "--help"],
    },
    # Click fills no lines after \b.
    epilog="\b\nExample:\n  active-calls-mock --port 5000 --locale ja_JP --scenarios team.yaml\n\n"
    "Exit status: 0 ended by Ctrl-C, SIGTERM or SIGHUP, 2 usage error.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    help="Address to listen at; 0.0.0.0 for every one; localhost for 127.0.0.1 and ::1, where the "
    "system is Linux: elsewhere one socket cannot have both, and it is 127.0.0.1.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    envvar="ACTIVE_CALLS_MOCK_ALLOW_HOST",
    multiple=True,
    type=HostName(),
    help="Let the console work under this name as well, as a tunnel has one; .example.com for all "
    "under it. Repeatable; in the environment, several are separated by spaces.  [default: only "
    "names of this machine]",
)
@click.option("--port", default=4010, type=click.IntRange(0, 65535), help="Port; 0 for a free one.")
@click.option("--seed", default=0, type=int, help="Another seed, other calls.")
@click.option(
    "--epoch",
    type=Instant(),
    help="When the world begins.  [default: the instant of --freeze-at, or when the mock starts]",
)
@click.option(
    "--freeze-at", type=Instant(), help="Stop the clock at this instant.  [default: it runs]"
)
@click.option(
    "--time-scale",
    default=1.0,
    type=click.FloatRange(0, 1_000, min_open=True),
    callback=finite,
    help="How many times as fast as in reality calls go on.",
)
@click.option(
    "--locale", default="en_US", type=Locale(), help="Where people, phones and places come from."
)
@click.option(
    "--api-key",
    callback=key,
    help="Answer 401 unless x-api-key is this.  [default: any or none]",
)
@click.option(
    "--rate-limit",
    type=Limit(),
    help="Answer 429 beyond it, for each key and workspace.  [default: none]",
)
@click.option(
    "--room",
    "rooms",
    envvar="ACTIVE_CALLS_MOCK_ROOM",
    multiple=True,
    type=Room(),
    help="Let only this room be live, in every workspace or in the one named. Repeatable; in the "
    "environment, several are separated by spaces.  [default: every room is live]",
)
@click.option(
    "--fleet",
    type=click.IntRange(0, MOST_CALLS),
    help="About how many calls of each workspace come and go by themselves, each in a room of its "
    "own.  [default: 12; 0 with --room]",
)
@click.option(
    "--scenarios",
    "scenario_files",
    envvar="ACTIVE_CALLS_MOCK_SCENARIOS",
    multiple=True,
    type=FileName(),
    help="File of your own scenarios, read again when it is edited. Repeatable.  "
    "[default: the built-in ones alone]",
)
@click.option(
    "--recording",
    "recordings",
    envvar="ACTIVE_CALLS_MOCK_RECORDING",
    multiple=True,
    type=FileName(),
    help="HAR file, or .zip with one, whose calls are replayed in their own time: as the scenarios "
    "recorded-1, recorded-2 …, and in the rooms that they were recorded in. Repeatable.  "
    "[default: none]",
)
@click.option(
    "--print-scenarios",
    is_flag=True,
    allow_from_autoenv=False,
    help="Write the calls of --recording as a file for --scenarios to standard output, and end.",
)
@click.option("--workers", default=1, type=click.IntRange(1, 64), help="Server processes.")
@click.option(
    "--store",
    type=StoreName(),
    help="Where state lives: a file, which survives a restart and which one machine's processes "
    "share, or redis://HOST:PORT (rediss://, valkey://) for many machines.  [default: memory; a "
    "temporary file with several workers]",
)
@click.option(
    "--journal",
    default=500,
    type=click.IntRange(0, 10_000),
    help="How many requests to remember for the console and /_mock/requests; 0 for none.",
)
@_most("workspaces", "workspaces can be directed; the one that idles longest is forgotten first.")
@_most("rooms", "rooms of one workspace can be directed.")
@_most("events", "events one room, or one workspace, can have.")
@click.option(
    "--metrics", is_flag=True, help="Serve metrics for Prometheus at /metrics.  [default: none]"
)
@click.option("--no-console", is_flag=True, help="Serve no console at /.  [default: it is served]")
@click.option(
    "--log-level", default="info", type=click.Choice(_LOG_LEVELS), help="Of the log on stderr."
)
@click.option(
    "--playwright-fixture",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    is_eager=True,
    expose_value=False,
    allow_from_autoenv=False,
    callback=_fixture,
    help="Write the fixture for Playwright's tests, and its types, into this folder and end.",
)
@click.version_option(package_name="active-calls")
@click.pass_context
def _command(ctx: click.Context, /, epoch: float | None, **options: Any) -> None:
    """Serve live calls that go on by the clock.

    Every option can also be given in the environment: ACTIVE_CALLS_MOCK_PORT is --port.
    """
    if ctx.invoked_subcommand is not None:
        demand_own_options(ctx)
        return
    frozen = options["freeze_at"]
    if frozen is not None and options["time_scale"] != 1.0:
        raise click.UsageError("--freeze-at and --time-scale exclude each other.")
    options["console"] = not options.pop("no_console")
    if options["fleet"] is None:
        options["fleet"] = 0 if options["rooms"] else Settings.fleet
    limits = (options.pop(f"most_{name}") for name in ("workspaces", "rooms", "events"))
    options["limits"] = Limits(*limits)
    # A stopped clock shows the same calls whenever the mock is started.
    now = clock.real()
    begins = next(instant for instant in (epoch, frozen, now) if instant is not None)
    recorded = _recorded(options.pop("recordings"), options["locale"])
    if options.pop("print_scenarios"):
        _print_scenarios(recorded)
        return
    options["recorded"] = recorded.scenarios
    names = [scenario.name for scenario in recorded.scenarios]
    options["scenarios"] = load_scenarios(options["scenario_files"], options["locale"], names)
    settings = Settings(epoch=int(begins // 1), started=now, **options)
    _tell_language(settings.locale)
    with shared(settings, epoch_given=epoch is not None) as settings:
        serve(settings)


_command.add_command(export_command)


def _tell_language(locale: str) -> None:
    """Say what is spoken where it is not the locale's own language."""
    if not speaks(locale):
        spoken = language(locale).name
        note = f"there are no dialogues in its language, so calls are spoken in {spoken}."
        click.echo(f"active-calls-mock: note: --locale {locale}: {note}", err=True)


def _recorded(paths: tuple[Path, ...], locale: str) -> Recorded:
    """Return the calls of recordings, and say what could not be taken from them."""
    recorded = read_recordings(paths, locale)
    for line in recorded.warnings:
        warn(f"--recording: {line}")
    return recorded


def _print_scenarios(recorded: Recorded) -> None:
    if recorded.document is None:
        raise click.UsageError("--print-scenarios takes --recording and a file.")
    click.echo(recorded.yaml(), nl=False)


def main() -> None:
    """Run the command; a user's mistake is one line on stderr and exit status 2."""
    with patient_streams():
        status = _status()
        if lost := unprinted():
            status = _mistake(lost)
    sys.exit(status)


def _status() -> int:
    try:
        _command(prog_name="active-calls-mock", standalone_mode=False)
    except click.ClickException as error:
        return _mistake(error.format_message())
    except _MISTAKES as error:
        return _mistake(str(error))
    except click.Abort:
        return 130
    except SystemExit as ended:  # a shell has asked for completions
        return _USAGE_ERROR if ended.code else 0
    return 0


def _mistake(text: str) -> int:
    print(one_line(f"active-calls-mock: {text}"), file=sys.stderr)
    return _USAGE_ERROR
