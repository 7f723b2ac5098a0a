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

from contracts.contract import ENDING, Operation, siblings
from contracts.judging.clauses import UnknownClauseError, catalogue, select
from contracts.judging.results import Clause
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
    wait). ``watch``, ``timeout``, ``within`` and ``wait`` are seconds. Without ``rooms``, they
    are found by the list of calls. ``only``, ``skip`` and ``require`` name clauses or groups;
    ``require`` also takes ``must``, and operations that must be offered. The calls in
    ``expendable_rooms`` may be ended, if ``allow_ending`` says so. ``api_key_is_empty`` says
    that a key was meant to be given, and is none. ``ca`` are the certificates to trust, ``cert`` is
    the one to show.
    """

    base_url: str = field(repr=False)
    workspace_id: str
    rooms: tuple[str, ...] = ()
    other_workspace_id: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    api_key: str | None = field(default=None, repr=False)
    auth_header: tuple[str, str] | None = field(default=None, repr=False)
    api_key_is_empty: bool = False
    profile: Profile = "full"
    rate_limit: Rate | Literal["auto", "none"] = "auto"
    watch: float = 8.0
    fail_on: Literal["must", "should"] = "must"
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    wait: float = 0.0
    seed: int = field(default_factory=lambda: secrets.randbelow(2**32))
    timeout: float = 10.0
    within: float = 180.0
    insecure: bool = False
    ca: Path | None = None
    cert: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    baseline: Path | None = None
    write_baseline: Path | None = None
    report_json: Path | None = None
    report_junit: Path | None = None
    report_html: Path | None = None
    report_markdown: Path | None = None
    report_har: Path | None = None
    allow_ending: bool = False
    expendable_rooms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_base_url(self.base_url)
        _check_header_value("--workspace-id", self.workspace_id)
        if self.other_workspace_id is not None:
            _check_header_value("--other-workspace-id", self.other_workspace_id)
            if self.other_workspace_id == self.workspace_id:
                raise UsageError("--other-workspace-id: must differ from --workspace-id")
        if self.api_key is not None:
            _check_header_value("--api-key", self.api_key, secret=True)
        _check_rooms("--room", self.rooms, self.profile)
        _check_ending(self)
        _check_headers(self.headers, self.api_key)
        _check_auth_header(self)
        if self.ca and self.insecure:
            raise UsageError("--ca, --insecure: expected one of them, got both")
        if not 0 <= self.watch <= 3600:
            raise UsageError(f"--watch: expected 0 to 3600 seconds, got {self.watch:g}")
        if not 0 < self.timeout <= 600:
            raise UsageError(
                f"--timeout: expected more than 0 to 600 seconds, got {self.timeout:g}"
            )
        if not 0 < self.within <= 86400:
            raise UsageError(
                f"--within: expected more than 0 to 86400 seconds, got {self.within:g}"
            )
        if not 0 <= self.wait <= 3600:
            raise UsageError(f"--wait: expected 0 to 3600 seconds, got {self.wait:g}")
        _ = self.required
        if not self.selected:
            raise UsageError("--only, --skip: together they leave no clause to verify")

    @property
    def credential(self) -> tuple[str, str] | None:
        """The header that lets us in, by name and value; None where none was given."""
        if self.api_key is not None:
            return Operation.load().key_header, self.api_key
        return self.auth_header

    @property
    def selected(self) -> frozenset[str]:
        """The ids of the clauses to verify.

        Raises:
            UsageError: where ``only`` or ``skip`` name no clause.

        """
        wanted = _named("--only", self.only) if self.only else frozenset(catalogue())
        return wanted - _named("--skip", self.skip)

    @property
    def required(self) -> frozenset[str]:
        """The ids of the clauses that must be exercised.

        Of an operation that must be offered, that is the one about its answer. ``must`` stands for
        each must that is asked for.

        Raises:
            UsageError: where ``require`` names no clause.

        """
        others = {"must", *siblings()}
        named = _named("--require", (one for one in self.require if one not in others))
        named |= {f"{name}.shape" for name in self.required_operations}
        return named | self._musts() if "must" in self.require else named

    def _musts(self) -> set[str]:
        clauses = catalogue().values()
        return {one.id for one in clauses if one.level == "must" and self.asks_for(one)}

    @property
    def required_operations(self) -> tuple[str, ...]:
        """The names of the operations that must be offered."""
        return tuple(one for one in siblings() if one in self.require)

    def asks_for(self, clause: Clause) -> bool:
        """Return whether a clause is asked for: some end calls, or take long."""
        if clause.group in ENDING:
            return self.allow_ending
        return self.profile == "full" or clause.group != "sequence"


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


def _check_rooms(option: str, rooms: tuple[str, ...], profile: Profile) -> None:
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


def _check_ending(settings: Settings) -> None:
    """Nothing is ever ended unless both options say so, nor in a room that is to go on."""
    if settings.allow_ending and not settings.expendable_rooms:
        raise UsageError("--allow-ending: name the room whose call may end with --expendable-room")
    if settings.expendable_rooms and not settings.allow_ending:
        raise UsageError("--expendable-room: nothing is ended without --allow-ending")
    _check_rooms("--expendable-room", settings.expendable_rooms, settings.profile)
    both = [one for one in settings.expendable_rooms if one in settings.rooms]
    if both:
        raise UsageError(
            f"--expendable-room: {both[0]!r} is given as --room too, whose call is to go on"
        )
    ending = [one for one in settings.required_operations if one in ENDING]
    if ending and not settings.allow_ending:
        raise UsageError(f"--require: {ending[0]} is only asked for with --allow-ending")


def _check_headers(
    headers: tuple[tuple[str, str], ...], api_key: str | None, option: str = "--header"
) -> None:
    operation = Operation.load()
    names = [name.lower() for name, _ in headers]
    for name, value in headers:
        if names.count(name.lower()) > 1:
            raise UsageError(f"{option}: {name} is given twice")
        if value:
            _check_header_value(f"{option} {name}", value, secret=True)
        if name.lower() == operation.workspace_header:
            raise UsageError(f"{option}: {name} is set by --workspace-id")
        if name.lower() == operation.key_header and api_key is not None:
            raise UsageError(f"{option}: {name} is set by --api-key")
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            raise UsageError(f"{option}: {name} is part of the connection and cannot be set")


def _check_auth_header(settings: Settings) -> None:
    if settings.auth_header is None:
        return
    if settings.api_key is not None:
        raise UsageError("--auth-header, --api-key: expected one of them; --header sends any other")
    name, value = settings.auth_header
    _check_headers((*settings.headers, settings.auth_header), None, "--auth-header")
    if not value:
        raise UsageError("--auth-header: expected a value, got an empty one")
    if name.lower() == "authorization" and "@" in urlsplit(settings.base_url).netloc:
        raise UsageError("--auth-header: Authorization is set by the user in BASE_URL")


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
