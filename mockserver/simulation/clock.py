"""The only place that reads the machine's clocks. Everything else is given one.

A clock is a callable that returns the current instant as UTC Unix seconds. The rest of the
simulation computes with such instants and turns them into aware datetimes where they are shown.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

__all__ = [
    "Clock",
    "as_datetime",
    "frozen",
    "instant",
    "iso_milliseconds",
    "real",
    "scaled",
    "stopwatch",
]

Clock = Callable[[], float]

# Within the four bytes of seconds that an id holds, with room for years of a fast clock.
_FIRST_YEAR, _LAST_YEAR = 1970, 2100

real: Clock = time.time
stopwatch: Clock = time.perf_counter
"""Seconds from an arbitrary moment, never going back: for durations only."""


def frozen(instant: float) -> Clock:
    """Return a clock that always shows ``instant`` (UTC Unix seconds)."""
    return lambda: instant


def scaled(origin: float, factor: float, base: Clock = real) -> Clock:
    """Return a clock that leaves ``base`` at ``origin`` and runs ``factor`` times as fast."""
    return lambda: origin + (base() - origin) * factor


def instant(text: str) -> float:
    """Return an ISO 8601 instant with its offset as UTC Unix seconds.

    Raises:
        ValueError: it is none, or not within the years that an id and a fast clock allow.
    """
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!a} is not an instant such as 2024-06-01T10:02:25Z") from None
    if parsed.tzinfo is None:
        raise ValueError(f"{text!a} has no offset such as the Z of 2024-06-01T10:02:25Z")
    if not _FIRST_YEAR < parsed.year < _LAST_YEAR:
        raise ValueError(f"{text!a} is not between {_FIRST_YEAR} and {_LAST_YEAR}")
    return parsed.timestamp()


def as_datetime(instant: float) -> datetime:
    """Return ``instant`` (UTC Unix seconds) as an aware datetime in UTC."""
    return datetime.fromtimestamp(instant, UTC)


@lru_cache(1024)  # participants mostly join at whole seconds
def iso_milliseconds(instant: float) -> str:
    """Return ``instant`` (UTC Unix seconds) in the form ``2024-06-01T10:00:00.000Z``."""
    return as_datetime(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")
