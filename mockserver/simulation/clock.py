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
    "iso_milliseconds",
    "real",
    "scaled",
    "stopwatch",
]

Clock = Callable[[], float]

real: Clock = time.time
stopwatch: Clock = time.perf_counter
"""Seconds from an arbitrary moment, never going back: for durations only."""


def frozen(instant: float) -> Clock:
    """Return a clock that always shows ``instant`` (UTC Unix seconds)."""
    return lambda: instant


def scaled(origin: float, factor: float, base: Clock = real) -> Clock:
    """Return a clock that leaves ``base`` at ``origin`` and runs ``factor`` times as fast."""
    return lambda: origin + (base() - origin) * factor


def as_datetime(instant: float) -> datetime:
    """Return ``instant`` (UTC Unix seconds) as an aware datetime in UTC."""
    return datetime.fromtimestamp(instant, UTC)


@lru_cache(1024)  # participants mostly join at whole seconds
def iso_milliseconds(instant: float) -> str:
    """Return ``instant`` (UTC Unix seconds) in the form ``2024-06-01T10:00:00.000Z``."""
    return as_datetime(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")
