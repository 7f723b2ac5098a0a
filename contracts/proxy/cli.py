"""The command ``active-calls-proxy``: stands before an implementation, and judges what passes."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from contracts import extra, signals
from contracts.command import ValuedCommand, epilog, fail, parameter
from contracts.command import run as run_command
from contracts.completion import completer
from contracts.given import read_judgement
from contracts.outputs import writable
from contracts.proxy.settings import OPTIONS, PREFIX, ProxySettings
from contracts.values import UsageError

__all__ = ["command", "main"]

_NAME = "active-calls-proxy"


@click.command(
    _NAME,
    cls=ValuedCommand,
    context_settings={"auto_envvar_prefix": PREFIX, "max_content_width": 100},
    epilog=epilog(
        "active-calls-proxy --upstream http://127.0.0.1:8000 --report-dir reports",
        PREFIX,
        "UPSTREAM",
        "once it is ended by Ctrl-C or SIGTERM, 0 conforms, 1 violates, 2 usage error or a defect "
        "of the proxy, 3 inconclusive.",
    ),
)
@click.option("--upstream", metavar="URL", help="Whom to pass everything on to. Required.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=4020, show_default=True)
@click.option(
    "--no-headers", is_flag=True, help="Add no Active-Calls-Breach to answers that break a clause."
)
@click.option(
    "--fallback",
    metavar="mock|URL",
    help="Who answers what the upstream does not offer, or while it is down.",
)
@click.option(
    "--record",
    metavar="FILE",
    shell_complete=completer("FILE"),
    help="Write what has passed there, scrubbed, as HAR.",
)
@click.option(
    "--keep-personal-data",
    is_flag=True,
    help="In that file, keep names, numbers and addresses; credentials are hidden all the same.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=float,
    default=30.0,
    show_default=True,
    help="How long either side may take for the next part of a message.",
)
@click.option("--insecure", "-k", is_flag=True, help="Do not verify the upstream's certificate.")
@click.option(
    "--ca",
    metavar="FILE",
    shell_complete=completer("FILE"),
    help="Trust these certificates (PEM) alone.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict alone.")
@click.version_option(package_name="active-calls", message="%(version)s")
def command(quiet: bool, **values: Any) -> int:
    """Pass everything on to an implementation, and judge what passes by the contract.

    Point an application, or its tests, at this address in place of the implementation's. Each
    breach is told as it comes, on the page /_proxy/ and in a header of the answer that shows it.
    """
    if absent := extra.missing(extra.PROXY, "passing traffic on"):
        raise UsageError(absent)
    return _pass_on(_settings(values), quiet)


command.params += [parameter(option) for option in OPTIONS]


def _settings(values: dict[str, Any]) -> ProxySettings:
    for name in ("record", "ca", "fallback"):
        if values[name] == "":
            raise UsageError(f"--{name}: expected a value, got an empty one")
    if not values["upstream"]:
        raise UsageError("--upstream: missing; expected the URL of an implementation")
    given = {option.name: option.chosen(values[option.key], os.environ) for option in OPTIONS}
    return ProxySettings(
        upstream=values["upstream"],
        host=values["host"],
        port=values["port"],
        marks=not values["no_headers"],
        timeout=values["timeout"],
        insecure=values["insecure"],
        ca=Path(values["ca"]) if values["ca"] else None,
        fallback=values["fallback"],
        record=writable("--record", Path(values["record"])) if values["record"] else None,
        keep_personal_data=values["keep_personal_data"],
        **read_judgement(given),
    )


def _pass_on(settings: ProxySettings, quiet: bool) -> int:
    # Imported here, so that --help and a usage error answer at once.
    from contracts import report
    from contracts.proxy.judge_process import JudgeError
    from contracts.proxy.run import run

    def say(line: str) -> None:
        if not quiet:
            click.echo(f"{_NAME}: {report.visible(line)}", err=True)

    try:
        result, tape = run(settings, say)
    except JudgeError as error:
        return fail(command, f"{error}; that says nothing of the implementation")
    with signals.undisturbed():
        for problem in report.write(result, **settings.reports):
            fail(command, problem)
        report.terminal(result, report.Screen(), quiet)
    if tape:  # last, since it may take minutes
        try:
            tape.write(say)
        except OSError as error:
            why = f"{str(settings.record)!r} cannot be written: {error.strerror}"
            return fail(command, f"--record: {why}")
    return result.exit_status


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    run_command(command, arguments)
