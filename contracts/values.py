"""The values of options: how their texts are read, and what can be used.

Errors:
    UsageError      a value that cannot be used; its text is one line that names the option
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from contracts.contract import Operation
from openapi import Rate

__all__ = [
    "UsageError",
    "check_base_url",
    "check_header_value",
    "check_headers",
    "check_rooms",
    "check_seconds",
    "duration",
    "header",
    "one_of",
    "rate_limit",
    "seconds",
    "whole_number",
]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


class UsageError(ValueError):
    """A mistake of the user, in one line that names option, value and what would be right."""


def header(text: str, option: str = "--header") -> tuple[str, str]:
    """Return name and value of ``Name: value``.

    Raises:
        UsageError: where it is anything else. Its text leaves the value out: it may be secret.

    """
    name, colon, value = text.partition(":")
    if not colon or not _TOKEN.fullmatch(name):
        raise UsageError(f"{option}: expected 'Name: value'")
    return name, value.strip()


def rate_limit(text: str) -> Rate | Literal["auto", "none"]:
    """Return the rate that ``60/m`` (or ``/s``, ``/h``), ``auto`` or ``none`` means.

    Raises:
        UsageError: where it is anything else.

    """
    if text == "auto":
        return "auto"
    if text == "none":
        return "none"
    try:
        return Rate.parse(text)
    except ValueError:
        expected = "expected auto, none or a rate such as 60/m"
        raise UsageError(f"--rate-limit: {expected}, got {text!r}") from None


def one_of(name: str, given: Mapping[str, Any], default: str, choices: tuple[str, ...]) -> Any:
    """Return the choice that was given for an option, else its default.

    Raises:
        UsageError: where it is none of the choices.

    """
    value = given.get(name, default)
    if value not in choices:
        raise UsageError(f"--{name}: expected {' or '.join(choices)}, got {value!r}")
    return value


def seconds(name: str, text: str) -> float:
    """Return the number that a text is. It may be out of range, or no finite one.

    Raises:
        UsageError: where it is no number.

    """
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"--{name}: expected a number of seconds, got {text!r}") from None


def duration(name: str, text: str) -> float:
    """Return the seconds that ``90``, ``90s``, ``10m`` or ``1h`` are.

    Raises:
        UsageError: where it is anything else.

    """
    found = re.fullmatch(r"(\d{1,7}(?:\.\d{1,6})?)([smh]?)", text)
    if not found:
        raise UsageError(f"--{name}: expected a time such as 90s, 10m or 1h, got {text!r}")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]


def whole_number(name: str, text: str) -> int:
    """Return the whole number that a text is.

    Raises:
        UsageError: where it is none.

    """
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"--{name}: expected a whole number, got {text!r}") from None


def check_base_url(url: str, option: str = "BASE_URL") -> None:
    """Refuse what is no base URL of an implementation, such as the URL of a call.

    Raises:
        UsageError: its text leaves the user info out.

    """
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise UsageError(f"{option}: {_shown(url)} is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        raise UsageError(f"{option}: expected http://HOST or https://HOST, got {_shown(url)}")
    if parts.query or parts.fragment or re.search(r"[\x00-\x20\x7f]", url):
        raise UsageError(f"{option}: expected no query, fragment or blank, got {_shown(url)}")
    before = str(Operation.load().path).split("{")[0].rstrip("/")
    if before in parts.path:
        raise UsageError(f"{option}: expected the part before {before}, got {_shown(url)}")


def _shown(url: str) -> str:
    """Return the URL without the user info, which may hold a password."""
    return repr(re.sub(r"//[^/@]*@", "//", url))


def check_header_value(option: str, value: str, *, secret: bool = False) -> None:
    """Refuse what cannot stand in a header; where it is ``secret``, the mistake does not show it.

    Raises:
        UsageError: where it is empty, or cannot be sent.

    """
    shown = "this value" if secret else repr(value)
    if not value:
        raise UsageError(f"{option}: expected a value, got an empty one")
    if value != value.strip() or re.search(r"[\x00-\x1f\x7f]", value):
        raise UsageError(
            f"{option}: {shown} cannot be sent: blanks around it, or control characters"
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{option}: {shown} is not valid text") from None


def check_rooms(option: str, rooms: Sequence[str], profile: str) -> None:
    """Refuse rooms that cannot be asked for, and more than a profile has requests for.

    Raises:
        UsageError: where one is no name, stands twice, or is one too many.

    """
    if "" in rooms:
        raise UsageError(f"{option}: expected the name of a room that is live now")
    if len(set(rooms)) < len(rooms):
        raise UsageError(f"{option}: the same room is given twice")
    most = {"quick": 8, "full": 40}[profile]
    if len(rooms) > most:
        raise UsageError(
            f"{option}: at most {most} rooms with --profile {profile}, got {len(rooms)}"
        )
    for room in rooms:
        try:
            room.encode()
        except UnicodeEncodeError:
            raise UsageError(f"{option}: {room!r} is not valid text") from None


def check_headers(
    headers: Sequence[tuple[str, str]], api_key: str | None, option: str = "--header"
) -> None:
    """Refuse headers that cannot be sent, or that another option sets. An empty value may be sent.

    Raises:
        UsageError: it names the header; its value may be secret.

    """
    operation = Operation.load()
    names = [name.lower() for name, _ in headers]
    for name, value in headers:
        if names.count(name.lower()) > 1:
            raise UsageError(f"{option}: {name} is given twice")
        if value:
            check_header_value(f"{option} {name}", value, secret=True)
        if name.lower() == operation.workspace_header:
            raise UsageError(f"{option}: {name} is set by --workspace-id")
        if name.lower() == operation.key_header and api_key is not None:
            raise UsageError(f"{option}: {name} is set by --api-key")
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            raise UsageError(f"{option}: {name} is part of the connection and cannot be set")


def check_seconds(option: str, value: float, most: float, *, above_zero: bool = False) -> None:
    """Refuse less than no time, or more than ``most`` seconds.

    Raises:
        UsageError: also where it is 0, and must be above it.

    """
    if not 0 <= value <= most or (above_zero and value == 0):
        least = "more than 0" if above_zero else "0"
        raise UsageError(f"{option}: expected {least} to {most:g} seconds, got {value:g}")
