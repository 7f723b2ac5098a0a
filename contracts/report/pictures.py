"""What was watched, as the pictures of the HTML report.

Everything here comes from a target's answers, so nothing is taken for granted: a value of the
wrong type is left out of its picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from contracts.judging.results import Observation
from contracts.report.geometry import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Bar,
    Curve,
    Picture,
    Row,
)
from contracts.report.latency import latency
from contracts.report.wording import clip

__all__ = ["pictures"]

ROW = 31.0
ROOMS, ROWS, KINDS = 6, 16, 6
LARGEST = 1e12
_SINCE = "seconds since the watch began"
_Curves = tuple[Curve, ...]


def pictures(observations: Sequence[Observation]) -> list[Picture]:
    """Draw the figures that the observations give material for, in the order to show them."""
    if not observations:
        return []
    watch = _Watch(observations)
    drawn = (watch.duration(), watch.transcript(), watch.presence(), latency(observations))
    return [picture for picture in drawn if picture]


def _number(value: Any) -> float | None:
    """Return a number that can be drawn, or None: a body may hold anything, also NaN or 1e400."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= LARGEST else None


def _word(value: Any) -> str:
    return clip(value, 24) if isinstance(value, str) else "(no text)"


def _around(values: list[float]) -> Axis:
    low, high = min(values), max(values)
    room = max((high - low) * 0.05, 1.0)
    low = low - room if low < 0 else max(0.0, low - room)
    return Axis(low, high + room, HEIGHT - BOTTOM, TOP, least=1.0)


@dataclass(frozen=True)
class _Seen:
    """An answer with a call in it, and when it came: seconds since the watch began."""

    at: float
    call: dict[str, Any]


class _Watch:
    """The answers by room on one time axis."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        first = min(one.received for one in observations)
        rooms: dict[str, list[_Seen]] = {}
        for one in observations:
            if one.status == 200 and isinstance(one.body, dict):
                rooms.setdefault(one.room, []).append(_Seen(one.received - first, one.body))
        self.rooms = dict(list(rooms.items())[:ROOMS])
        self.left_out = len(rooms) - len(self.rooms)
        last = max(one.received for one in observations) - first
        self.x = Axis(0.0, max(last, 0.001), LEFT, WIDTH - RIGHT)

    def _words(self, text: str) -> str:
        rest = f" {self.left_out} more rooms are not drawn." if self.left_out else ""
        return text + rest

    def _numbers(self, name: str) -> list[tuple[str, list[tuple[float, float]]]]:
        """Return rooms with the (seconds, value) points of a number or of an array's length."""
        found = []
        for room, seen in self.rooms.items():
            values = ((one.at, one.call.get(name)) for one in seen)
            counted = ((at, len(v) if isinstance(v, list) else v) for at, v in values)
            points = [(at, number) for at, v in counted if (number := _number(v)) is not None]
            if points:
                found.append((clip(room, 40), points))
        return found

    def duration(self) -> Picture | None:
        """Draw by how much each room's duration grew, beside the clock itself."""
        found = self._numbers("duration")
        if not found:
            return None
        grown = [(room, [(at, v - points[0][1]) for at, v in points]) for room, points in found]
        y = _around([v for _, points in grown for _, v in points] + [0.0, self.x.high])
        said = "; ".join(f"{room}: {p[0][1]:g} to {p[-1][1]:g}" for room, p in found)
        ends = (self.x.start, y.place(0.0)), (self.x.end, y.place(self.x.high))
        return Picture(
            "duration",
            "Duration over the wall clock",
            self._words(f"Along the dotted line, duration grows by a second a second. {said}."),
            self.x,
            _SINCE,
            HEIGHT,
            y,
            "duration, grown since the first answer",
            curves=self._curves(grown, y),
            reference=Curve("the clock", 0, ends),
        )

    def _curves(self, data: list[tuple[str, list[tuple[float, float]]]], y: Axis) -> _Curves:
        place = self.x.place
        return tuple(
            Curve(room, kind, tuple((place(at), y.place(value)) for at, value in points))
            for kind, (room, points) in enumerate(data)
        )

    def transcript(self) -> Picture | None:
        """Draw how many lines each transcript has, and below it the sentiment as strips."""
        found = self._numbers("transcript")
        if not found:
            return None
        y = _around([value for _, points in found for _, value in points])
        said = "; ".join(f"{room}: {p[0][1]:g} to {p[-1][1]:g} lines" for room, p in found)
        plot = Picture(
            "transcript",
            "Transcript length and sentiment over time",
            self._words(f"Lines above, sentiment as strips below. {said}."),
            self.x,
            _SINCE,
            HEIGHT,
            y,
            "lines",
            curves=self._curves(found, y),
        )
        return self._with_sentiment(plot)

    def _with_sentiment(self, plot: Picture) -> Picture:
        strips = [(room, list(self._sentiments(seen))) for room, seen in self.rooms.items()]
        kinds: dict[str, int] = {}
        rows = []
        for n, (room, stretches) in enumerate(strips):
            y = HEIGHT + 4 + n * ROW
            bars = tuple(
                self._bar(start, end, y, kinds.setdefault(said, (len(kinds) + 2) % KINDS), said)
                for start, end, said in stretches
            )
            rows.append(Row(clip(room, 40), y, bars))
        said = "; ".join(
            f"{clip(room, 40)}: {', then '.join(s for _, _, s in stretches)}"
            for room, stretches in strips
        )
        height = HEIGHT + 8 + len(rows) * ROW
        return replace(plot, rows=tuple(rows), height=height, words=f"{plot.words} {said}.")

    def _bar(self, start: float, end: float, y: float, kind: int, label: str) -> Bar:
        left = self.x.place(start)
        width = max(round(self.x.place(end) - left, 1), 3.0)
        return Bar(left, y, width, ROW - 17, kind, label)

    def _sentiments(self, seen: list[_Seen]) -> Iterator[tuple[float, float, str]]:
        stretches = [
            (said, list(group))
            for said, group in groupby(seen, lambda one: _word(one.call.get("sentiment")))
        ]
        for n, (said, group) in enumerate(stretches):
            following = stretches[n + 1][1][0] if n + 1 < len(stretches) else group[-1]
            yield group[0].at, following.at, said

    def presence(self) -> Picture | None:
        """Draw who was in which room when, a bar for each stretch of presence."""
        found = [
            (room, identity, agent, stretches)
            for room, seen in self.rooms.items()
            for identity, agent, stretches in _stays(seen)
        ]
        rows = []
        for n, (room, identity, agent, stretches) in enumerate(found[:ROWS]):
            y = 4 + n * ROW
            bars = tuple(self._bar(start, end, y, int(agent), "") for start, end in stretches)
            who = f"{clip(identity, 40)}{' (AI agent)' if agent else ''} in {clip(room, 40)}"
            rows.append(Row(who, y, bars))
        if not rows:
            return None
        gaps = sum(len(stretches) - 1 for *_, stretches in found)
        more = f" {len(found) - ROWS} more are not drawn." if len(found) > ROWS else ""
        return Picture(
            "presence",
            "Who was in the room when",
            self._words(
                f"{len(found)} participants in all. "
                f"Times that one vanished and came back: {gaps}.{more}"
            ),
            self.x,
            _SINCE,
            4 + len(rows) * ROW + BOTTOM,
            rows=tuple(rows),
            kinds=("person", "AI agent"),
        )


def _stays(seen: list[_Seen]) -> Iterator[tuple[str, bool, list[tuple[float, float]]]]:
    """Each identity of a room, whether it is the AI agent, and from when to when it was there."""
    present: dict[str, list[int]] = {}
    agents: set[str] = set()
    for n, one in enumerate(seen):
        listed = one.call.get("participants")
        for who in listed if isinstance(listed, list) else ():
            if isinstance(who, dict) and isinstance(who.get("identity"), str):
                present.setdefault(who["identity"], []).append(n)
                if who.get("isAgent") is True:
                    agents.add(who["identity"])
    for identity, polls in present.items():
        runs = groupby(enumerate(dict.fromkeys(polls)), lambda pair: pair[1] - pair[0])
        stretches = [[n for _, n in run] for _, run in runs]
        spans = [(seen[run[0]].at, seen[run[-1]].at) for run in stretches]
        yield identity, identity in agents, spans
