"""Whether a moment that an answer tells agrees with the server's own clock."""

from typing import Any

from contracts.judging.coherence.calls import instant
from contracts.judging.findings import Breach
from contracts.judging.results import Level
from contracts.traffic.exchange import Exchange, http_date

__all__ = ["DISAGREEMENT", "level_of", "off", "seconds_after_date"]

DISAGREEMENT = 5.0
"""Seconds by which two clocks may differ."""
_WRONG = 60.0  # seconds that no two clocks of one server differ by


def level_of(seconds: float) -> Level | None:
    """Return how hard a difference is that is greater than two clocks may have.

    None stands for the clause's own level: the time zone or the unit is wrong.
    """
    return None if abs(seconds) > _WRONG else "should"


def seconds_after_date(told: Any, exchange: Exchange) -> float | None:
    """Return how many seconds after the Date of an answer a moment is.

    None where it is no point in time, or there is no Date.
    """
    moment, date = instant(told), http_date(exchange.headers, "date")
    return None if moment is None or date is None else (moment - date).total_seconds()


def off(field: str, told: str, seconds: float, exchange: Exchange, room: str = "") -> list[Breach]:
    """Return the breach where a field tells a moment so many seconds after the answer's Date."""
    if abs(seconds) <= DISAGREEMENT:
        return []
    words = f"{field} that agrees with the server's Date"
    which = "after" if seconds > 0 else "before"
    received = f"{told}, {abs(seconds):.0f} s {which} {exchange.headers['date']}"
    return [Breach(words, received, room, exchange.request, level=level_of(seconds), cause=words)]
