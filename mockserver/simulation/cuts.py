"""Where a call stands between two changes: what has been said, who is there, and its JSON."""

from collections.abc import Sequence
from typing import NamedTuple

from mockserver.simulation.attendance import Presence
from mockserver.simulation.performance import Facts, Performance

__all__ = ["Cut", "Part", "Spoken", "Stretch"]


class Part(NamedTuple):
    """The beginning of a performance: so many of its lines, and the values of their slots."""

    performance: Performance
    spoken: int
    facts: Facts


class Spoken(NamedTuple):
    """What has been said and felt from the offset ``since`` until the next line at ``until``.

    ``parts`` are the performances of which anything was spoken.
    """

    since: float
    until: float
    mood: str
    parts: Sequence[Part]


class Cut(NamedTuple):
    """Where a call stands from the offset ``since`` until ``until``, but for its duration."""

    since: float
    until: float
    sentiment: str
    parts: Sequence[Part]
    present: Sequence[Presence]


class Stretch(NamedTuple):
    """The end of a body, after ``duration``, which alone changes from ``since`` until ``until``."""

    since: float
    until: float
    rest: bytes
