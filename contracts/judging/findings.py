"""What was found of a clause, as plain data.

Errors:
    NotReachedError     the clause could not be exercised
    ├── BudgetError     the profile's requests are spent
    ├── LimitedError    the target answered 429 for too long
    │   └── LateError   its rate limit leaves no time for more
    ├── GoneError       no room is live any more
    └── StoppedError    the target stopped answering, or lets us in no longer
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from contracts.judging.results import Level, Status
from contracts.traffic.differences import differences
from contracts.traffic.exchange import Request

__all__ = [
    "Breach",
    "BudgetError",
    "Finding",
    "GoneError",
    "LateError",
    "LimitedError",
    "NotReachedError",
    "StoppedError",
    "failed",
    "judged",
    "merged",
]

_MOST = 200  # ways that are listed of one breach


class NotReachedError(Exception):
    """The clause could not be exercised; the text says why."""


class BudgetError(NotReachedError):
    """The profile's requests are spent."""


class LimitedError(NotReachedError):
    """The target's rate limit left no answer."""


class LateError(LimitedError):
    """The target's rate limit leaves no time for more."""


class GoneError(NotReachedError):
    """Every room's call has ended."""


class StoppedError(NotReachedError):
    """The target stopped answering, or lets us in no longer: nothing more is asked."""


@dataclass(frozen=True)
class Breach:
    """One way in which a clause does not hold.

    ``request`` shows it again; where there is none, a valid request for ``room`` does. ``steps``
    come after it, each a request or a room to ask for. ``pauses`` are the seconds between requests,
    where it takes more than one to see it. ``level`` is that of
    a breach which is milder than its clause. ``cause`` is the same text for what has one cause,
    where the other words do not say so. ``variants`` are the ways in which it was seen. ``path`` is
    that of the field which breaks it, with ``[]`` for any item, empty where it is no single field.
    ``seen`` is where it showed first, in traffic that was recorded.
    """

    expected: str
    received: str
    room: str = ""
    request: Request | None = None
    count: int = 1
    level: Level | None = None
    cause: str = ""
    pauses: tuple[float, ...] = ()
    steps: tuple[Request | str, ...] = ()
    variants: tuple[str, ...] = ()
    path: str = ""
    seen: str = ""


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
    """Return the breaches of one cause as one: the first, with their count and what varied.

    One cause is: the same ``cause``; or the same words of what was expected, and of what came
    where a request of its own shows it.
    """
    found: dict[tuple[str, str, Level | None], list[Breach]] = {}
    for one in breaches:
        outcome = one.received if one.request else ""
        key = (one.cause, "") if one.cause else (one.expected, outcome)
        found.setdefault((*key, one.level), []).append(one)
    return tuple(_as_one(group) for group in found.values())


def _as_one(group: list[Breach]) -> Breach:
    count = sum(one.count for one in group)
    return replace(group[0], count=count, variants=_variants(group)) if len(group) > 1 else group[0]


def _variants(group: list[Breach]) -> tuple[str, ...]:
    """Return in which ways a breach was seen, in words, or nothing where there is one way only."""
    requests = [one.request for one in group if one.request]
    ways = differences(requests) if len(requests) == len(group) else [""] * len(group)
    rooms = len({one.room for one in group}) > 1
    outcomes = len({one.received for one in group}) > 1
    found: dict[str, None] = {}
    for one, way in zip(group, ways, strict=True):
        room = f"room {one.room!r}" if rooms and not way else ""
        words = (way, room, one.received if outcomes else "")
        found[": ".join(word for word in words if word)] = None
    if len(found) < 2:
        return ()
    rest = len(found) - _MOST
    return (*list(found)[:_MOST], *([f"and {rest} more"] if rest > 0 else []))
