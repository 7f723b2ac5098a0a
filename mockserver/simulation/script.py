"""A call as a script that is drawn once, and its state at any moment as a cut through it.

Lines are spoken on demand: the script remembers what a line was once somebody has asked for a
later moment, which changes what a cut costs and never what it shows.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from typing import Any

import orjson

from .clock import iso_milliseconds
from .dialogue import Line

__all__ = ["Attendance", "CallScript", "snapshot", "snapshot_json"]

_FIRST_MOOD = "neutral"
_Presence = tuple[float, float, orjson.Fragment]

# What a script costs in memory before its first line, and each line apart from its text; bytes,
# measured with thousands of scripts.
_EMPTY_SCRIPT_BYTES, _LINE_BYTES = 6_000, 24


@dataclass(frozen=True)
class Attendance:
    """Somebody's presence in the room; offsets in seconds since the call began.

    ``fields`` are the participant's, but for ``joinedAt``, which follows from ``joins``.
    """

    fields: Mapping[str, Any]
    joins: float
    leaves: float = float("inf")


@dataclass(slots=True)
class CallScript:
    """One whole call.

    ``started`` is in UTC Unix seconds, ``length`` in seconds. ``fields`` are those of a body that
    do not change with time. ``joiners`` are the people who enter with a line, by the name that the
    line gives. ``moods`` are sentiments with the offsets from which they hold; where there are
    none, the lines' own moods count. ``decimals`` are those of ``duration``.
    """

    started: int
    length: float
    fields: Mapping[str, Any]
    attendances: InitVar[Sequence[Attendance]]
    lines: Iterator[Line]
    joiners: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    moods: InitVar[Sequence[tuple[float, str]]] = ()
    decimals: int = 0
    # What has been spoken so far: the lines as JSON with commas between them, and of each line
    # its offset and where it ends.
    _spoken: bytearray = field(init=False, default_factory=bytearray)
    _offsets: "array[float]" = field(init=False, default_factory=lambda: array("d"))
    _ends: "array[int]" = field(init=False, default_factory=lambda: array("L"))
    _topics: list[tuple[float, str]] = field(init=False, default_factory=list)
    _lines_set_mood: bool = field(init=False)
    _mood_offsets: list[float] = field(init=False)
    _moods: list[str] = field(init=False)
    _presences: list[_Presence] = field(init=False)
    _pending: Line | None = field(init=False)

    def __post_init__(
        self, attendances: Sequence[Attendance], moods: Sequence[tuple[float, str]]
    ) -> None:
        self._lines_set_mood = not moods
        self._mood_offsets = [0.0, *(offset for offset, _ in moods)]
        self._moods = [_FIRST_MOOD, *(mood for _, mood in moods)]
        self._presences = [_presence(self.started, a) for a in attendances]
        self._pending = next(self.lines, None)

    @property
    def size(self) -> int:
        """About how many bytes of memory the script holds."""
        return _EMPTY_SCRIPT_BYTES + len(self._spoken) * 5 // 4 + _LINE_BYTES * len(self._offsets)

    def _speak_until(self, elapsed: float) -> None:
        line = self._pending
        if line is None or line.offset > elapsed:
            return
        spoken = self._spoken
        while line is not None and line.offset <= elapsed:
            if spoken:
                spoken += b","
            spoken += orjson.dumps(line.fields)
            self._offsets.append(line.offset)
            self._ends.append(len(spoken))
            self._note(line)
            line = next(self.lines, None)
        self._pending = line

    def _note(self, line: Line) -> None:
        """Remember what changes with a line, apart from the transcript."""
        if line.mood is not None and self._lines_set_mood:
            self._mood_offsets.append(line.offset)
            self._moods.append(line.mood)
        if line.topic is not None:
            self._topics.append((line.offset, line.topic))
        if line.joins is not None:
            joiner = Attendance(self.joiners[line.joins], line.offset)
            self._presences.append(_presence(self.started, joiner))

    def transcript(self, elapsed: float) -> orjson.Fragment:
        """Return the lines spoken within ``elapsed`` seconds, as a JSON array."""
        self._speak_until(elapsed)
        count = bisect_right(self._offsets, elapsed)
        spoken = memoryview(self._spoken)[: self._ends[count - 1] if count else 0]
        return orjson.Fragment(b"".join((b"[", spoken, b"]")))

    def sentiment(self, elapsed: float) -> str:
        """Return how the customer appears to feel ``elapsed`` seconds into the call."""
        self._speak_until(elapsed)
        return self._moods[bisect_right(self._mood_offsets, elapsed) - 1]

    def participants(self, elapsed: float) -> list[orjson.Fragment]:
        """Return who is in the room ``elapsed`` seconds into the call, as JSON objects."""
        self._speak_until(elapsed)
        return [p for joins, leaves, p in self._presences if joins <= elapsed < leaves]

    def timeline(self) -> dict[str, Any]:
        """Return the whole call, each moment with its offset ``at``, in seconds since the start.

        A change of sentiment names the index of the last ``line`` before it, or None.
        """
        self._speak_until(self.length)
        lines = orjson.loads(orjson.dumps(self.transcript(self.length)))
        offsets = self._offsets[: len(lines)]
        return {
            "id": self.fields.get("id"),
            "started": iso_milliseconds(self.started),
            "length": self.length,
            "topics": [{"at": round(at, 3), "name": name} for at, name in self._topics],
            "lines": [
                {"at": round(at, 3), **line} for at, line in zip(offsets, lines, strict=True)
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
                for fields in (orjson.loads(orjson.dumps(participant)),)
            ],
        }

    def _mood_changes(self) -> Iterator[tuple[float, str]]:
        before = None
        for at, mood in zip(self._mood_offsets, self._moods, strict=True):
            if mood != before and at <= self.length:
                yield at, mood
            before = mood


def _presence(started: int, attendance: Attendance) -> _Presence:
    # To the millisecond, as the timestamp shows it, so that nobody is in the room before joinedAt.
    joined_at = iso_milliseconds(started + attendance.joins)
    participant = orjson.dumps({**attendance.fields, "joinedAt": joined_at})
    # The copy is as small as its text; what orjson returns keeps the buffer that it was written in.
    return attendance.joins, attendance.leaves, orjson.Fragment(bytes(memoryview(participant)))


def snapshot_json(script: CallScript, elapsed: float) -> bytes:
    """Return the body of a response that shows the call ``elapsed`` seconds in, as JSON.

    Beyond the call's end this is its last moment. Equal arguments give equal bytes.
    """
    elapsed = min(max(elapsed, 0.0), script.length)
    fraction = 10**script.decimals
    duration = int(elapsed * fraction) / fraction if script.decimals else int(elapsed)
    return orjson.dumps(
        {
            **script.fields,
            "duration": duration,
            "sentiment": script.sentiment(elapsed),
            "transcript": script.transcript(elapsed),
            "participants": script.participants(elapsed),
        }
    )


def snapshot(script: CallScript, elapsed: float) -> dict[str, Any]:
    """Return what ``snapshot_json`` does as a dictionary."""
    body: dict[str, Any] = orjson.loads(snapshot_json(script, elapsed))
    return body
