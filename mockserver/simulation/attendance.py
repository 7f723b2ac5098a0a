"""Who is in the room of a call, from when until when."""

from collections.abc import Mapping
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

import orjson

from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.listing import listed_participant

__all__ = ["Attendance", "Presence", "attendance", "presence_of"]


class Attendance(NamedTuple):
    """Somebody's presence in the room; offsets in seconds since the call began.

    ``head`` is the participant as JSON up to ``joinedAt``, which follows from ``joins``. Somebody
    who is shown so only ``since`` later than that was shown in another way before, or not at all.
    """

    head: bytes
    joins: float
    leaves: float = inf
    since: float = 0.0


def attendance(
    fields: Mapping[str, Any], joins: float, leaves: float = inf, since: float = 0.0
) -> Attendance:
    """Return the presence of a participant with ``fields``, which are all but ``joinedAt``."""
    head = orjson.dumps(fields)[:-1] + (b"," if fields else b"")
    return Attendance(head, joins, leaves, since)


class Presence(NamedTuple):
    """Somebody in the room, as the body shows them.

    Who ``entered`` before ``joins`` was shown in another way until then.
    """

    joins: float
    leaves: float
    entered: float
    shown: orjson.Fragment

    @property
    def listed(self) -> dict[str, Any]:
        """The same as a list of calls shows it."""
        return listed_participant(orjson.loads(orjson.dumps(self.shown)))


@lru_cache(8192)  # of new rooms, many begin in the same second: saves 1.5 µs of the 60 of one
def _instant(moment: float) -> bytes:
    return iso_milliseconds(moment).encode()


def presence_of(whose: Attendance, started: int) -> Presence:
    """Return a presence as it is shown; the call ``started`` then, in UTC Unix seconds."""
    head, joins, leaves, since = whose
    # To the millisecond, as the timestamp shows it, so that nobody is in the room before joinedAt.
    joined = b'"joinedAt":"%b"}' % _instant(started + joins)
    return Presence(max(joins, since), leaves, joins, orjson.Fragment(head + joined))
