"""What was found of a clause, as plain data.

Errors:
    NotReachedError     the clause could not be exercised
    ├── BudgetError     the profile's requests are spent
    ├── LimitedError    the target answered 429 for too long
    └── GoneError       no room is live any more
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from contracts.judging.results import Level, Status
from contracts.traffic.exchange import Request

__all__ = [
    "Breach",
    "BudgetError",
    "Finding",
    "GoneError",
    "LimitedError",
    "NotReachedError",
    "failed",
    "judged",
    "merged",
]


class NotReachedError(Exception):
    """The clause could not be exercised; the text says why."""


class BudgetError(NotReachedError):
    """The profile's requests are spent."""


class LimitedError(NotReachedError):
    """The target's rate limit left no answer."""


class GoneError(NotReachedError):
    """Every room's call has ended."""


@dataclass(frozen=True)
class Breach:
    """One way in which a clause does not hold.

    ``request`` shows it again; where there is none, a valid request for ``room`` does.
    ``level`` is that of a breach which is milder than its clause. ``path`` is that of the field
    which breaks it, with ``[]`` for any item, empty where it is no single field.
    """

    expected: str
    received: str
    room: str = ""
    request: Request | None = None
    count: int = 1
    level: Level | None = None
    path: str = ""


@dataclass(frozen=True)
class Finding:
    """What became of a clause; ``reason`` says why where it did not simply pass."""

    status: Status
    breaches: tuple[Breach, ...] = ()
    reason: str = ""


def failed(*breaches: Breach, reason: str = "") -> Finding:
    """Return the finding of a clause that does not hold."""
    return Finding("failed", breaches, reason)


def judged(breaches: Iterable[Breach], exercised: bool, why_not: str) -> Finding:
    """Return failed where there is a breach, else passed where the clause was exercised.

    ``why_not`` is the reason where it was not.
    """
    found = merged(breaches)
    if found:
        return Finding("failed", found)
    return Finding("passed") if exercised else Finding("not reached", reason=why_not)


def merged(breaches: Iterable[Breach]) -> tuple[Breach, ...]:
    """Return like breaches as one, with their count: same words, same room, same request."""
    found: dict[tuple[str, str, Request | None, Level | None], Breach] = {}
    for one in breaches:
        key = (one.expected, one.room, one.request, one.level)
        known = found.get(key)
        found[key] = replace(known, count=known.count + one.count) if known else one
    return tuple(found.values())
