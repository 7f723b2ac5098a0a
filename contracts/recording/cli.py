"""The command ``active-calls-record``: keeps calls as they go on, without what must not leave."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from contracts import extra, signals
from contracts.command import ValuedCommand, epilog, fail, parameter, run
from contracts.recording.settings import PREFIX, RECORDING, Recording, Scrubbing, settings
from contracts.values import UsageError

__all__ = ["command", "main"]

_NAME = "active-calls-record"


@click.command(
    _NAME,
    cls=ValuedCommand,
    params=[
        click.Argument(["base_url"], required=False),
        *(parameter(option) for option in RECORDING),
        click.Option(["-q", "--quiet"], is_flag=True, help="Say nothing but errors."),
    ],
    context_settings={"max_content_width": 100},
    epilog=epilog(
        "active-calls-record https://staging.example.com --workspace-id ws-1 --room call-abc123 "
        "--output call.har",
        PREFIX,
        "API_KEY",
        "0 recorded, 2 usage error, nobody there or no call, 130 or 143 interrupted (what was "
        "recorded by then is there).",
    ),
)
@click.version_option(package_name="active-calls", message="%(version)s")
def command(base_url: str | None, quiet: bool, **values: Any) -> int:
    """Record the calls in rooms of the implementation at BASE_URL until they have ended.

    The file is HAR 1.2, and valid at any moment. Credentials, cookies and the workspace are taken
    out; names, phone numbers, addresses and long numbers are replaced one for one.
    """
    if absent := extra.missing(extra.RECORD, "recording"):
        raise UsageError(absent)
    asked = settings(base_url, values)
    restore = signals.catch_sigterm()
    try:
        return _record(asked, quiet) if isinstance(asked, Recording) else _scrub(asked, quiet)
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"--output: {str(asked.output)!r} cannot be written: {why}") from None
    finally:
        restore()


def _record(recording: Recording, quiet: bool) -> int:
    # Imported here, so that --help and a usage error answer at once.
    from contracts.recording import summary
    from contracts.recording.progress import progress
    from contracts.recording.recorder import Recorder

    with progress(quiet) as line:
        recorder = Recorder(recording, line.told, line.waiting)
        status = _interrupted(recorder.run)
    with signals.undisturbed():
        if not recorder.recorded:
            if status:
                return _end(status)
            [first, *_] = recorder.rooms
            raise UsageError(
                f"--room: {first.name!r} showed no call at {recorder.url}: {first.why}"
            )
        _say(quiet, summary.recorded(recorder.rooms, recorder.exchanges, str(recording.output)))
        _say(quiet, summary.replaced(recorder.scrubber, recording.keep_personal))
    return status


def _scrub(scrubbing: Scrubbing, quiet: bool) -> int:
    from contracts.recording import summary
    from contracts.recording.progress import progress
    from contracts.recording.scrub import scrub
    from contracts.traffic.scrubbing import Scrubber
    from openapi.har_file import ArchiveError

    scrubber = Scrubber(personal=not scrubbing.keep_personal)
    entries = 0

    def work() -> None:
        nonlocal entries
        with progress(quiet) as line:
            entries = scrub(scrubbing.source, scrubbing.output, scrubber, line.entries)

    try:
        if status := _interrupted(work):
            return _end(status)
    except ArchiveError as error:
        raise UsageError(f"--scrub: {error}") from None
    _say(quiet, [f"scrubbed {entries} entries: {scrubbing.output}"])
    _say(quiet, summary.replaced(scrubber, scrubbing.keep_personal))
    return 0


def _interrupted(work: Callable[[], None]) -> int:
    """Return 0 after the work, or the status of what has ended it."""
    try:
        work()
    except signals.TerminatedError:
        return 143
    except KeyboardInterrupt:
        return 130
    return 0


def _end(status: int) -> int:
    """Say that nothing came of it."""
    fail(command, "interrupted; nothing was written")
    return status


def _say(quiet: bool, lines: Iterable[str]) -> None:
    for line in () if quiet else lines:
        click.echo(line, err=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    run(command, arguments)


if __name__ == "__main__":
    main()
