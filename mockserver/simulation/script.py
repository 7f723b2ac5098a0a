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
from mockserver.simulation.cuts import Cut, Part, Spoken, Stretch
from mockserver.simulation.performance import Facts, Passage, Turn
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
_SCRIPT_BYTES, _SEGMENT_BYTES = 3_300, 950
_UNRENDERED = Stretch(0.0, 0.0, b"")


class CallScript:
    """One whole call.

    ``started`` is in UTC Unix seconds, ``length`` in seconds. ``fields`` are those of a body that
    have no account of their own here, and ``named`` what they are once the customer has said their
    name, None where that changes nothing. ``facts`` are what lines mention whose segment has none.
    ``joiners`` are the people who enter with a line, by the name that it gives. ``moods`` are
    sentiments with the offsets from which they hold; where there are none, those of the lines
    count. ``decimals`` are those of ``duration``. ``takeover`` is what is said when a person takes
    over from an agent that was muted. ``language`` is the code of what is spoken. ``later`` is what
    becomes of ``fields``, each with the offset from which it holds, and ``transfer`` when a person
    is asked for, None where the lines say so. ``size`` is about how many bytes of memory the script
    holds.
    """

    __slots__ = (
        "_conversation", "_head", "_later", "_named", "_stretch", "_transfer", "decimals", "facts",
        "fields", "joiners", "language", "length", "moods", "presences", "segments", "size",
        "started", "takeover",
    )  # fmt: skip

    def __init__(
        self,
        started: int,
        length: float,
        fields: Mapping[str, Any],
        attendances: Iterable[Attendance],
        conversation: Iterator[Segment],
        facts: Facts,
        joiners: Mapping[str, Mapping[str, Any]],
        moods: Sequence[tuple[float, str]] = (),
        decimals: int = 0,
        takeover: Passage | None = None,
        language: str = "en",
        later: Sequence[tuple[float, Mapping[str, Any]]] = (),
        transfer: float | None = None,
        named: Mapping[str, Any] | None = None,
    ) -> None:
        self.started, self.length, self.fields, self.decimals = started, length, fields, decimals
        self.takeover, self.language = takeover, language
        self._later, self._transfer, self._named = later, transfer, named
        self.size = _SCRIPT_BYTES
        self._conversation, self.facts = conversation, facts
        self.joiners, self.moods = joiners, moods
        self.presences = [presence_of(one, started) for one in attendances]
        self.segments: list[Segment] = []
        self._head = _head(fields)
        self._stretch = _UNRENDERED

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

    def forget_body(self) -> None:
        """Forget the body that was made last: half of a script's size, and soon made again."""
        self.size -= len(self._stretch.rest)
        self._stretch = _UNRENDERED

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
            performance, count, facts = cut.parts[-1]
            newest = orjson.loads(performance.lines[count - 1] % facts)["content"]
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
        return self._said_at("transfer", elapsed)

    def _said_at(self, what: str, elapsed: float) -> float | None:
        """Return when the line was spoken whose index performances know as ``what``, if it was."""
        for performance, offsets, _ in self.plan():
            index: int | None = getattr(performance, what)
            if index is not None and offsets[index] <= elapsed:
                return offsets[index]
            if elapsed < offsets[-1]:
                break
        return None

    def head(self, elapsed: float) -> bytes:
        """Return the beginning of a body, up to the value of ``duration``."""
        changes = self._later or self._named is not None
        return _head(self.fields_at(elapsed)) if changes else self._head

    def fields_at(self, elapsed: float) -> Mapping[str, Any]:
        """Return ``fields`` as they are ``elapsed`` seconds into the call."""
        return self.fields_until(elapsed)[-1][1]

    def fields_until(self, elapsed: float) -> list[tuple[float, Mapping[str, Any]]]:
        """Return what ``fields`` are until ``elapsed``, each with the offset from which on."""
        changes = [(0.0, self.fields), *(one for one in self._later if one[0] <= elapsed)]
        named = None if self._named is None else self._said_at("names", elapsed)
        if self._named is not None and named is not None:
            changes = [*(one for one in changes if one[0] < named), (named, self._named)]
        return changes

    def _cut(self, elapsed: float) -> Cut:
        since, until, mood, parts = self.spoken(elapsed)
        present = []
        changes = [offset for offset, _ in (*self.moods, *self._later)]
        for performance, _, _ in parts:
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
        parts: list[Part] = []
        for performance, offsets, facts in self.plan():
            count = len(offsets) if offsets[-1] <= elapsed else bisect_right(offsets, elapsed)
            if count:
                known = as_of(performance, elapsed) if performance.revisions else performance
                parts.append(Part(known, count, facts))
                mood = performance.moods[count] or mood
                since = offsets[count - 1]
            if count < len(offsets):
                until = offsets[count]
                break
        return Spoken(since, until, mood, parts)

    def transcript(self, parts: Iterable[Part]) -> bytes:
        """Return the lines of performances, so many of each, as JSON."""
        said = [b",".join(one.performance.lines[: one.spoken]) % one.facts for one in parts]
        return b"[%b]" % b",".join(said)

    def lines(self, elapsed: float) -> list[tuple[float, dict[str, Any]]]:
        """Return what has been said within ``elapsed`` seconds, each line with its offset."""
        lines = orjson.loads(self.transcript(self.spoken(elapsed).parts))
        offsets = (offset for segment in self.segments for offset in segment.offsets)
        return list(zip(offsets, lines, strict=False))

    def turns(self, elapsed: float) -> list[tuple[Turn | None, Facts]]:
        """Return the turns of what ``lines`` returns, each with the values of its slots.

        None stands for a line that was not written as a turn.
        """
        turns: list[tuple[Turn | None, Facts]] = []
        for performance, count, facts in self.spoken(elapsed).parts:
            turns += [(turn, facts) for turn in performance.turns[:count] or [None] * count]
        return turns

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
        other._stretch = _UNRENDERED
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
