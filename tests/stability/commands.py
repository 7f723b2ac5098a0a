"""The commands: their options, the variables that stand in for them, their exit statuses."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

import contracts.cli
import contracts.drift.cli
import contracts.proxy.cli
import contracts.proxy.settings
import contracts.recording.cli
import mockserver.cli
import openapi
from contracts.options import OPTIONS, Option
from contracts.recording.settings import RECORDING

__all__ = ["COMMANDS", "command_lines", "parameter_line"]

COMMANDS: dict[str, click.Command] = {
    "active-calls-mock": mockserver.cli._command,
    "active-calls-verify": contracts.cli.command,
    "active-calls-drift": contracts.drift.cli.command,
    "active-calls-proxy": contracts.proxy.cli.command,
    "active-calls-record": contracts.recording.cli.command,
}
# Where the packages are: another place in each installation.
_PLACE = f"{Path(openapi.__file__).parents[1]}/"
# Of these options, the defaults stand in tables, and mostly the variables.
_TABLES: dict[str, tuple[Option, ...]] = {
    "active-calls-verify": OPTIONS,
    "active-calls-record": RECORDING,
    "active-calls-proxy": contracts.proxy.settings.OPTIONS,
}


def command_lines() -> Iterator[str]:
    """Yield a line for each thing that can be said to a command, and for its statuses."""
    for name, command in COMMANDS.items():
        yield from _lines(name, command)


def _lines(name: str, command: click.Command) -> Iterator[str]:
    table = {option.key: option for option in _TABLES.get(name, ())}
    prefix = command.context_settings.get("auto_envvar_prefix")
    for parameter in command.params:
        option = table.get(parameter.name or "")
        yield f"{name} {parameter_line(parameter, option)}{_variable(parameter, prefix, option)}"
    if command.epilog:
        yield f"{name} exits with {command.epilog.rpartition('Exit status: ')[2]}"
    if isinstance(command, click.Group):
        for below, one in command.commands.items():
            yield from _lines(f"{name} {below}", one)


def parameter_line(parameter: click.Parameter, option: Option | None = None) -> str:
    """Return how something is said to a command, and what it is by default."""
    info = parameter.to_info_dict()
    names = " ".join([*info["opts"], *info["secondary_opts"]])
    several = ", repeatable" if info["multiple"] or info["nargs"] == -1 else ""
    several += ", required" if info["required"] else ""
    default = (option and option.default) or info["default"]
    if info.get("is_flag"):
        return f"{names}{several}{', on by default' if default else ''}"
    told = "" if default is None else f", default {str(default).removeprefix(_PLACE)}"
    return f"{names} {_value(parameter)}{several}{told}"


def _value(parameter: click.Parameter) -> str:
    kind = parameter.type
    if isinstance(kind, click.Choice):
        return "|".join(map(str, kind.choices))
    bounds: Mapping[str, Any] = kind.to_info_dict()
    between = f" {bounds['min']}..{bounds['max']}" if "min" in bounds else ""
    return (parameter.metavar or kind.name.upper().removesuffix(" RANGE")) + between


def _variable(parameter: click.Parameter, prefix: str | None, option: Option | None) -> str:
    if parameter.envvar:
        return f", {parameter.envvar}"
    automatic = isinstance(parameter, click.Option) and parameter.allow_from_autoenv
    if option and not automatic:
        return f", {option.variable}"
    if prefix and automatic and parameter.expose_value and parameter.name:
        return f", {prefix}_{parameter.name.upper()}"
    return ""
