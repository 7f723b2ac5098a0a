"""Who is in the room of a call, from when until when."""

from collections.abc import Mapping
from math import inf
from typing import Any, NamedTuple

import orjson

from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.listing import listed_participant

__all__ = ["Attendance", "Presence", "attendance", "presence_of"]


class Attendance(NamedTuple):
    """Somebody's presence in the room; offsets in seconds since the call began.

    ``head`` is the participant as JSON up to ``joinedAt``, which follows from ``joins``; ``listed``
    is the same as a list of calls shows it. Somebody who is shown so only ``since`` later than that
    was shown in another way before, or not at all.
    """

    head: bytes
    listed: bytes
    joins: float
    leaves: float = inf
    since: float = 0.0


def attendance(
    fields: Mapping[str, Any], joins: float, leaves: float = inf, since: float = 0.0
) -> Attendance:
    """Return the presence of a participant with ``fields``, which are all but ``joinedAt``."""
    return Attendance(_opened(fields), _opened(listed_participant(fields)), joins, leaves, since)


def _opened(fields: Mapping[str, Any]) -> bytes:
    return orjson.dumps(fields)[:-1] + (b"," if fields else b"")


class Presence(NamedTuple):
    """Somebody in the room, as the body and as a list shows them.

    Who ``entered`` before ``joins`` was shown in another way until then.
    """

    joins: float
    leaves: float
    entered: float
    shown: orjson.Fragment
    listed: orjson.Fragment


def presence_of(whose: Attendance, started: int) -> Presence:
    """Return a presence as it is shown; the call ``started`` then, in UTC Unix seconds."""
    head, listed, joins, leaves, since = whose
    # To the millisecond, as the timestamp shows it, so that nobody is in the room before joinedAt.
    joined = b'"joinedAt":"%b"}' % iso_milliseconds(started + joins).encode()
    shown, listed_ = orjson.Fragment(head + joined), orjson.Fragment(listed + joined)
    return Presence(max(joins, since), leaves, joins, shown, listed_)
