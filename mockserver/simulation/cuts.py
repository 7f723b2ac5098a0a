"""Where a call stands between two changes: what has been said, who is there, and its JSON."""

from collections.abc import Sequence
from typing import NamedTuple

from mockserver.simulation.attendance import Presence
from mockserver.simulation.performance import Performance

__all__ = ["Cut", "Spoken", "Stretch"]


class Spoken(NamedTuple):
    """What has been said and felt from the offset ``since`` until the next line at ``until``.

    ``parts`` are performances, each with the number of its lines that were spoken.
    """

    since: float
    until: float
    mood: str
    parts: Sequence[tuple[Performance, int]]


class Cut(NamedTuple):
    """Where a call stands from the offset ``since`` until ``until``, but for its duration."""

    since: float
    until: float
    sentiment: str
    parts: Sequence[tuple[Performance, int]]
    present: Sequence[Presence]


class Stretch(NamedTuple):
    """The end of a body, after ``duration``, which alone changes from ``since`` until ``until``."""

    since: float
    until: float
    rest: bytes
