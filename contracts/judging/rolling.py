"""Judges traffic of any length in bounded memory, and finds where each breach showed first.

The traffic is cut into stretches. Each is judged as a whole, and begins with what the clauses need
of those before it: of each call that goes on its first and its latest answers, and all that came a
moment ago.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace

from contracts.contract import CALL
from contracts.judging.coherence.calls import calls
from contracts.judging.findings import Breach, Finding
from contracts.judging.history import History
from contracts.judging.judge import JUDGES
from contracts.judging.question import Place, question
from contracts.judging.results import Level, Observation, Status
from contracts.traffic.recorded import Seen

__all__ = ["Rolling", "key_of"]

_STRETCH = 1000  # exchanges that are judged at once
_STRETCH_BYTES = 8 * 1024 * 1024  # and what their bodies have
_MOMENT = 30.0  # seconds: what a command or a list is judged by comes within
_RECENT = 300  # exchanges of that time
_ROOMS = 300  # whose calls are followed from one stretch to the next
_LATEST = 3  # answers of such a call, besides its first
_MOST_BREACHES = 200  # of one clause that are told apart
_PARTS = 16  # of a stretch, within which the first breach is looked for

_ORDER: tuple[Status, ...] = ("failed", "passed", "not reached", "not offered")
Key = tuple[str, str, str, str, Level | None]


@dataclass
class _Total:
    """What became of a clause so far: the hardest status, and its breaches by what they are."""

    status: Status = "not offered"
    reason: str = ""
    breaches: dict[Key, Breach] = field(default_factory=dict)
    carried: dict[Key, int] = field(default_factory=dict)

    def take(self, finding: Finding) -> list[Key]:
        """Add the finding of a stretch; return what is new in it."""
        if not self.reason or _ORDER.index(finding.status) < _ORDER.index(self.status):
            self.reason = finding.reason
        self.status = min(self.status, finding.status, key=_ORDER.index)
        new = []
        for key, breach in _by_key(finding).items():
            count = breach.count - self.carried.get(key, 0)
            if known := self.breaches.get(key):
                self.breaches[key] = replace(known, count=known.count + max(0, count))
            elif len(self.breaches) < _MOST_BREACHES:
                self.breaches[key] = breach
                new.append(key)
        return new

    @property
    def finding(self) -> Finding:
        """All of it as one finding."""
        return Finding(self.status, tuple(self.breaches.values()), self.reason)


class Rolling:
    """Takes exchanges in the order in which they were sent, and judges ``clauses`` by them.

    ``history`` is that of the present stretch.
    """

    def __init__(self, clauses: Iterable[str] = JUDGES, stretch: int = _STRETCH) -> None:
        self._totals = {one: _Total() for one in clauses if one in JUDGES}
        self._most = stretch
        self._stretch: list[Seen] = []
        self.history = History()
        self._new, self._bytes = 0, 0

    def add(self, seen: Seen) -> None:
        """Take one exchange."""
        self.take(seen)
        self.turn()

    def take(self, seen: Seen) -> None:
        """Take one exchange; ``turn`` is to be called before the next one."""
        self._keep(seen)
        self._new += 1
        self._bytes += len(seen.exchange.content)

    def turn(self) -> None:
        """Begin the next stretch, where this one is long enough."""
        if self._new >= self._most or self._bytes >= _STRETCH_BYTES:
            self._fold()
            self._turn()

    def findings(self) -> Mapping[str, Finding]:
        """Return what became of each clause, by its id. Nothing is to be added afterwards."""
        self._fold()
        return {clause: total.finding for clause, total in self._totals.items()}

    def so_far(self) -> Mapping[str, Finding]:
        """Return what became of each clause so far, by its id."""
        totals = deepcopy(self._totals)
        for clause, total in totals.items():
            total.take(JUDGES[clause](self.history))
        return {clause: total.finding for clause, total in totals.items()}

    @property
    def observations(self) -> Sequence[Observation]:
        """What was seen of calls lately."""
        return self.history.observations

    def _keep(self, seen: Seen) -> None:
        self._stretch.append(seen)
        self.history.add(seen.exchange)

    def _fold(self) -> None:
        """Judge the stretch, and add what comes of it to the totals."""
        new: dict[str, list[Key]] = {}
        for clause, total in self._totals.items():
            if found := total.take(JUDGES[clause](self.history)):
                new[clause] = found
        if new:
            for clause, key, where in _first_shown(self._stretch, new):
                known = self._totals[clause].breaches
                known[key] = replace(known[key], seen=where)

    def _turn(self) -> None:
        """Begin the next stretch with what it needs of this one."""
        kept = _carried(self._stretch, self.history)
        self._stretch, self.history, self._new, self._bytes = [], History(), 0, 0
        for seen in kept:
            self._keep(seen)
        for clause, total in self._totals.items():
            again = JUDGES[clause](self.history) if total.breaches else Finding("passed")
            total.carried = {key: one.count for key, one in _by_key(again).items()}


def _by_key(finding: Finding) -> dict[Key, Breach]:
    """Return the breaches by what is the same of one however long it is looked at."""
    found: dict[Key, Breach] = {}
    for one in finding.breaches:
        found.setdefault(key_of(one), one)
    return found


def key_of(breach: Breach) -> Key:
    """Return what is the same of a breach however long it is looked at."""
    outcome = breach.received if breach.request and not breach.cause else ""
    what = breach.cause or breach.expected
    return what, outcome, breach.room, breach.path, breach.level


def _carried(stretch: Sequence[Seen], history: History) -> list[Seen]:
    """Return what the next stretch is to begin with, in order."""
    since = stretch[-1].exchange.sent - _MOMENT
    recent = {id(one) for one in stretch[-_RECENT:] if one.exchange.sent >= since}
    latest = calls(history.observations)
    first = {Place(one.seen[0].workspace, one.room): one.seen[0].sent for one in latest}
    rooms = _by_room(stretch)
    for place in list(rooms)[-_ROOMS:]:
        of = rooms[place]
        recent.update(id(one) for one in of if one.exchange.sent == first.get(place))
        recent.update(id(one) for one in [one for one in of if _asks(one)][-_LATEST:])
        recent.update(id(one) for one in [one for one in of if not _asks(one)][-_LATEST:])
    return [one for one in stretch if id(one) in recent]


def _by_room(stretch: Sequence[Seen]) -> dict[Place, list[Seen]]:
    """Return the exchanges about each room, the room that was asked for last at the end."""
    rooms: dict[Place, list[Seen]] = {}
    for one in stretch:
        asked = question(one.exchange.request)
        if asked and asked.room:
            rooms[asked.place] = found = rooms.pop(asked.place, [])
            found.append(one)
    return rooms


def _asks(seen: Seen) -> bool:
    asked = question(seen.exchange.request)
    return asked is not None and asked.of == CALL


def _first_shown(
    stretch: Sequence[Seen], new: Mapping[str, Sequence[Key]]
) -> Iterator[tuple[str, Key, str]]:
    """Yield for each breach at which exchange it showed: first in which part, then within it."""
    size = len(stretch) // _PARTS + 1
    wanted = {(clause, key) for clause, keys in new.items() for key in keys}
    parts = dict(_shown(stretch, wanted, lambda number: number % size == 0))
    within = set(parts.values())
    last = len(stretch)

    def is_close(number: int) -> bool:
        return min(-(-number // size) * size, last) in within

    found = dict(_shown(stretch, wanted, is_close))
    for clause, key in wanted:
        number = found.get((clause, key), last)
        yield clause, key, stretch[number - 1].where


def _shown(
    stretch: Sequence[Seen],
    wanted: Iterable[tuple[str, Key]],
    looks: Callable[[int], bool],
) -> Iterator[tuple[tuple[str, Key], int]]:
    """Yield after how many exchanges each breach shows, where one ``looks`` after that many."""
    left, history = set(wanted), History()
    for number, seen in enumerate(stretch, 1):
        history.add(seen.exchange)
        if not left:
            return
        if not looks(number) and number < len(stretch):
            continue
        for clause in {clause for clause, _ in left}:
            keys = _by_key(JUDGES[clause](history))
            for one in [one for one in left if one[0] == clause and one[1] in keys]:
                left.discard(one)
                yield one, number
