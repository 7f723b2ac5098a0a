"""What a verification is told: read from either front, checked once, then frozen.

Errors:
    UsageError      a value that cannot be used; its text is one line that names the option
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from contracts.contract import Operation
from contracts.judging.clauses import UnknownClauseError, catalogue, select
from openapi import Rate

__all__ = ["Settings", "UsageError", "header", "rate_limit"]

Profile = Literal["quick", "full"]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


class UsageError(ValueError):
    """A mistake of the user, in one line that names option, value and what would be right."""


@dataclass(frozen=True)
class Settings:
    """One verification, as it was asked for. Secrets are left out of the representation.

    ``rate_limit`` is a rate to keep, ``auto`` (wait where the target says so) or ``none`` (never
    wait). ``empty_key`` says that a key was given, but an empty one: that is none, and the verdict
    says so. ``watch`` and ``timeout`` are seconds. ``only`` and ``skip`` name clauses or groups.
    """

    base_url: str = field(repr=False)
    workspace_id: str
    rooms: tuple[str, ...]
    other_workspace_id: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    api_key: str | None = field(default=None, repr=False)
    empty_key: bool = False
    profile: Profile = "full"
    rate_limit: Rate | Literal["auto", "none"] = "auto"
    watch: float = 8.0
    fail_on: Literal["must", "should"] = "must"
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    seed: int = field(default_factory=lambda: secrets.randbelow(2**32))
    timeout: float = 10.0
    insecure: bool = False
    report_json: Path | None = None
    report_junit: Path | None = None
    report_html: Path | None = None
    report_markdown: Path | None = None

    def __post_init__(self) -> None:
        _check_base_url(self.base_url)
        _check_header_value("--workspace-id", self.workspace_id)
        if self.other_workspace_id is not None:
            _check_header_value("--other-workspace-id", self.other_workspace_id)
            if self.other_workspace_id == self.workspace_id:
                raise UsageError("--other-workspace-id: must differ from --workspace-id")
        if self.api_key is not None:
            _check_header_value("--api-key", self.api_key, secret=True)
        _check_rooms(self.rooms, self.profile)
        _check_headers(self.headers, self.api_key)
        if not 0 <= self.watch <= 3600:
            raise UsageError(f"--watch: expected 0 to 3600 seconds, got {self.watch:g}")
        if not 0 < self.timeout <= 600:
            raise UsageError(
                f"--timeout: expected more than 0 to 600 seconds, got {self.timeout:g}"
            )
        if not self.selected:
            raise UsageError("--only, --skip: together they leave no clause to verify")

    @property
    def selected(self) -> frozenset[str]:
        """The ids of the clauses to verify.

        Raises:
            UsageError: where ``only`` or ``skip`` name no clause.

        """
        wanted = _named("--only", self.only) if self.only else frozenset(catalogue())
        return wanted - _named("--skip", self.skip)


def _named(option: str, names: Iterable[str]) -> frozenset[str]:
    try:
        return frozenset().union(*(select(name) for name in names))
    except UnknownClauseError as error:
        raise UsageError(f"{option}: {error}") from None


def _check_base_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise UsageError(f"BASE_URL: {_shown(url)} is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        raise UsageError(f"BASE_URL: expected http://HOST or https://HOST, got {_shown(url)}")
    if parts.query or parts.fragment or re.search(r"[\x00-\x20\x7f]", url):
        raise UsageError(f"BASE_URL: expected no query, fragment or blank, got {_shown(url)}")
    before = str(Operation.load().path).split("{")[0].rstrip("/")
    if before in parts.path:
        raise UsageError(f"BASE_URL: expected the part before {before}, got {_shown(url)}")


def _shown(url: str) -> str:
    """Return the URL without the user info, which may hold a password."""
    return repr(re.sub(r"//[^/@]*@", "//", url))


def _check_header_value(option: str, value: str, *, secret: bool = False) -> None:
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


def _check_rooms(rooms: tuple[str, ...], profile: Profile) -> None:
    if not rooms or "" in rooms:
        raise UsageError("--room: expected the name of a room that is live now")
    if len(set(rooms)) < len(rooms):
        raise UsageError("--room: the same room is given twice")
    most = {"quick": 8, "full": 40}[profile]
    if len(rooms) > most:
        raise UsageError(f"--room: at most {most} rooms with --profile {profile}, got {len(rooms)}")
    for room in rooms:
        try:
            room.encode()
        except UnicodeEncodeError:
            raise UsageError(f"--room: {room!r} is not valid text") from None


def _check_headers(headers: tuple[tuple[str, str], ...], api_key: str | None) -> None:
    operation = Operation.load()
    names = [name.lower() for name, _ in headers]
    for name, value in headers:
        if names.count(name.lower()) > 1:
            raise UsageError(f"--header: {name} is given twice")
        if value:
            _check_header_value(f"--header {name}", value, secret=True)
        if name.lower() == operation.workspace_header:
            raise UsageError(f"--header: {name} is set by --workspace-id")
        if name.lower() == operation.key_header and api_key is not None:
            raise UsageError(f"--header: {name} is set by --api-key")
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            raise UsageError(f"--header: {name} is part of the connection and cannot be set")


def header(text: str) -> tuple[str, str]:
    """Return name and value of ``Name: value``.

    Raises:
        UsageError: where it is anything else. Its text leaves the value out: it may be secret.

    """
    name, colon, value = text.partition(":")
    if not colon or not _TOKEN.fullmatch(name):
        raise UsageError("--header: expected 'Name: value'")
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
