"""A whole call, each moment of it dated."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import orjson

from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.script import FIRST_MOOD, CallScript

__all__ = ["timeline"]


def timeline(script: CallScript) -> dict[str, Any]:
    """Return the whole call, each moment with its offset ``at``, in seconds since the start.

    A change of sentiment names the index of the last ``line`` before it, or None.
    """
    said = script.lines(script.length)
    offsets = [offset for segment in script.segments for offset in segment.offsets]
    return {
        "id": script.fields.get("id"),
        "started": iso_milliseconds(script.started),
        "length": script.length,
        "topics": [
            {"at": round(segment.offsets[cue.index], 3), "name": cue.topic}
            for segment in script.segments
            for cue in segment.performance.cues
            if cue.topic is not None and segment.offsets[cue.index] <= script.length
        ],
        "lines": [{"at": round(at, 3), **line} for at, line in said],
        "sentiment": [
            {
                "at": round(at, 3),
                "value": mood,
                "line": bisect_right(offsets, at) - 1 if offsets else -1,
            }
            for at, mood in _mood_changes(script)
        ],
        "participants": list(_participants(script)),
    }


def _participants(script: CallScript) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(script.presences):
        after = script.presences[number + 1 : number + 2]
        goes_on = any(two.entered == one.entered and two.joins == one.leaves for two in after)
        if one.joins <= script.length and not goes_on:
            leaves = one.leaves if one.leaves < script.length else None
            body = orjson.loads(orjson.dumps(one.shown))
            yield {"joins": one.entered, "leaves": leaves, **body}


def _all_moods(script: CallScript) -> Iterator[tuple[float, str]]:
    yield 0.0, FIRST_MOOD
    yield from script.moods
    if script.moods:
        return
    for performance, offsets, _ in script.segments:
        for offset, mood in zip(offsets, performance.moods[1:], strict=True):
            if mood is not None:
                yield offset, mood


def _mood_changes(script: CallScript) -> Iterator[tuple[float, str]]:
    before = None
    for at, mood in _all_moods(script):
        if mood != before and at <= script.length:
            yield at, mood
        before = mood
