"""Judges exchanges while they pass: what each of them breaks, and all that is known so far."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping

from contracts.contract import LIST
from contracts.judging.coherence import INVARIANTS
from contracts.judging.findings import Breach, Finding
from contracts.judging.history import History
from contracts.judging.judge import JUDGES
from contracts.judging.question import Place, question
from contracts.judging.results import Observation
from contracts.judging.rolling import Rolling, by_key
from contracts.traffic.exchange import Exchange
from contracts.traffic.recorded import Seen

__all__ = ["Live"]

_PLACES = 2000  # whose last answer is remembered
_TELLING = ("cache-control", "content-encoding", "content-type", "expires", "vary")
_KINDS = 1000  # of answers that are remembered as looked at by themselves


class Live:
    """Takes exchanges in their order, and judges ``clauses``.

    What an exchange breaks by itself, or together with the one before it in its room, is said at
    once. What takes more to see is found by ``look``, and all of it by ``findings``.
    """

    def __init__(self, clauses: Iterable[str] = JUDGES) -> None:
        self._clauses = [one for one in clauses if one in JUDGES]
        self._rolling = Rolling(self._clauses)
        self._last: OrderedDict[Place, Observation] = OrderedDict()
        self._looked_at: OrderedDict[object, list[str]] = OrderedDict()
        self._told: set[object] = set()

    def take(self, seen: Seen) -> list[str]:
        """Take an exchange, and return the ids of the clauses that it breaks."""
        before = dict(self._counts())
        history = self._rolling.history
        polls = len(history.observations)
        self._rolling.take(seen)
        found = [one for one, count in self._counts() if count > before.get(one, 0)]
        if len(history.observations) > polls:
            found += self._beside_the_last(history.observations[-1])
        found += self._alone(seen.exchange)
        self._rolling.turn()
        wanted = set(self._clauses)
        return [one for one in dict.fromkeys(found) if one in wanted]

    def look(self) -> dict[str, list[Breach]]:
        """Return what was found since the last look, by clause."""
        found: dict[str, list[Breach]] = {}
        for clause, finding in self._rolling.so_far().items():
            for key, breach in by_key(finding).items():
                if (clause, key) not in self._told:
                    self._told.add((clause, key))
                    found.setdefault(clause, []).append(breach)
        return found

    def findings(self) -> Mapping[str, Finding]:
        """Return what became of each clause, by its id. Nothing is to be added afterwards."""
        return self._rolling.findings()

    def so_far(self) -> Mapping[str, Finding]:
        """Return what became of each clause so far, by its id."""
        return self._rolling.so_far()

    def _counts(self) -> Iterator[tuple[str, int]]:
        """Yield how many breaches there are of what is judged as it comes."""
        history = self._rolling.history
        for clause, breaches in history.shape.breaches.items():
            yield clause, len(breaches)
        for name, breaches in history.siblings.breaches.items():
            yield f"{name}.shape", len(breaches)
        for clause, breaches in history.strays.breaches.items():
            yield clause, len(breaches)

    def _beside_the_last(self, poll: Observation) -> Iterator[str]:
        """Yield the clauses over time that a poll breaks, seen beside the one before it."""
        place = Place(poll.workspace, poll.room)
        before = self._last.pop(place, None)
        self._last[place] = poll
        if len(self._last) > _PLACES:
            self._last.popitem(last=False)
        seen = [poll] if before is None else [before, poll]
        for clause, invariant in INVARIANTS.items():
            if invariant(seen).breaches:
                yield clause

    def _alone(self, exchange: Exchange) -> list[str]:
        """Return the clauses that an answer breaks, looked at by itself; once for each kind."""
        asked = question(exchange.request)
        if asked is None:
            return []
        plain = exchange.status == 200 and asked.of != LIST
        headers = tuple(exchange.headers.get(name) for name in _TELLING)
        kind = (asked.of, asked.method, bool(asked.workspace), headers) if plain else None
        if kind in self._looked_at:
            return self._looked_at[kind]
        alone = History()
        alone.add(exchange)
        found = [one for one in self._clauses if JUDGES[one](alone).breaches]
        if kind is not None:
            self._looked_at[kind] = [one for one in found if not one.startswith("shape.")]
            if len(self._looked_at) > _KINDS:
                self._looked_at.popitem(last=False)
        return found
