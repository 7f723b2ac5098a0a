"""What a recording is told: from the verifier's table of options where it has them too."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from contracts.given import read
from contracts.options import OPTIONS, Option
from contracts.outputs import writable
from contracts.settings import Settings
from contracts.values import UsageError, check_seconds, duration

__all__ = ["PREFIX", "RECORDING", "Recording", "Scrubbing", "settings"]

PREFIX = "ACTIVE_CALLS_RECORD"
_MOST_ROOMS = 40
_DAY = 86400

# What the verifier has as well; the help where it is another here.
_SHARED = {
    "workspace-id": "The workspace whose rooms are asked for. Required.",
    "room": "A room to record. Required, repeatable.",
    "header": "",
    "api-key": "Sent as x-api-key.",
    "auth-header": "",
    "rate-limit": "",
    "wait": "Wait so long for a room to show a call.",
    "timeout": "",
    "insecure": "",
    "ca": "",
    "cert": "",
    "proxy": "",
}
_OWN = (
    Option("output", "FILE", "Write the recording there, as HAR 1.2. Required."),
    Option("every", "TIME", "How often each room is asked.", "1s"),
    Option("for", "TIME", "End after so long, such as 10m.  [default: when the calls have ended]"),
    Option(
        "scrub",
        "FILE",
        "Scrub this HAR file, of any tool, and record nothing; - is standard input.",
    ),
    Option(
        "keep-personal-data",
        "",
        "Keep names, numbers and addresses. Credentials and workspaces are hidden all the same.",
        flag=True,
    ),
)


def _shared() -> tuple[Option, ...]:
    known = {option.name: option for option in OPTIONS}
    return tuple(
        replace(known[name], help=text or known[name].help) for name, text in _SHARED.items()
    )


RECORDING: tuple[Option, ...] = tuple(replace(one, prefix=PREFIX) for one in (*_shared(), *_OWN))
"""The options of the command."""


@dataclass(frozen=True)
class Recording:
    """A recording that was asked for. ``every`` and ``lasting`` are seconds."""

    target: Settings
    output: Path
    every: float
    lasting: float
    keep_personal: bool


@dataclass(frozen=True)
class Scrubbing:
    """A file that is to be scrubbed; ``source`` is None for standard input."""

    source: Path | None
    output: Path
    keep_personal: bool


def settings(base_url: str | None, values: Mapping[str, Any]) -> Recording | Scrubbing:
    """Return what the texts of the options mean, by their names; the environment fills in.

    Raises:
        UsageError: where one cannot be used, or one is missing.

    """
    given = {one.name: one.chosen(values[one.key], os.environ) for one in RECORDING}
    for name in ("output", "every", "for", "scrub"):
        if given[name] == "":
            raise UsageError(f"--{name}: expected a value, got an empty one")
    if given["scrub"] and (base_url or values["room"]):
        both = "BASE_URL" if base_url else "--room"
        raise UsageError(f"--scrub, {both}: expected one of them, got both")
    if not given["output"]:
        raise UsageError("--output: missing; expected the file to write")
    output = Path(given["output"])
    if output.is_dir():
        raise UsageError(f"--output: expected a file, got the folder {str(output)!r}")
    if given["scrub"]:
        return _scrubbing(given, output)
    return _recording(base_url or os.environ.get(f"{PREFIX}_BASE_URL"), given, output)


def _scrubbing(given: Mapping[str, Any], output: Path) -> Scrubbing:
    source = None if given["scrub"] == "-" else Path(given["scrub"])
    if source and not source.exists():
        raise UsageError(f"--scrub: there is no file {str(source)!r}")
    if source and output.exists() and output.samefile(source):
        raise UsageError(f"--output: expected another file than --scrub, got {str(output)!r}")
    return Scrubbing(source, writable("--output", output), bool(given["keep-personal-data"]))


def _recording(base_url: str | None, given: Mapping[str, Any], output: Path) -> Recording:
    rooms = given["room"] or ()
    if len(rooms) > _MOST_ROOMS:
        raise UsageError(f"--room: at most {_MOST_ROOMS} rooms, got {len(rooms)}")
    shared = {name: given[name] for name in _SHARED}
    lasting = duration("for", given["for"]) if given["for"] else math.inf
    # No rate limit is waited for beyond the end.
    target = read(base_url, shared | {"within": str(min(lasting, _DAY) or _DAY)})
    if not target.rooms:
        raise UsageError("--room: missing; expected the name of a room to record")
    every = duration("every", given["every"] or "1s")
    check_seconds("--every", every, 3600, above_zero=True)
    if given["for"]:
        check_seconds("--for", lasting, 7 * _DAY, above_zero=True)
    keep = bool(given["keep-personal-data"])
    return Recording(target, writable("--output", output), every, lasting, keep)
