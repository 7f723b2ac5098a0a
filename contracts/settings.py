"""What a verification is told: read from either front, checked once, then frozen.

Errors:
    UsageError      a value that cannot be used; its text is one line that names the option
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from contracts.baselines import BaselineError
from contracts.contract import ENDING, Operation, siblings
from contracts.judging.baseline import Baseline, read
from contracts.judging.clauses import SEARCHES, UnknownClauseError, catalogue, select
from contracts.judging.results import Clause
from contracts.values import (
    UsageError,
    check_base_url,
    check_header_value,
    check_headers,
    check_rooms,
    check_seconds,
)
from openapi import Rate

__all__ = ["Judgement", "Review", "Settings", "UsageError"]

Profile = Literal["quick", "full"]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Which clauses are judged, which failures count, and where it is reported.

    ``only``, ``skip`` and ``require`` name clauses or groups; ``require`` also takes ``must``, and
    operations that must be offered.
    """

    fail_on: Literal["must", "should"] = "must"
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    baseline: Path | None = None
    write_baseline: Path | None = None
    report_json: Path | None = None
    report_junit: Path | None = None
    report_html: Path | None = None
    report_markdown: Path | None = None

    def __post_init__(self) -> None:
        _ = self.required, self.known
        if not self.selected:
            raise UsageError("--only, --skip: together they leave no clause to verify")
        _check_required(self)

    @property
    def reports(self) -> dict[str, Path | None]:
        """The file of each report, by its kind; None where it is not wanted."""
        return {
            "json": self.report_json,
            "junit": self.report_junit,
            "html": self.report_html,
            "markdown": self.report_markdown,
            "baseline": self.write_baseline,
        }

    @cached_property
    def known(self) -> Baseline:
        """What is known to fail.

        Raises:
            UsageError: where ``baseline`` cannot be read.

        """
        try:
            return read(self.baseline) if self.baseline else Baseline()
        except BaselineError as error:
            raise UsageError(f"--baseline: {error}") from None

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
        """Return whether a clause is asked for."""
        return clause.group not in ENDING


@dataclass(frozen=True, kw_only=True)
class Review(Judgement):
    """A verification of recorded traffic, as it was asked for.

    ``traffic`` are HAR files, None for standard input; ``host`` is the one whose answers are
    judged, where others are in them too.
    """

    traffic: tuple[Path | None, ...]
    host: str | None = None

    def asks_for(self, clause: Clause) -> bool:
        """Return whether traffic can show anything of a clause; few users end calls."""
        return super().asks_for(clause) and clause.id not in SEARCHES


@dataclass(frozen=True)
class Settings(Judgement):
    """One verification, as it was asked for. Secrets are left out of the representation.

    ``rate_limit`` is a rate to keep, ``auto`` (wait where the target says so) or ``none`` (never
    wait). ``watch``, ``timeout``, ``within`` and ``wait`` are seconds. Without ``rooms``, they
    are found by the list of calls. The calls in
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
    wait: float = 0.0
    seed: int = field(default_factory=lambda: secrets.randbelow(2**32))
    timeout: float = 10.0
    within: float = 180.0
    insecure: bool = False
    ca: Path | None = None
    cert: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    report_har: Path | None = None
    allow_ending: bool = False
    expendable_rooms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_base_url(self.base_url)
        check_header_value("--workspace-id", self.workspace_id)
        if self.other_workspace_id is not None:
            check_header_value("--other-workspace-id", self.other_workspace_id)
            if self.other_workspace_id == self.workspace_id:
                raise UsageError("--other-workspace-id: must differ from --workspace-id")
        if self.api_key is not None:
            check_header_value("--api-key", self.api_key, secret=True)
        check_rooms("--room", self.rooms, self.profile)
        _check_ending(self)
        check_headers(self.headers, self.api_key)
        _check_auth_header(self)
        if self.ca and self.insecure:
            raise UsageError("--ca, --insecure: expected one of them, got both")
        check_seconds("--watch", self.watch, 3600)
        check_seconds("--timeout", self.timeout, 600, above_zero=True)
        check_seconds("--within", self.within, 86400, above_zero=True)
        check_seconds("--wait", self.wait, 3600)
        super().__post_init__()

    @property
    def credential(self) -> tuple[str, str] | None:
        """The header that lets us in, by name and value; None where none was given."""
        if self.api_key is not None:
            return Operation.load().key_header, self.api_key
        return self.auth_header

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


def _check_required(settings: Judgement) -> None:
    """What is left out cannot be required."""
    for name in settings.require:
        ids = {f"{name}.shape"} if name in siblings() else set()
        if name != "must":
            ids = ids or set(_named("--require", [name]))
        if left_out := sorted(ids - settings.selected):
            what = name if name in left_out else f"{name} (that is {left_out[0]})"
            option = "--skip" if left_out[0] in _named("--skip", settings.skip) else "--only"
            raise UsageError(f"--require: {what} is left out by {option}")


def _check_ending(settings: Settings) -> None:
    """Nothing is ever ended unless both options say so, nor in a room that is to go on."""
    if settings.allow_ending and not settings.expendable_rooms:
        raise UsageError("--allow-ending: name the room whose call may end with --expendable-room")
    if settings.expendable_rooms and not settings.allow_ending:
        raise UsageError("--expendable-room: nothing is ended without --allow-ending")
    check_rooms("--expendable-room", settings.expendable_rooms, settings.profile)
    both = [one for one in settings.expendable_rooms if one in settings.rooms]
    if both:
        raise UsageError(
            f"--expendable-room: {both[0]!r} is given as --room too, whose call is to go on"
        )
    ending = [one for one in settings.required_operations if one in ENDING]
    if ending and not settings.allow_ending:
        raise UsageError(f"--require: {ending[0]} is only asked for with --allow-ending")


def _check_auth_header(settings: Settings) -> None:
    if settings.auth_header is None:
        return
    if settings.api_key is not None:
        raise UsageError("--auth-header, --api-key: expected one of them; --header sends any other")
    name, value = settings.auth_header
    check_headers((*settings.headers, settings.auth_header), None, "--auth-header")
    if not value:
        raise UsageError("--auth-header: expected a value, got an empty one")
    if name.lower() == "authorization" and "@" in urlsplit(settings.base_url).netloc:
        raise UsageError("--auth-header: Authorization is set by the user in BASE_URL")
