"""``active-calls-mock``: options and environment to settings, and settings to a server."""

import re
import sys
from math import isfinite
from pathlib import Path
from typing import Any

import click
from faker.config import AVAILABLE_LOCALES

from mockserver.listening import ListenError
from mockserver.operations import MissingFunctionError
from mockserver.playwright import write_fixture
from mockserver.scenario_files import load_scenarios
from mockserver.server import serve
from mockserver.settings import Settings
from mockserver.simulation import ScenarioFileError, clock
from mockserver.state.memory import Limits
from openapi import Rate

__all__ = ["main"]

_USAGE_ERROR = 2
_JOURNAL_SIZE = 500
_HOST_NAME = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII | re.IGNORECASE)
_LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


class _Instant(click.ParamType[float]):
    """An ISO 8601 instant with its offset, as UTC Unix seconds."""

    name = "instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        try:
            return clock.instant(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class _Limit(click.ParamType[Rate]):
    """A number of requests in a unit of time."""

    name = "n/s|m|h"

    def convert(self, value: Any, param: Any, ctx: Any) -> Rate:
        try:
            return Rate.parse(value)
        except ValueError:
            self.fail(f"{value!r} is not a number of requests a unit, such as 60/m.", param, ctx)


def _encoded(value: str) -> bool:
    """Return whether ``value`` was UTF-8 on the command line, as what clients send is."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


class _Room(click.ParamType[tuple[str | None, str]]):
    """A room, or a room of one workspace."""

    name = "[workspace/]name"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str | None, str]:
        workspace, slash, room = value.partition("/")
        if not slash:
            workspace, room = None, value
        if not room or workspace == "" or not _encoded(value):
            self.fail(f"{value!a} is not a room, or a workspace and a room.", param, ctx)
        return workspace, room


class _HostName(click.ParamType[str]):
    """The name of a host, or with a dot before it of all that are under it."""

    name = "name"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        if not _HOST_NAME.fullmatch(value):
            self.fail(f"{value!a} is not a name such as mock.example.com.", param, ctx)
        return str(value).lower()


class _Locale(click.ParamType[str]):
    """A locale that Faker knows."""

    name = "locale"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        locale = str(value).replace("-", "_")
        if locale not in AVAILABLE_LOCALES:
            self.fail(
                f"{value!r} is not a locale of Faker, such as en_US, es_ES, ja_JP.", param, ctx
            )
        return locale


def _finite(ctx: Any, param: Any, value: float) -> float:
    if not isfinite(value):
        raise click.BadParameter(f"{value} is not a finite number.")
    return value


def _key(ctx: Any, param: Any, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter("the key is empty; leave the option out to ask for none.")
    if value is not None and not (
        _encoded(value) and value.isprintable() and value.strip() == value
    ):
        raise click.BadParameter("the key can never be sent: no header carries such characters.")
    return value


def _files(ctx: Any, param: Any, value: tuple[Path, ...]) -> tuple[Path, ...]:
    if Path() in value:
        raise click.BadParameter("the name is empty; leave the option out to add no scenarios.")
    return value


def _fixture(ctx: Any, param: Any, value: Path | None) -> None:
    if value is None:
        return
    try:
        for path in write_fixture(value):
            click.echo(f"Wrote {path}")
    except OSError as error:
        raise click.BadParameter(f"{error.filename}: {error.strerror}.") from None
    ctx.exit()


@click.command(
    context_settings={
        "auto_envvar_prefix": "ACTIVE_CALLS_MOCK",
        "show_default": True,
        "help_option_names": ["-h", "--help"],
    }
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
    type=_HostName(),
    help="Let the console work under this name as well, as a tunnel has one; .example.com for all "
    "under it. Repeatable; in the environment, several are separated by spaces.  [default: only "
    "names of this machine]",
)
@click.option("--port", default=4010, type=click.IntRange(0, 65535), help="Port; 0 for a free one.")
@click.option("--seed", default=0, type=int, help="Another seed, other calls.")
@click.option(
    "--epoch",
    type=_Instant(),
    help="When the world begins.  [default: the instant of --freeze-at, or when the mock starts]",
)
@click.option(
    "--freeze-at", type=_Instant(), help="Stop the clock at this instant.  [default: it runs]"
)
@click.option(
    "--time-scale",
    default=1.0,
    type=click.FloatRange(0, 1_000, min_open=True),
    callback=_finite,
    help="How many times as fast as in reality calls go on.",
)
@click.option(
    "--locale", default="en_US", type=_Locale(), help="Where people, phones and places come from."
)
@click.option(
    "--api-key",
    callback=_key,
    help="Answer 401 unless x-api-key is this.  [default: any or none]",
)
@click.option(
    "--rate-limit",
    type=_Limit(),
    help="Answer 429 beyond it, for each key and workspace. It is counted in one process: not with "
    "several workers.  [default: none]",
)
@click.option(
    "--room",
    "rooms",
    envvar="ACTIVE_CALLS_MOCK_ROOM",
    multiple=True,
    type=_Room(),
    help="Let only this room be live, in every workspace or in the one named. Repeatable; in the "
    "environment, several are separated by spaces.  [default: every room is live]",
)
@click.option(
    "--scenarios",
    "scenario_files",
    envvar="ACTIVE_CALLS_MOCK_SCENARIOS",
    multiple=True,
    type=click.Path(path_type=Path),
    callback=_files,
    help="File of your own scenarios, read again when it is edited. Repeatable.  "
    "[default: the built-in ones alone]",
)
@click.option("--workers", default=1, type=click.IntRange(1, 64), help="Server processes.")
@click.option(
    "--journal",
    type=click.IntRange(0, 10_000),
    help="How many requests to remember for the console and /_mock/requests; 0 for none. It is "
    "kept in one process: several workers have none.  [default: 500; 0 with --workers]",
)
@click.option(
    "--most-workspaces",
    default=Limits.workspaces,
    type=click.IntRange(1),
    help="How many workspaces can be directed; the one that idles longest is forgotten first.",
)
@click.option(
    "--most-rooms",
    default=Limits.rooms,
    type=click.IntRange(1),
    help="How many rooms of one workspace can be directed.",
)
@click.option(
    "--most-events",
    default=Limits.events,
    type=click.IntRange(1),
    help="How many events one room, or one workspace, can have.",
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
def _command(epoch: float | None, **options: Any) -> None:
    """Serve live calls that go on by the clock.

    Every option can also be given in the environment: ACTIVE_CALLS_MOCK_PORT is --port.
    """
    frozen = options["freeze_at"]
    if frozen is not None and options["time_scale"] != 1.0:
        raise click.UsageError("--freeze-at and --time-scale exclude each other.")
    if options["rate_limit"] is not None and options["workers"] > 1:
        raise click.UsageError("--rate-limit counts in one process: it needs --workers 1.")
    if options["journal"] and options["workers"] > 1:
        raise click.UsageError("--journal is kept in one process: it needs --workers 1.")
    if options["journal"] is None:
        options["journal"] = _JOURNAL_SIZE if options["workers"] == 1 else 0
    options["console"] = not options.pop("no_console")
    limits = (options.pop(f"most_{name}") for name in ("workspaces", "rooms", "events"))
    options["limits"] = Limits(*limits)
    # A stopped clock shows the same calls whenever the mock is started.
    now = clock.real()
    begins = next(instant for instant in (epoch, frozen, now) if instant is not None)
    paths = options["scenario_files"]
    options["scenarios"] = load_scenarios(paths, options["locale"])
    steps = (step for one in options["scenarios"] for step in one.steps)
    if options["workers"] > 1 and any("times" in step for step in steps):
        raise click.UsageError("--scenarios: steps that count requests need --workers 1.")
    serve(Settings(epoch=int(begins // 1), started=now, **options))


def main() -> None:
    """Run the command; a user's mistake is one line on stderr and exit status 2."""
    try:
        _command(prog_name="active-calls-mock", standalone_mode=False)
    except (click.ClickException, ListenError, MissingFunctionError, ScenarioFileError) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        print(f"active-calls-mock: {' '.join(message.split())}", file=sys.stderr)
        sys.exit(_USAGE_ERROR)
    except click.Abort:
        sys.exit(130)
