"""One room after the other, folded into the calls that were recorded there.

Only changes of value are kept, so that what a recording takes in memory does not grow with the
number of its polls. Instants are in UTC Unix seconds, by the clock of who recorded it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mockserver.recordings.instants import Sample
from mockserver.recordings.observations import Observation, Place, Problem
from mockserver.recordings.parts import Fields, Lines, People
from mockserver.simulation.listing import CALL_OPERATION, LIST_OPERATION
from mockserver.simulation.scenarios import OUTSIDE_CALL

__all__ = ["Room", "Stretch", "Take"]

_MOST_DECIMALS = 6
_MOST_SECONDS = 1e9  # beyond, a duration is nonsense, and its thousandths may be no number
_NOT_FOUND = 404


@dataclass
class Stretch:
    """An error that lasted from ``at`` until ``until``; None while nobody has seen its end."""

    at: float
    problem: Problem
    until: float | None = None


@dataclass
class Take:
    """One call: what was seen of it, each change with its instant.

    ``begun`` are instants at which the call would have begun by its duration, and ``ahead`` by how
    much the server's clock was ahead. ``transfer`` is when a list said that a person was asked for,
    and ``over`` when the call was first seen to have ended; None where nobody saw it. ``next`` is
    when the room's next call was seen, or the latest answer came.
    """

    place: Place
    id: str
    first: float
    duration: float
    last: float = 0.0
    polls: int = 0
    over: float | None = None
    next: float = 0.0
    decimals: int = 0
    begun: Sample = field(default_factory=Sample)
    ahead: Sample = field(default_factory=Sample)
    calls: list[tuple[float, Fields]] = field(default_factory=list)
    moods: list[tuple[float, str]] = field(default_factory=list)
    insights: list[tuple[float, Fields]] = field(default_factory=list)
    transfer: float | None = None
    lines: Lines = field(default_factory=Lines)
    people: People = field(default_factory=People)
    failures: list[Stretch] = field(default_factory=list)

    def see(self, at: float, date: float | None, body: Mapping[str, Any]) -> None:
        """Take an answer that shows the call into account."""
        duration = min(max(float(body["duration"]), -_MOST_SECONDS), _MOST_SECONDS)
        self.last, self.polls = at, self.polls + 1
        self.begun.add(at - duration)
        if date is not None:
            self.ahead.add(date - at)
        self.decimals = max(self.decimals, _decimals(duration))
        _note(self.calls, at, {n: value for n, value in body.items() if n not in OUTSIDE_CALL})
        _note(self.moods, at, body["sentiment"])
        self.lines.see(at, body["transcript"])
        self.people.see(at, body["participants"])

    def see_insights(self, at: float, body: Mapping[str, Any]) -> None:
        """Take an answer with the call's insights into account."""
        _note(self.insights, at, {n: value for n, value in body.items() if n != "sentiment"})


def _note(values: list[tuple[float, Any]], at: float, value: Any) -> None:
    """Append a value that is not the latest one."""
    if not values or values[-1][1] != value:
        values.append((at, value))


def _decimals(duration: float) -> int:
    if duration.is_integer():
        return 0
    exponent = Decimal(repr(duration)).as_tuple().exponent
    return min(_MOST_DECIMALS, -int(exponent))


class Room:
    """The calls of one room, in their order; what comes late is not taken into account."""

    def __init__(self) -> None:
        self.takes: list[Take] = []
        self._at: dict[str, float] = {}  # the latest answer of each operation
        self._failing: dict[str, list[Stretch]] = {}
        self._early: tuple[float, Fields] | None = None

    def see(self, one: Observation) -> bool:
        """Take an answer into account; return whether it is the first that shows a call."""
        operation, at = one.operation, one.at
        if at <= self._at.get(operation, 0.0):
            return False
        self._at[operation] = at
        if one.problem is not None:
            self._fail(operation, at, one.problem)
            return False
        if one.body is None:
            return False
        if operation == CALL_OPERATION:
            return self._see_call(one, one.body)
        if operation == LIST_OPERATION:
            self._see_listed(at, one.body)
            return False
        self._recover(operation, at)
        if self._live is not None:
            self._live.see_insights(at, one.body)
        else:
            self._early = at, one.body
        return False

    def _see_listed(self, at: float, listed: Mapping[str, Any]) -> None:
        live = self._live
        if live and listed["id"] == live.id and listed["transferRequested"] and not live.transfer:
            # The list that says so with the first answer says so of the time before.
            live.transfer = live.first if live.polls == 1 else at

    @property
    def _live(self) -> Take | None:
        return self.takes[-1] if self.takes and self.takes[-1].over is None else None

    def _see_call(self, one: Observation, body: Mapping[str, Any]) -> bool:
        live = self._live
        is_new = live is None or body["id"] != live.id
        if is_new:
            self._end(one.at)
            live = Take(one.place, str(body["id"]), one.at, float(body["duration"]))
            self.takes.append(live)
            if self._early is not None:
                live.see_insights(*self._early)
                self._early = None
        else:
            self._recover(CALL_OPERATION, one.at)
        assert live is not None
        live.see(one.at, one.date, body)
        return is_new

    def _fail(self, operation: str, at: float, problem: Problem) -> None:
        stretches = self._failing.setdefault(operation, [])
        if stretches and stretches[-1].problem == problem:
            return
        if stretches:
            stretches[-1].until = at
        stretches.append(Stretch(at, problem))

    def _recover(self, operation: str, at: float) -> None:
        """End the errors of an operation, which were in the middle of a call."""
        stretches = self._failing.pop(operation, [])
        if stretches and self._live is not None:
            stretches[-1].until = at
            self._live.failures += stretches

    def _end(self, at: float) -> None:
        """End the present call: where it was first not found, or where another one is seen."""
        live = self._live
        if live is None:
            self._failing.clear()
            return
        failing = self._failing.get(CALL_OPERATION, [])
        ends = [one.at for one in failing if one.problem.status == _NOT_FOUND]
        live.over, live.next = min(ends, default=at), at
        self._keep_failures(live)

    def _keep_failures(self, live: Take) -> None:
        """Let the present call have the errors that nobody has seen the end of."""
        for stretches in self._failing.values():
            live.failures += stretches
        self._failing.clear()

    def finish(self) -> None:
        """Take into account that nothing more comes."""
        live = self._live
        if live is None:
            return
        failing = self._failing.get(CALL_OPERATION, [])
        latest = self._at[CALL_OPERATION]
        if any(one.problem.status == _NOT_FOUND for one in failing):
            self._end(latest)
        else:
            live.last = live.next = latest
            self._keep_failures(live)
