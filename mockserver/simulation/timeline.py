"""A whole call, each moment of it dated: what the body at any moment follows from."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.events import Event, of_kind
from mockserver.simulation.forms import Dated, dated_lines, dated_participants
from mockserver.simulation.insights import Insights
from mockserver.simulation.insights_over_time import insights_over_time
from mockserver.simulation.rooms import read_room
from mockserver.simulation.script import FIRST_MOOD, CallScript
from mockserver.simulation.takeover import takeovers

__all__ = ["VERSION", "timeline"]

VERSION = 1
"""Of the form of a timeline. A reader refuses those that it does not know."""


def timeline(
    script: CallScript,
    room: str,
    length: float,
    events: Sequence[Event] = (),
    overrides: Mapping[str, Any] | None = None,
    own: Insights = (),
) -> dict[str, Any]:
    """Return the whole call, each moment with its offset ``at``, in seconds since the start.

    ``length`` is for how many seconds it goes on, ``events`` are those of this call until then,
    ``overrides`` are fields of the body that are given other values, and ``own`` are the insights
    of its scenario. A change of sentiment names the index of the last ``line`` before it, or -1.
    """
    lines = dated_lines(script, length, events)
    participants = dated_participants(script, length, events)
    return {
        "version": VERSION,
        "room": room,
        "id": script.fields.get("id"),
        "started": iso_milliseconds(script.started),
        "length": length,
        "type": read_room(room).type,
        "decimals": script.decimals,
        "transfer": script.transfer_at(length),
        "fields": list(_fields(script, length, overrides or {})),
        "topics": list(_topics(script, length)),
        "lines": [{"at": one.at, **one.shown} for one in lines],
        "sentiment": [
            {"at": at, "value": mood, "line": bisect_right(lines, at, key=lambda one: one.at) - 1}
            for at, mood in _moods(script, length, events)
        ],
        "participants": [
            {"joins": one.at, "leaves": one.until, **one.shown} for one in participants
        ],
        "earlier": [*_earlier("line", lines), *_earlier("participant", participants)],
        "takeovers": list(takeovers(script, length)),
        "insights": list(insights_over_time(script, lines, own)),
    }


def _fields(
    script: CallScript, length: float, overrides: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    for at, fields in script.fields_until(length):
        yield {"at": at, "value": {**fields, **overrides}}


def _earlier(kind: str, entries: Iterable[Dated]) -> Iterator[dict[str, Any]]:
    """Yield what entries were shown as before, each with the index of its entry."""
    for index, one in enumerate(entries):
        for until, shown in one.before:
            yield {kind: index, "until": until, "shown": shown}


def _topics(script: CallScript, length: float) -> Iterator[dict[str, Any]]:
    for performance, offsets, _ in script.segments:
        for cue in performance.cues:
            at = offsets[cue.index]
            if cue.topic is not None and at <= length:
                yield {"at": at, "name": cue.topic}


def _moods(
    script: CallScript, length: float, events: Sequence[Event]
) -> Iterator[tuple[float, str]]:
    """Yield each change of the sentiment; one that somebody sets holds until the next such."""
    felt = [
        (event.at - script.started, event.data["value"]) for event in of_kind(events, "sentiment")
    ]
    until, before = felt[0][0] if felt else length, None
    for at, mood in _scripted_moods(script):
        if mood != before and (at < until or (at == until and not felt)):
            yield at, mood
        before = mood
    yield from felt


def _scripted_moods(script: CallScript) -> Iterator[tuple[float, str]]:
    yield 0.0, FIRST_MOOD
    yield from script.moods
    if script.moods:
        return
    for performance, offsets, _ in script.segments:
        for offset, mood in zip(offsets, performance.moods[1:], strict=True):
            if mood is not None:
                yield offset, mood
