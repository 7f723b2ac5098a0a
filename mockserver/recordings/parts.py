"""What changes in a call while it is watched: its lines, and who is in the room.

Instants are in UTC Unix seconds, by the clock of who recorded it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Fields", "Line", "Lines", "People", "Shown"]

Fields = Mapping[str, Any]
_Key = tuple[str, str, int]


@dataclass
class Line:
    """A line as it was first seen, and what it was seen to become, each with its instant."""

    at: float
    fields: Fields
    revised: list[tuple[float, Fields]] = field(default_factory=list)


class Lines:
    """The lines of a transcript; one that is no longer shown counts as still there."""

    def __init__(self) -> None:
        self.seen: list[Line] = []
        self._latest: list[Fields] = []
        self._gone = 0  # from the beginning of the transcript

    def see(self, at: float, transcript: Sequence[Fields]) -> None:
        """Take a transcript into account."""
        if transcript == self._latest:
            return
        self._gone += _scrolled(self._latest, transcript)
        for index, fields in enumerate(transcript, self._gone):
            if index == len(self.seen):
                self.seen.append(Line(at, fields))
            elif fields != _latest(self.seen[index]):
                self.seen[index].revised.append((at, fields))
        self._latest = list(transcript)


def _latest(line: Line) -> Fields:
    return line.revised[-1][1] if line.revised else line.fields


def _scrolled(before: Sequence[Fields], now: Sequence[Fields]) -> int:
    """Return how many lines have gone from the beginning, where only the latest are shown."""
    if now and before and now[0] != before[0]:
        for count in range(1, len(before)):
            if before[count] == now[0] and before[count:] == now[: len(before) - count]:
                return count
    return 0


@dataclass
class Shown:
    """A participant as shown from ``at`` until ``left``.

    ``before`` is when the answer before ``at`` was made, None where there was none. ``key`` is
    the same for all that is shown of somebody who ``joined``, by the answer, once.
    """

    key: _Key
    joined: str
    fields: Fields
    at: float
    before: float | None
    left: float | None = None


class People:
    """Who is in the room."""

    def __init__(self) -> None:
        self._shown: dict[_Key, list[Shown]] = {}
        self._before: float | None = None

    @property
    def seen(self) -> list[Shown]:
        """All that was shown, what belongs to one person together."""
        return [one for shown in self._shown.values() for one in shown]

    def see(self, at: float, participants: Sequence[Fields]) -> None:
        """Take a list of participants into account."""
        count: Counter[tuple[str, str]] = Counter()
        present = set()
        for one in participants:
            name = str(one["identity"]), str(one["joinedAt"])
            key = (*name, count[name])
            count[name] += 1
            present.add(key)
            self._see_one(key, at, {n: value for n, value in one.items() if n != "joinedAt"})
        for key, shown in self._shown.items():
            if key not in present and shown[-1].left is None:
                shown[-1].left = at
        self._before = at

    def _see_one(self, key: _Key, at: float, fields: Fields) -> None:
        shown = self._shown.setdefault(key, [])
        if shown and shown[-1].left is None:
            if shown[-1].fields == fields:
                return
            shown[-1].left = at
        shown.append(Shown(key, key[1], fields, at, self._before))
