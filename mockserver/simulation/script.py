"""A call as a script that is drawn once, and its state at any moment as a cut through it.

The conversation is planned on demand: the script remembers what a passage was once somebody has
asked for a later moment, which changes what a cut costs and never what it shows.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.conversation import Segment
from mockserver.simulation.performance import Turn, template

__all__ = [
    "Attendance",
    "CallScript",
    "attendance",
    "duration_at",
    "snapshot",
    "snapshot_json",
]

_FIRST_MOOD = "neutral"
_Presence = tuple[float, float, orjson.Fragment]

# What a script costs in memory, and each segment of it, apart from the texts that it keeps; bytes,
# measured with thousands of scripts.
_SCRIPT_BYTES, _SEGMENT_BYTES = 3_200, 420


class Attendance(NamedTuple):
    """Somebody's presence in the room; offsets in seconds since the call began.

    ``head`` is the participant as JSON up to ``joinedAt``, which follows from ``joins``.
    """

    head: bytes
    joins: float
    leaves: float = inf


def attendance(fields: Mapping[str, Any], joins: float, leaves: float = inf) -> Attendance:
    """Return the presence of a participant with ``fields``, which are all but ``joinedAt``."""
    comma = b"," if fields else b""
    return Attendance(orjson.dumps(fields)[:-1] + comma, joins, leaves)


class _Spoken(NamedTuple):
    """What has been said and felt from the offset ``since`` until the next line at ``until``."""

    since: float
    until: float
    mood: str
    transcript: bytes


class _Stretch(NamedTuple):
    """The end of a body, after ``duration``, which alone changes from ``since`` until ``until``."""

    since: float
    until: float
    rest: bytes


class CallScript:
    """One whole call.

    ``started`` is in UTC Unix seconds, ``length`` in seconds. ``fields`` are those of a body that
    do not change with time. ``particulars`` are what lines mention. ``joiners`` are the people who
    enter with a line, by the name that it gives. ``moods`` are sentiments with the offsets from
    which they hold; where there are none, those of the lines count. ``decimals`` are those of
    ``duration``. ``language`` is the code of what is spoken. ``size`` is about how many bytes of memory the script holds.
    """

    __slots__ = (
        "_conversation", "_head", "_joiners", "_moods", "_particulars", "_presences",
        "_segments", "_stretch", "decimals", "fields", "language", "length", "size", "started",
    )  # fmt: skip

    def __init__(
        self,
        started: int,
        length: float,
        fields: Mapping[str, Any],
        attendances: Iterable[Attendance],
        conversation: Iterator[Segment],
        particulars: Mapping[bytes, bytes],
        joiners: Mapping[str, Mapping[str, Any]],
        moods: Sequence[tuple[float, str]] = (),
        decimals: int = 0,
        language: str = "en",
    ) -> None:
        self.started, self.length, self.fields, self.decimals = started, length, fields, decimals
        self.size, self.language = _SCRIPT_BYTES, language
        self._conversation, self._particulars = conversation, particulars
        self._joiners, self._moods = joiners, moods
        self._presences = [_presence(started, one) for one in attendances]
        self._segments: list[Segment] = []
        self._head = orjson.dumps(fields)[:-1] + b',"duration":'
        self._stretch = _Stretch(0.0, 0.0, b"")

    def _plan(self) -> Iterator[Segment]:
        """Yield the segments of the conversation; plan those that nobody has asked for yet."""
        yield from self._segments
        for segment in self._conversation:
            self._segments.append(segment)
            self.size += _SEGMENT_BYTES
            for cue in segment.performance.cues:
                if cue.joins is not None:
                    joiner = attendance(self._joiners[cue.joins], segment.offsets[cue.index])
                    self._presences.append(_presence(self.started, joiner))
            yield segment

    def body(self, elapsed: float, duration: float) -> bytes:
        """Return the body that shows the call ``elapsed`` seconds in, as JSON."""
        stretch = self._stretch
        if not stretch.since <= elapsed < stretch.until:
            stretch = self._stretch_at(elapsed)
            self.size += len(stretch.rest) - len(self._stretch.rest)
            self._stretch = stretch
        return b"".join((self._head, orjson.dumps(duration), stretch.rest))

    def _stretch_at(self, elapsed: float) -> _Stretch:
        since, until, mood, transcript = self._spoken(elapsed)
        present = []
        changes = [offset for offset, _ in self._moods]
        for joins, leaves, participant in self._presences:
            changes += (joins, leaves)
            if joins <= elapsed < leaves:
                present.append(participant)
        for moment in changes:
            if since < moment <= elapsed:
                since = moment
            elif elapsed < moment < until:
                until = moment
        rest = orjson.dumps(
            {
                "sentiment": self._sentiment(elapsed) if self._moods else mood,
                "transcript": orjson.Fragment(transcript),
                "participants": present,
            }
        )
        return _Stretch(since, until, b"," + rest[1:])

    def _spoken(self, elapsed: float) -> _Spoken:
        """Return what has been said within ``elapsed`` seconds, and the mood it has led to."""
        since, until, mood = 0.0, inf, _FIRST_MOOD
        lines: list[bytes] = []
        for performance, offsets in self._plan():
            count = len(offsets) if offsets[-1] <= elapsed else bisect_right(offsets, elapsed)
            if count:
                lines += performance.lines[:count]
                mood = performance.moods[count] or mood
                since = offsets[count - 1]
            if count < len(offsets):
                until = offsets[count]
                break
        transcript = b"[%b]" % (b",".join(lines) % self._particulars)
        return _Spoken(since, until, mood, transcript)

    def lines(self, elapsed: float) -> list[tuple[float, dict[str, Any]]]:
        """Return what has been said within ``elapsed`` seconds, each line with its offset."""
        lines = orjson.loads(self._spoken(elapsed).transcript)
        offsets = (offset for segment in self._segments for offset in segment.offsets)
        return list(zip(offsets, lines, strict=False))

    def turns(self, elapsed: float) -> list[Turn | None]:
        """Return the turns of what ``lines`` returns; None for a line that was not written as one.

        The texts of their notes are as ``fill`` takes them.
        """
        spoken: list[Turn | None] = []
        for performance, offsets in self._plan():
            count = bisect_right(offsets, elapsed)
            spoken += performance.turns[:count] or [None] * count
            if count < len(offsets):
                break
        return spoken

    def fill(self, text: str) -> str:
        """Return ``text`` with the call's particulars in its slots, such as ``{order}``."""
        filled: str = orjson.loads(template(text) % self._particulars)
        return filled

    def transfer_requested(self, elapsed: float) -> bool:
        """Return whether a person has been asked for within ``elapsed`` seconds."""
        for performance, offsets in self._plan():
            asked = performance.transfer
            if asked is not None and offsets[asked] <= elapsed:
                return True
            if elapsed < offsets[-1]:
                break
        return False

    def mood(self, elapsed: float) -> str:
        """Return the sentiment ``elapsed`` seconds into the call."""
        return self._sentiment(elapsed) if self._moods else self._spoken(elapsed).mood

    def participants(self, elapsed: float) -> list[tuple[float, dict[str, Any]]]:
        """Return who is in the room ``elapsed`` seconds into the call, each with since when."""
        self._spoken(elapsed)  # plans who joins with a line
        return [
            (joins, orjson.loads(orjson.dumps(one)))
            for joins, leaves, one in self._presences
            if joins <= elapsed < leaves
        ]

    def _sentiment(self, elapsed: float) -> str:
        """Return the sentiment that is set for ``elapsed`` seconds into the call."""
        number = bisect_right(self._moods, elapsed, key=itemgetter(0))
        return self._moods[number - 1][1] if number else _FIRST_MOOD

    def timeline(self) -> dict[str, Any]:
        """Return the whole call, each moment with its offset ``at``, in seconds since the start.

        A change of sentiment names the index of the last ``line`` before it, or None.
        """
        lines = orjson.loads(self._spoken(self.length).transcript)
        offsets = [offset for segment in self._segments for offset in segment.offsets]
        return {
            "id": self.fields.get("id"),
            "started": iso_milliseconds(self.started),
            "length": self.length,
            "topics": [
                {"at": round(segment.offsets[cue.index], 3), "name": cue.topic}
                for segment in self._segments
                for cue in segment.performance.cues
                if cue.topic is not None and segment.offsets[cue.index] <= self.length
            ],
            "lines": [
                {"at": round(at, 3), **line} for at, line in zip(offsets, lines, strict=False)
            ],
            "sentiment": [
                {
                    "at": round(at, 3),
                    "value": mood,
                    "line": bisect_right(offsets, at) - 1 if offsets else -1,
                }
                for at, mood in self._mood_changes()
            ],
            "participants": [
                {"joins": joins, "leaves": leaves if leaves < self.length else None, **fields}
                for joins, leaves, participant in self._presences
                if joins <= self.length
                for fields in (orjson.loads(orjson.dumps(participant)),)
            ],
        }

    def _all_moods(self) -> Iterator[tuple[float, str]]:
        yield 0.0, _FIRST_MOOD
        yield from self._moods
        if self._moods:
            return
        for performance, offsets in self._segments:
            for offset, mood in zip(offsets, performance.moods[1:], strict=True):
                if mood is not None:
                    yield offset, mood

    def _mood_changes(self) -> Iterator[tuple[float, str]]:
        before = None
        for at, mood in self._all_moods():
            if mood != before and at <= self.length:
                yield at, mood
            before = mood


def _presence(started: int, whose: Attendance) -> _Presence:
    head, joins, leaves = whose
    # To the millisecond, as the timestamp shows it, so that nobody is in the room before joinedAt.
    joined_at = iso_milliseconds(started + joins).encode()
    return joins, leaves, orjson.Fragment(b'%b"joinedAt":"%b"}' % (head, joined_at))


def duration_at(script: CallScript, elapsed: float) -> float:
    """Return ``duration`` as the body shows it ``elapsed`` seconds in."""
    fraction = 10**script.decimals
    return int(elapsed * fraction) / fraction if script.decimals else int(elapsed)


def snapshot_json(script: CallScript, elapsed: float) -> bytes:
    """Return the body of a response that shows the call ``elapsed`` seconds in, as JSON.

    Beyond the call's end this is its last moment. Equal arguments give equal bytes.
    """
    elapsed = min(max(elapsed, 0.0), script.length)
    return script.body(elapsed, duration_at(script, elapsed))


def snapshot(script: CallScript, elapsed: float) -> dict[str, Any]:
    """Return what ``snapshot_json`` does as a dictionary."""
    body: dict[str, Any] = orjson.loads(snapshot_json(script, elapsed))
    return body
