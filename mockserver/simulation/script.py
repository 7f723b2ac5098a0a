"""A call as a script that is drawn once, and its state at any moment as a cut through it.

The conversation is planned on demand: the script remembers what a passage was once somebody has
asked for a later moment, which changes what a cut costs and never what it shows.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from math import inf
from operator import itemgetter
from typing import Any

import orjson

from mockserver.simulation.attendance import Attendance, Presence, attendance, presence_of
from mockserver.simulation.conversation import Segment
from mockserver.simulation.cuts import Cut, Spoken, Stretch
from mockserver.simulation.performance import Passage, Performance, Turn, template
from mockserver.simulation.revisions import as_of

__all__ = [
    "FIRST_MOOD",
    "CallScript",
    "duration_at",
    "snapshot",
    "snapshot_json",
]

FIRST_MOOD = "neutral"
"""The sentiment before anything has been said."""

# What a script costs in memory, and each segment of it, apart from the texts that it keeps; bytes,
# measured with thousands of scripts.
_SCRIPT_BYTES, _SEGMENT_BYTES = 3_200, 420


class CallScript:
    """One whole call.

    ``started`` is in UTC Unix seconds, ``length`` in seconds. ``fields`` are those of a body that
    have no account of their own here. ``particulars`` are what lines mention. ``joiners`` are the
    people who enter with a line, by the name that it gives. ``moods`` are sentiments with the
    offsets from which they hold; where there are none, those of the lines count. ``decimals`` are
    those of ``duration``. ``takeover`` is what is said when a person takes over from an agent that
    was muted. ``language`` is the code of what is spoken. ``later`` is what becomes of ``fields``,
    each with the offset from which it holds, and ``transfer`` when a person is asked for, None
    where the lines say so. ``size`` is about how many bytes of memory the script holds.
    """

    __slots__ = (
        "_conversation", "_head", "_particulars", "_stretch", "_transfer", "decimals", "fields",
        "joiners", "language", "later", "length", "moods", "presences", "segments", "size",
        "started", "takeover",
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
        takeover: Passage | None = None,
        language: str = "en",
        later: Sequence[tuple[float, Mapping[str, Any]]] = (),
        transfer: float | None = None,
    ) -> None:
        self.started, self.length, self.fields, self.decimals = started, length, fields, decimals
        self.takeover, self.language = takeover, language
        self.later, self._transfer = later, transfer
        self.size = _SCRIPT_BYTES
        self._conversation, self._particulars = conversation, particulars
        self.joiners, self.moods = joiners, moods
        self.presences = [presence_of(one, started) for one in attendances]
        self.segments: list[Segment] = []
        self._head = _head(fields)
        self._stretch = Stretch(0.0, 0.0, b"")

    def plan(self) -> Iterator[Segment]:
        """Yield the segments of the conversation; plan those that nobody has asked for yet."""
        yield from self.segments
        for segment in self._conversation:
            self.segments.append(segment)
            self.size += _SEGMENT_BYTES
            for cue in segment.performance.cues:
                if cue.joins is not None:
                    joiner = attendance(self.joiners[cue.joins], segment.offsets[cue.index])
                    self.presences.append(presence_of(joiner, self.started))
            yield segment

    def body(self, elapsed: float, duration: float) -> bytes:
        """Return the body that shows the call ``elapsed`` seconds in, as JSON."""
        stretch = self._stretch
        if not stretch.since <= elapsed < stretch.until:
            stretch = self._stretch_at(elapsed)
            self.size += len(stretch.rest) - len(self._stretch.rest)
            self._stretch = stretch
        return b"".join((self._head, orjson.dumps(duration), stretch.rest))

    def _stretch_at(self, elapsed: float) -> Stretch:
        cut = self._cut(elapsed)
        self._head = self.head(elapsed)
        rest = orjson.dumps(
            {
                "sentiment": cut.sentiment,
                "transcript": orjson.Fragment(self.transcript(cut.parts)),
                "participants": [one.shown for one in cut.present],
            }
        )
        return Stretch(cut.since, cut.until, b"," + rest[1:])

    def listed(self, elapsed: float, status: str, type_: str) -> Stretch:
        """Return the end of the call's entry in a list, ``elapsed`` seconds in."""
        cut = self._cut(elapsed)
        newest = None
        if cut.parts:
            performance, count = cut.parts[-1]
            newest = orjson.loads(performance.lines[count - 1] % self._particulars)["content"]
        rest = orjson.dumps(
            {
                "status": status,
                "sentiment": cut.sentiment,
                "lastMessage": newest,
                "transferRequested": self.transfer_requested(elapsed),
                "type": type_,
                "participants": [one.listed for one in cut.present],
            }
        )
        return Stretch(cut.since, cut.until, b"," + rest[1:])

    def transfer_requested(self, elapsed: float) -> bool:
        """Return whether a person has been asked for within ``elapsed`` seconds."""
        return self.transfer_at(elapsed) is not None

    def transfer_at(self, elapsed: float) -> float | None:
        """Return when a person was first asked for within ``elapsed`` seconds, if one was."""
        if self._transfer is not None:
            return self._transfer if self._transfer <= elapsed else None
        for performance, offsets in self.plan():
            asked = performance.transfer
            if asked is not None and offsets[asked] <= elapsed:
                return offsets[asked]
            if elapsed < offsets[-1]:
                break
        return None

    def head(self, elapsed: float) -> bytes:
        """Return the beginning of a body, up to the value of ``duration``."""
        return _head(self.fields_at(elapsed)) if self.later else self._head

    def fields_at(self, elapsed: float) -> Mapping[str, Any]:
        """Return ``fields`` as they are ``elapsed`` seconds into the call."""
        number = bisect_right(self.later, elapsed, key=itemgetter(0))
        return self.later[number - 1][1] if number else self.fields

    def _cut(self, elapsed: float) -> Cut:
        since, until, mood, parts = self.spoken(elapsed)
        present = []
        changes = [offset for offset, _ in (*self.moods, *self.later)]
        for performance, _ in parts:
            changes += [revision.at for revision in performance.revisions]
        for one in self.presences:
            changes += (one.joins, one.leaves)
            if one.joins <= elapsed < one.leaves:
                present.append(one)
        for moment in changes:
            if since < moment <= elapsed:
                since = moment
            elif elapsed < moment < until:
                until = moment
        sentiment = self._sentiment(elapsed) if self.moods else mood
        return Cut(since, until, sentiment, parts, present)

    def spoken(self, elapsed: float) -> Spoken:
        """Return what has been said within ``elapsed`` seconds, and the mood it has led to."""
        since, until, mood = 0.0, inf, FIRST_MOOD
        parts: list[tuple[Performance, int]] = []
        for performance, offsets in self.plan():
            count = len(offsets) if offsets[-1] <= elapsed else bisect_right(offsets, elapsed)
            if count:
                known = as_of(performance, elapsed) if performance.revisions else performance
                parts.append((known, count))
                mood = performance.moods[count] or mood
                since = offsets[count - 1]
            if count < len(offsets):
                until = offsets[count]
                break
        return Spoken(since, until, mood, parts)

    def transcript(self, parts: Iterable[tuple[Performance, int]]) -> bytes:
        """Return the lines of performances, so many of each, as JSON."""
        lines = [line for performance, count in parts for line in performance.lines[:count]]
        return b"[%b]" % (b",".join(lines) % self._particulars)

    def lines(self, elapsed: float) -> list[tuple[float, dict[str, Any]]]:
        """Return what has been said within ``elapsed`` seconds, each line with its offset."""
        lines = orjson.loads(self.transcript(self.spoken(elapsed).parts))
        offsets = (offset for segment in self.segments for offset in segment.offsets)
        return list(zip(offsets, lines, strict=False))

    def turns(self, elapsed: float) -> list[Turn | None]:
        """Return the turns of what ``lines`` returns; None for a line that was not written as one.

        The texts of their notes are as ``fill`` takes them.
        """
        turns: list[Turn | None] = []
        for performance, count in self.spoken(elapsed).parts:
            turns += performance.turns[:count] or [None] * count
        return turns

    def fill(self, text: str) -> str:
        """Return ``text`` with the call's particulars in its slots, such as ``{order}``."""
        filled: str = orjson.loads(template(text) % self._particulars)
        return filled

    def mood(self, elapsed: float) -> str:
        """Return the sentiment ``elapsed`` seconds into the call."""
        return self._sentiment(elapsed) if self.moods else self.spoken(elapsed).mood

    def participants(self, elapsed: float) -> list[tuple[float, dict[str, Any]]]:
        """Return who is in the room ``elapsed`` seconds into the call, each with since when."""
        self.spoken(elapsed)  # plans who joins with a line
        return [
            (one.entered, orjson.loads(orjson.dumps(one.shown)))
            for one in self.presences
            if one.joins <= elapsed < one.leaves
        ]

    def _sentiment(self, elapsed: float) -> str:
        """Return the sentiment that is set for ``elapsed`` seconds into the call."""
        number = bisect_right(self.moods, elapsed, key=itemgetter(0))
        return self.moods[number - 1][1] if number else FIRST_MOOD

    def changed(
        self, presences: Iterable[Presence], conversation: Iterable[Segment] | None = None
    ) -> "CallScript":
        """Return the script with others in the room, and another conversation if one is given."""
        other = copy(self)
        other.presences = list(presences)
        other._stretch = Stretch(0.0, 0.0, b"")
        other.segments = list(self.segments)
        if conversation is not None:
            other._conversation, other.segments = iter(conversation), []
        return other


def _head(fields: Mapping[str, Any]) -> bytes:
    return orjson.dumps(fields)[:-1] + b',"duration":'


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
