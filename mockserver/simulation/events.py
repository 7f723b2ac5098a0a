"""What somebody does to a workspace and its rooms: dated records, never changed objects.

An event is plain data, so that any store can keep it. What it does follows from folding those that
are dated up to a moment; see ``direction.py`` and ``happenings.py``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["CALL_EVENTS", "Event", "by_date", "of_kind"]

CALL_EVENTS = ("say", "join", "leave", "mute", "sentiment", "end", "start")
"""Kinds of events that happen in a call, or begin or end it."""


class Event(NamedTuple):
    """One record.

    ``kind`` is one of ``CALL_EVENTS``; ``play``, which says what a room does from now on;
    ``asked``, a request that a counted step has answered; ``clock``, which turns the workspace's;
    ``seen``, which says that a room's call was asked for; or ``forget``. ``at`` is in UTC Unix
    seconds by the workspace's clock, of ``clock`` by the mock's. ``room`` is None where the whole
    workspace is meant. ``number`` counts the workspace's events.
    """

    kind: str
    at: float
    room: str | None = None
    data: Mapping[str, Any] = {}
    number: int = 0


def of_kind(events: Sequence[Event], *kinds: str) -> list[Event]:
    """Return the events of these kinds, in their order."""
    return [event for event in events if event.kind in kinds]


def by_date(events: Sequence[Event]) -> list[Event]:
    """Return the events in the order in which they happen; at one instant, in that of commands."""
    return sorted(events, key=lambda event: (event.at, event.number))
