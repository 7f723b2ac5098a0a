"""How a passage of a dialogue is spoken: wordings and pauses drawn once, for many calls.

A passage is a number of turns that are always spoken together, and has a number of performances.
Each is made when a call first chooses it; the call fills in its own particulars and stretches it to
its own length, moment by moment as they are asked for. So two calls about the same matter differ,
and a call that has just been asked for costs next to nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import orjson

from mockserver.simulation.randomness import Draws, digest

__all__ = [
    "NO_FACTS",
    "Cue",
    "Facts",
    "Note",
    "Offsets",
    "Passage",
    "Performance",
    "Revision",
    "Turn",
    "fixed",
    "json_text",
    "spoken_seconds",
    "template",
]

# Fifteen characters a second is unhurried English, about 170 words a minute.
_CHARACTERS_PER_SECOND = 15.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.3, 1.4
_LONGEST_SILENCE = 20.0
_MEAN_PAUSE = (_SHORTEST_PAUSE + _LONGEST_PAUSE) / 2
_PERFORMANCES = 24  # more than a person who looks at calls will ever tell apart
_WORDINGS = 16_384  # of all languages: each has about 2,000
_SLOT = re.compile(r"\{(\w+)\}")
_SLOT_SECONDS = 0.8  # what stands in a slot takes as long as twelve characters, whatever it is
_NAME = "{full_name}"

Facts = Mapping[bytes, bytes]
"""The values of slots; names and values are as they are inside a JSON string."""
NO_FACTS: Facts = {}


def json_text(text: str) -> bytes:
    """Return ``text`` as it is inside a JSON string."""
    return orjson.dumps(text)[1:-1]


@dataclass(frozen=True, slots=True)
class Note:
    """What the insights of a call gain when a turn has been spoken; texts have slots like lines.

    ``tells`` is a sentence of the summary; ``suggests`` is what the agent could do from here on,
    empty while that stays as it is. ``label`` names the matter that this turn raises, and
    ``briefly`` sums it up for when it is over; both are empty where none is raised.
    """

    tells: str = ""
    suggests: tuple[str, ...] = ()
    label: str = ""
    briefly: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says, in several wordings of which a call uses one.

    ``mood`` is how the customer appears to feel from here on; ``hold`` that the agent looks
    something up afterwards; ``joins`` who enters the room and speaks this line; ``topic`` what the
    call is about from here; ``transfer`` that a person is asked for; ``waits`` for how many seconds
    nobody speaks afterwards.
    """

    role: str
    variants: tuple[str, ...]
    mood: str | None = None
    hold: bool = False
    joins: str | None = None
    topic: str | None = None
    transfer: bool = False
    waits: float = 0.0
    note: Note | None = None

    @property
    def seconds(self) -> float:
        """About how long it takes to say, with the pause before it."""
        return max(map(spoken_seconds, self.variants)) + _MEAN_PAUSE + self.waits


@dataclass(frozen=True, slots=True)
class Cue:
    """What happens in the room when the line with this index has been spoken."""

    index: int
    joins: str | None = None
    topic: str | None = None


class Revision(NamedTuple):
    """Another version of the line with this ``place``, from ``at`` seconds since the call began."""

    at: float
    place: int
    line: bytes


class Offsets(Sequence[float]):
    """When each line of a performance has been spoken, in seconds since the call began.

    Each is worked out when it is looked at, to the millisecond: so a timeline that is written down
    tells it exactly.
    """

    __slots__ = ("_last", "_pause", "_performance", "_silence", "_start")

    def __init__(
        self, performance: "Performance", start: float, pause: float, silence: float
    ) -> None:
        self._performance, self._start = performance, start
        self._pause, self._silence = pause, silence
        self._last = self[len(performance.ends) - 1]  # every later moment of the call asks for it

    def __len__(self) -> int:
        return len(self._performance.ends)

    def __getitem__(self, index: int) -> float:  # type: ignore[override]  # no slices
        if index == -1:
            return self._last
        performance = self._performance
        if index < 0:
            index += len(performance.ends)
        exactly = (
            self._start
            + performance.ends[index]
            + performance.silences[index] * self._silence
            + (index + 1) * self._pause
        )
        return round(exactly, 3)


@dataclass(frozen=True, slots=True)
class Performance:
    """One way to speak a passage.

    ``lines`` are the transcript's, as JSON with slots in the form ``%(name)b``. ``ends`` is when
    each has been spoken, in seconds since the passage began, and ``silences`` how many of them have
    come before it. ``moods`` holds the mood after any number of lines, beginning with none; None
    while there is no new one. ``turns`` are what is spoken, if it was written as turns;
    ``transfer`` is the index of the line that asks for a person, ``names`` of the one in which the
    customer says their name. ``revisions`` are in the order of their dates; see ``revisions.py``.
    """

    lines: tuple[bytes, ...]
    ends: tuple[float, ...] = ()
    silences: tuple[int, ...] = ()
    moods: tuple[str | None, ...] = (None,)
    cues: tuple[Cue, ...] = ()
    turns: tuple[Turn, ...] = ()
    transfer: int | None = None
    names: int | None = None
    revisions: tuple[Revision, ...] = ()

    def beginning(self, count: int) -> "Performance":
        """Return the first ``count`` lines, at least one, as a performance of their own."""
        return Performance(
            self.lines[:count],
            self.ends[:count],
            self.silences[:count],
            self.moods[: count + 1],
            tuple(cue for cue in self.cues if cue.index < count),
            self.turns[:count],
            _below(count, self.transfer),
            _below(count, self.names),
            tuple(one for one in self.revisions if one.place < count),
        )

    def offsets(self, start: float, length: float = 0.0) -> Offsets:
        """Return when each line has been spoken, in seconds, if the first one follows ``start``.

        The whole is stretched to ``length`` seconds if it is shorter: by silences where there are
        any, as far as they can be borne, and by longer pauses.
        """
        missing = max(0.0, length - self.ends[-1])
        silences = self.silences[-1]
        silence = min(missing / silences, _LONGEST_SILENCE) if silences else 0.0
        pause = (missing - silence * silences) / len(self.ends)
        return Offsets(self, start, pause, silence)


def _below(count: int, index: int | None) -> int | None:
    return None if index is None or index >= count else index


def spoken_seconds(text: str) -> float:
    """Return how long ``text`` takes to say; a wide (East Asian) character counts as two."""
    if text.isascii():
        return len(text) / _CHARACTERS_PER_SECOND
    wide = (len(text.encode()) - len(text)) // 2
    return (len(text) + wide) / _CHARACTERS_PER_SECOND


def template(value: Any) -> bytes:
    """Return ``value`` as JSON with each slot, such as ``{order}``, in the form ``%(order)b``."""
    return _SLOT.sub(r"%(\1)b", _escaped(value).decode()).encode()


@lru_cache(_WORDINGS)
def _line(role: str, wording: str) -> bytes:
    """Return the template of a line; performances share it, which saves 15 MB."""
    return template({"role": role, "content": wording})


def _escaped(value: Any) -> bytes:
    return orjson.dumps(value).replace(b"%", b"%%")


def _carried(moods: Iterable[str | None]) -> tuple[str | None, ...]:
    return tuple(accumulate((None, *moods), lambda before, mood: mood or before))


def fixed(
    lines: Iterable[Mapping[str, Any]],
    revised: Iterable[tuple[float, int, Mapping[str, Any]]] = (),
) -> Performance:
    """Return the performance of lines that are always the same and have their offsets elsewhere.

    ``revised`` are other versions of lines, each with its offset and the line's place.
    """
    templates = tuple(map(_escaped, lines))
    revisions = [Revision(at, place, _escaped(line)) for at, place, line in revised]
    revisions.sort(key=lambda one: one.at)  # of several at once, the latter is the later one
    return Performance(templates, moods=(None,) * (len(templates) + 1), revisions=tuple(revisions))


class Passage:
    """Turns that are always spoken together; ``name`` tells them from all others."""

    def __init__(self, name: str, turns: Sequence[Turn]) -> None:
        self.turns = tuple(turns)
        self._name = name
        self._made: list[Performance | None] = [None] * _PERFORMANCES

    @cached_property
    def seconds(self) -> float:
        """About how long it takes, at most."""
        return sum(turn.seconds for turn in self.turns)

    def performance(self, rng: Draws) -> Performance:
        """Return one of the passage's performances."""
        number = rng.below(_PERFORMANCES)
        made = self._made[number]
        if made is None:
            made = self._made[number] = self._make(Draws(digest(number, "performance", self._name)))
        return made

    def _make(self, rng: Draws) -> Performance:
        lines: list[bytes] = []
        seconds, waited, named = [], 0.0, None
        for turn in self.turns:
            wording = rng.choice(turn.variants)
            if named is None and turn.role == "customer" and _NAME in wording:
                named = len(lines)
            lines.append(_line(turn.role, wording))
            words, slots = _SLOT.subn("", wording)
            pause = rng.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE)
            seconds.append(waited + pause + spoken_seconds(words) + slots * _SLOT_SECONDS)
            waited = turn.waits
        turns = self.turns
        return Performance(
            tuple(lines),
            tuple(accumulate(seconds)),
            tuple(accumulate((turn.hold for turn in turns[:-1]), initial=0)),
            _carried(turn.mood for turn in turns),
            tuple(Cue(i, t.joins, t.topic) for i, t in enumerate(turns) if t.joins or t.topic),
            turns,
            next((i for i, turn in enumerate(turns) if turn.transfer), None),
            named,
        )
