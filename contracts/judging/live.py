"""Judges exchanges while they pass: what each of them breaks, and all that is known so far."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from contracts.contract import CALL, END_CALL, LIST
from contracts.judging.coherence import INVARIANTS
from contracts.judging.coherence.calls import call_id
from contracts.judging.findings import Breach, Finding
from contracts.judging.history import History
from contracts.judging.judge import JUDGES, OF_DURATION
from contracts.judging.question import Place, Question, question
from contracts.judging.results import Level, Observation
from contracts.judging.rolling import Rolling, key_of
from contracts.traffic.exchange import Exchange
from contracts.traffic.recorded import Seen

__all__ = ["Live"]

_PLACES = 300  # that are followed
_KINDS = 1000  # of answers that are remembered as looked at by themselves
_WINDOW = 6  # answers of a place that are judged together, besides the first of its call
_OFTEN = 0.5  # seconds between two looks at a place
_SELDOM = 1.0  # and at what is about other operations
_RECENT = 60  # exchanges that the latter looks at
_TELLING = ("cache-control", "content-encoding", "content-type", "expires", "vary")
_OTHERS = tuple(one for one in JUDGES if one.partition(".")[0] not in ("shape", "time", "robust"))

Found = Iterator[tuple[str, Breach]]


@dataclass
class _Followed:
    """What is known of a place: some of what it showed, and when it was looked at."""

    seen: deque[Observation] = field(default_factory=lambda: deque(maxlen=_WINDOW))
    first: Observation | None = None
    looked: float = 0.0
    ended: object = None  # the id of a call that somebody has ended

    def add(self, poll: Observation) -> list[Observation]:
        """Add a poll, and return it behind the one before it."""
        self.first = self.first or poll
        before = [self.seen[-1]] if self.seen else []
        # Close together they say little; far apart they are what shows a clock that stands still.
        if len(self.seen) < 2 or poll.sent - self.seen[-2].sent >= _OFTEN:
            self.seen.append(poll)
        else:
            self.seen[-1] = poll
        return [*before, poll]

    def window(self) -> list[Observation]:
        """Return the polls that are to be judged together now; none if that was a moment ago."""
        last = self.seen[-1]
        if self.first is None or last.sent - self.looked < _OFTEN:
            return []
        self.looked = last.sent
        return [self.first, *(one for one in self.seen if one is not self.first)]


class Live:
    """Takes exchanges in their order, and judges ``clauses``.

    What an exchange breaks by itself, or beside the one before it in its room, ``take`` says at
    once. ``settle``, after each, finds what takes longer to see. ``findings`` are what came of all
    of them, with where each breach showed first.
    """

    def __init__(self, clauses: Iterable[str] = JUDGES) -> None:
        self._wanted = frozenset(clauses)
        self._rolling = Rolling(self._wanted)
        self._places: OrderedDict[Place, _Followed] = OrderedDict()
        self._recent: deque[Seen] = deque(maxlen=_RECENT)
        self._looked = 0.0
        self._unsettled: _Followed | None = None
        self._asked_others = False
        self._fine: OrderedDict[object, None] = OrderedDict()
        self._told: set[tuple[str, str, str, Level | None]] = set()
        self._news: dict[str, list[Breach]] = {}

    def take(self, seen: Seen) -> list[str]:
        """Take an exchange, and return the ids of the clauses that it breaks."""
        asked = question(seen.exchange.request)
        if asked is None:
            return []
        before = self._counts()
        history = self._rolling.history
        polls = len(history.observations)
        self._rolling.take(seen)
        self._recent.append(seen)
        found = [*self._grown(before), *self._alone(asked, seen.exchange)]
        if len(history.observations) > polls:
            poll = history.observations[-1]
            self._unsettled = self._followed(Place(poll.workspace, poll.room))
            found += _over_time(self._unsettled, self._unsettled.add(poll))
        elif asked.of != CALL:
            self._asked_others = True
            self._note_end(asked, seen.exchange)
        return self._kept(found)

    def settle(self) -> None:
        """Judge what was taken last beside more of what came before."""
        if self._unsettled:
            self._kept(_over_time(self._unsettled, self._unsettled.window()))
        if self._asked_others:
            self._kept(self._others())
        self._unsettled, self._asked_others = None, False
        self._rolling.turn()

    def look(self) -> dict[str, list[Breach]]:
        """Return the breaches that nobody has been told of yet, by clause."""
        found, self._news = self._news, {}
        return found

    def findings(self) -> Mapping[str, Finding]:
        """Return what became of each clause, by its id. Nothing is to be added afterwards."""
        return self._rolling.findings()

    def so_far(self) -> Mapping[str, Finding]:
        """Return what became of each clause so far, by its id."""
        return self._rolling.so_far()

    def _note_end(self, asked: Question, exchange: Exchange) -> None:
        """Note that a call was ended: it may be shown for some seconds, as it was at its end."""
        place = asked.place
        if asked.of == END_CALL and 200 <= exchange.status < 300 and place in self._places:
            followed = self._places[place]
            followed.ended = call_id(followed.seen[-1].body) if followed.seen else None

    def _followed(self, place: Place) -> _Followed:
        followed = self._places.pop(place, None) or _Followed()
        self._places[place] = followed
        if len(self._places) > _PLACES:
            self._places.popitem(last=False)
        return followed

    def _counts(self) -> dict[str, int]:
        return {clause: len(breaches) for clause, breaches in self._as_they_come()}

    def _as_they_come(self) -> Iterator[tuple[str, list[Breach]]]:
        """Yield the breaches that are kept as they come, by clause."""
        history = self._rolling.history
        yield from history.shape.breaches.items()
        yield from history.strays.breaches.items()
        for name, breaches in history.siblings.breaches.items():
            yield f"{name}.shape", breaches

    def _grown(self, before: Mapping[str, int]) -> Found:
        for clause, breaches in self._as_they_come():
            for one in breaches[before.get(clause, 0) :]:
                yield clause, one

    def _alone(self, asked: Question, exchange: Exchange) -> Found:
        """Yield what an answer breaks by itself; once for each kind of answer that is fine."""
        plain = exchange.status == 200 and asked.of != LIST
        headers = tuple(exchange.headers.get(name) for name in _TELLING)
        kind = (asked.of, asked.method, bool(asked.workspace), headers) if plain else None
        if kind in self._fine:
            return
        alone, found = History(), False
        alone.add(exchange)
        for clause in _OTHERS:
            for one in JUDGES[clause](alone).breaches:
                found = True
                yield clause, one
        if kind is not None and not found:
            self._fine[kind] = None
            if len(self._fine) > _KINDS:
                self._fine.popitem(last=False)

    def _others(self) -> Found:
        """Yield what the other operations' answers break beside what came a moment ago."""
        now = self._recent[-1].exchange.sent
        if now - self._looked < _SELDOM:
            return
        self._looked = now
        history = History()
        for one in self._recent:
            history.add(one.exchange)
        for clause in _OTHERS:
            for breach in JUDGES[clause](history).breaches:
                yield clause, breach

    def _kept(self, found: Iterable[tuple[str, Breach]]) -> list[str]:
        """Keep what is new, and return the clauses."""
        clauses: dict[str, None] = {}
        for clause, breach in found:
            if clause not in self._wanted:
                continue
            clauses[clause] = None
            what, *_, path, level = key_of(breach)
            if (clause, what, path, level) not in self._told:
                self._told.add((clause, what, path, level))
                self._news.setdefault(clause, []).append(breach)
        return list(clauses)


def _over_time(followed: _Followed, seen: list[Observation]) -> Found:
    """Yield what the polls of a place break, beside each other."""
    over = bool(seen) and followed.ended is not None and call_id(seen[-1].body) == followed.ended
    for clause, invariant in INVARIANTS.items() if seen else ():
        if over and clause in OF_DURATION:
            continue
        for one in invariant(seen).breaches:
            yield clause, one
