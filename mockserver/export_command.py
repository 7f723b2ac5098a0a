"""``active-calls-mock export``: writes calls as files, for those who have no mock."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from mockserver.exporting import Export, bodies, exported, handlers, json_text, write_files
from mockserver.option_values import FileName, Instant, Locale
from mockserver.recordings import read_recordings
from mockserver.scenario_files import load_scenarios
from mockserver.simulation import Scenario, World, builtin_scenarios
from mockserver.terminal import warn

__all__ = ["demand_own_options", "export_command"]

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_EPOCH = "2024-06-01T10:00:00Z"


class _Moments(click.ParamType[tuple[float, ...]]):
    """Moments of a call, in seconds since it began."""

    name = "seconds,…"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[float, ...]:
        """Return what a text means."""
        parts = str(value).split(",")
        wrong = next((part for part in parts if not _SECONDS.fullmatch(part)), None)
        if wrong is not None:
            self.fail(f"{wrong!a} is not a number of seconds, such as 145 or 12.5.", param, ctx)
        return tuple(map(float, parts))


def demand_own_options(ctx: click.Context) -> None:
    """Refuse options of the mock before a command, which has its own."""
    for option in ctx.command.params:
        given = ctx.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if given:
            name = max(option.opts, key=len)
            command = ctx.invoked_subcommand
            has = any(name in own.opts for own in export_command.params)
            advice = "name it after that" if has else f"{command} has no such option"
            raise click.UsageError(f"{name} stands before {command}: {advice}.")


def _files(name: str, to: str, words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a repeatable option that names files, as the mock has it."""
    return click.option(
        name,
        to,
        envvar=f"ACTIVE_CALLS_MOCK_{name.removeprefix('--').upper()}",
        multiple=True,
        type=FileName(),
        help=f"{words} Repeatable.",
    )


@click.command(
    "export",
    context_settings={"show_default": True},
    epilog="\b\nExample:\n  active-calls-mock export --scenario escalation --output fixtures/\n\n"
    "Exit status: 0 written, 2 usage error.",
)
@click.option(
    "--scenario", "names", multiple=True, help="Scenario whose call is written. Repeatable."
)
@click.option("--all", "everything", is_flag=True, help="Write every scenario's call.")
@click.option("--room", help="The room that the calls are in.  [default: mock-SCENARIO]")
@click.option(
    "--output",
    required=True,
    type=FileName(file_okay=False),
    help="Folder to write into; it is made where it is not there.",
)
@click.option(
    "--at",
    "moments",
    type=_Moments(),
    help="Write the bodies at these moments, such as 0,60,200, and no timelines.",
)
@click.option(
    "--format",
    "form",
    default="json",
    type=click.Choice(["json", "msw"]),
    help="msw writes handlers for Mock Service Worker, with all that they need.",
)
@_files("--scenarios", "scenario_files", "File of your own scenarios.")
@_files(
    "--recording",
    "recordings",
    "HAR file whose calls are exported, as recorded-1, recorded-2 …, unless scenarios are named.",
)
@click.option(
    "--seed",
    envvar="ACTIVE_CALLS_MOCK_SEED",
    default=0,
    type=int,
    help="Another seed, other calls.",
)
@click.option(
    "--locale",
    envvar="ACTIVE_CALLS_MOCK_LOCALE",
    default="en_US",
    type=Locale(),
    help="Where people, phones and places come from.",
)
@click.option("--epoch", default=_EPOCH, type=Instant(), help="When the calls are going on.")
@click.option("--workspace", default="ws-acme", help="Whose calls they are.")
def export_command(**options: Any) -> None:
    """Write calls as files: timelines, which the player in a page or a test shows at any moment.

    Example: active-calls-mock export --scenario escalation --room r --output fixtures/
    """
    if options["form"] == "msw" and options["moments"]:
        raise click.UsageError("--at and --format msw exclude each other.")
    for name in ("room", "workspace"):
        _demand_name(name, options[name])
    world, scenarios = _chosen(**options)
    if options["form"] == "msw" and options["room"] and len(scenarios) > 1:
        raise click.UsageError(
            "--room: handlers have one call a room; name one scenario, or no room."
        )
    export = Export(world, options["workspace"], options["room"])
    if options["form"] == "msw":
        _demand_own_rooms(export, scenarios)
    contents = dict(_contents(export, scenarios, options["moments"], options["form"]))
    if not contents:
        raise click.UsageError("--at: no call is going on at any of these moments.")
    try:
        paths = write_files(options["output"], contents)
    except OSError as error:
        raise click.UsageError(f"--output: {error.filename}: {error.strerror}.") from None
    for path in paths:
        click.echo(f"Wrote {path}")


def _demand_name(option: str, value: str | None) -> None:
    if value == "":
        raise click.UsageError(f"--{option}: the name is empty.")
    try:
        (value or "").encode()
    except UnicodeEncodeError:
        raise click.UsageError(f"--{option}: {value!a} is not UTF-8.") from None


def _demand_own_rooms(export: Export, scenarios: Sequence[Scenario]) -> None:
    """Refuse two calls of one room: handlers could not tell which is meant."""
    rooms: dict[str, str] = {}
    for one in scenarios:
        room = export.question(one).room
        if room in rooms:
            raise click.UsageError(
                f"--format msw: {rooms[room]} and {one.name} are both of the room {room!a}, and"
                " handlers have one call a room; name one of them by --scenario."
            )
        rooms[room] = one.name


def _chosen(
    names: Sequence[str],
    everything: bool,
    scenario_files: Sequence[Path],
    recordings: Sequence[Path],
    seed: int,
    locale: str,
    epoch: float,
    **_: Any,
) -> tuple[World, Sequence[Scenario]]:
    """Return the world, and the scenarios of it that are meant."""
    recorded = read_recordings(recordings, locale)
    for line in recorded.warnings:
        warn(f"--recording: {line}")
    known = [one.name for one in recorded.scenarios]
    own = load_scenarios(scenario_files, locale, known)
    catalogue = builtin_scenarios().extended(recorded.scenarios).extended(own)
    wanted = list(catalogue.scenarios) if everything else list(dict.fromkeys(names or known))
    if not wanted:
        raise click.UsageError("Name a call: --scenario escalation, --all or --recording FILE.")
    unknown = next((name for name in wanted if name not in catalogue.scenarios), None)
    if unknown is not None:
        every = ", ".join(catalogue.scenarios)
        raise click.UsageError(f"--scenario: {unknown!a} is none of {every}.")
    world = World(seed, int(epoch // 1), locale, catalogue)
    return world, [catalogue[name] for name in wanted]


def _contents(
    export: Export, scenarios: Sequence[Scenario], moments: Sequence[float] | None, form: str
) -> Iterator[tuple[str, bytes]]:
    """Yield files by their names."""
    if moments:
        for scenario in scenarios:
            yield from _bodies(export, scenario, moments)
        return
    for scenario in scenarios:
        if scenario.steps:
            warn(f"{scenario.name}: its steps are left out; they are what the mock itself can do.")
    timelines = {one.name: exported(export, one) for one in scenarios}
    if form == "msw":
        yield from handlers(timelines)
    else:
        yield from _named(timelines)


def _named(timelines: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, bytes]]:
    for name, timeline in timelines.items():
        yield f"{name}.json", json_text(timeline)


def _bodies(
    export: Export, scenario: Scenario, moments: Sequence[float]
) -> Iterator[tuple[str, bytes]]:
    for at, body in bodies(export, scenario, moments):
        if body is None:
            warn(f"{scenario.name}: no call is going on at {at:.15g} s, so there is no body.")
        else:
            yield f"{scenario.name}.at-{at:.15g}.json", json_text(body)
