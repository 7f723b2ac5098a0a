"""Successive observations, cut into calls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from contracts.judging.results import ABSENT, Observation
from contracts.traffic.exchange import http_date

__all__ = [
    "Call",
    "call_id",
    "calls",
    "instant",
    "number",
    "pause",
    "people",
    "restarted",
    "server_date",
]

_TURNOVER = 3.0  # seconds by which a new call may be older than the gap in which it began


@dataclass(frozen=True)
class Call:
    """One call: its observations with status 200 and an object as body, in order."""

    room: str
    seen: tuple[Observation, ...]

    @property
    def pairs(self) -> Iterator[tuple[Observation, Observation]]:
        """Each observation with the next one that was asked for after its answer had come."""
        return (pair for pair in pairwise(self.seen) if pair[0].received <= pair[1].sent)


def call_id(body: Any) -> Any:
    """Return the id of the call that a body shows, None where it shows none."""
    return body.get("id") if isinstance(body, dict) else None


def calls(observations: Sequence[Observation]) -> list[Call]:
    """Return the calls of each room.

    A room hosts one call after another. A new one begins where the id changes, and either the
    room was gone (404 or 410) in between or the duration started anew; any other change of the id
    belongs to the same call, and is a breach.
    """
    global _latest
    known, length, found = _latest
    if known is observations and length == len(observations):
        return found  # all clauses over time ask for the same: saves a tenth of what they take
    made = _cut(observations)
    _latest = observations, len(observations), made
    return made


_latest: tuple[Sequence[Observation], int, list[Call]] = ((), 0, [])


def _cut(observations: Sequence[Observation]) -> list[Call]:
    rooms: dict[tuple[str, str], list[Observation]] = {}
    for one in observations:
        rooms.setdefault((one.workspace, one.room), []).append(one)
    return [call for seen in rooms.values() for call in _calls(seen)]


def _calls(observations: list[Observation]) -> Iterator[Call]:
    """Yield the calls of one room."""
    seen: list[Observation] = []
    gone = False
    for one in sorted(observations, key=lambda one: one.sent):
        gone = gone or one.status in ABSENT
        if one.status != 200 or not isinstance(one.body, dict):
            continue
        changed = seen and one.body.get("id") != seen[-1].body.get("id")
        if changed and (gone or restarted(seen[-1], one)):
            yield Call(one.room, tuple(seen))
            seen = []
        seen.append(one)
        gone = False
    if seen:
        yield Call(seen[0].room, tuple(seen))


def restarted(before: Observation, after: Observation) -> bool:
    """Return whether the duration of the second, later one can only be that of another call."""
    old, new = number(before.body.get("duration")), number(after.body.get("duration"))
    if old is None or new is None:
        return False
    elapsed = after.received - before.sent
    # Where polls are far apart, a new call may last longer than the old one did when it was seen.
    lags = new < old or new < old + elapsed - _TURNOVER
    return lags and 0 <= new <= elapsed + _TURNOVER


def people(observation: Observation) -> dict[str, dict[str, Any]]:
    """Return who is in the room by identity, as far as the answer says so."""
    found = observation.body.get("participants") if isinstance(observation.body, dict) else None
    shown = found if isinstance(found, list) else []
    named = (one for one in shown if isinstance(one, dict))
    return {one["identity"]: one for one in named if isinstance(one.get("identity"), str)}


def pause(before: Observation, after: Observation) -> float:
    """Return the seconds between two polls, to wait between two commands that show the same."""
    return round(max(0.1, after.sent - before.sent), 1)


def number(value: Any) -> float | None:
    """Return a JSON number as a float, else None. A boolean is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def instant(value: Any) -> datetime | None:
    """Return an RFC 3339 instant as an aware datetime, else None. Its letters have either case."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None


def server_date(observation: Observation) -> datetime | None:
    """Return the answer's Date header as an aware datetime, else None."""
    return http_date(observation.headers, "date")
