"""What a call shows over time, entry by entry: its lines, its participants, and their forms.

A line may be revised after it has appeared, and a participant be shown in another way, as an agent
that is muted is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from mockserver.simulation.attendance import Presence
from mockserver.simulation.cuts import Part
from mockserver.simulation.events import Event, of_kind
from mockserver.simulation.happenings import present, said
from mockserver.simulation.performance import NO_FACTS, Facts, Performance, Turn
from mockserver.simulation.script import CallScript

__all__ = ["Dated", "dated_lines", "dated_participants"]

Body = Mapping[str, Any]


@dataclass(slots=True)
class Dated:
    """An entry of a list in the body, from the offset ``at`` until the offset ``until``, or None.

    ``shown`` is how it is shown in the end, and ``before`` how it was until which offsets, None
    where it was not. ``turn`` is what a line was written as, if it was written as one; ``facts``
    are the values of the slots of its notes.
    """

    at: float
    shown: Body
    until: float | None = None
    before: list[tuple[float, Body | None]] = field(default_factory=list)
    turn: Turn | None = None
    facts: Facts = field(default_factory=lambda: NO_FACTS)

    def form(self, elapsed: float) -> Body | None:
        """Return how it is shown ``elapsed`` seconds into the call, which is not before ``at``."""
        return next((shown for until, shown in self.before if elapsed < until), self.shown)


def dated_lines(script: CallScript, length: float, events: Sequence[Event]) -> list[Dated]:
    """Return what is said within ``length`` seconds, in its order."""
    lines = [
        Dated(at, line, turn=turn, facts=facts)
        for (at, line), (turn, facts) in zip(
            script.lines(length), script.turns(length), strict=True
        )
    ]
    for place, until, line in _revised(script, length):
        if place < len(lines) and until > lines[place].at:
            lines[place].before.append((until, line))
    lines += [Dated(one.at, one.line) for one in said(script, events)]
    return sorted(lines, key=lambda one: one.at)


def _revised(script: CallScript, length: float) -> Iterator[tuple[int, float, Body]]:
    """Yield the place of each line that is revised, until when it was not yet, and what it was."""
    first = 0
    for performance, offsets, facts in script.segments:
        lines = list(performance.lines)
        for at, place, line in performance.revisions:
            if at <= length:
                before = script.transcript([Part(Performance((lines[place],)), 1, facts)])
                yield first + place, at, orjson.loads(before)[0]
            lines[place] = line
        first += len(offsets)


def dated_participants(script: CallScript, length: float, events: Sequence[Event]) -> list[Dated]:
    """Return who takes part within ``length`` seconds, in the order in which they are shown."""
    if not of_kind(events, "join", "leave"):
        return _scripted(script.presences, length)
    return _directed(script, length, events)


def _scripted(presences: Sequence[Presence], length: float) -> list[Dated]:
    found: list[Dated] = []
    goes_on = False
    for number, one in enumerate(presences):
        after = presences[number + 1 : number + 2]
        if one.joins <= length:
            entry = found.pop() if goes_on else Dated(one.entered, {})
            if one.joins > (entry.before[-1][0] if entry.before else one.entered):
                entry.before.append((one.joins, None))
            entry.shown = orjson.loads(orjson.dumps(one.shown))
            entry.until = one.leaves if one.leaves < length else None
            found.append(entry)
            goes_on = any(
                two.entered == one.entered and two.joins == one.leaves <= length for two in after
            )
            if goes_on:
                entry.before.append((one.leaves, entry.shown))
    return found


def _directed(script: CallScript, length: float, events: Sequence[Event]) -> list[Dated]:
    """Return who takes part where people come and go by events: what each change leaves there."""
    changes = {0.0, *(event.at - script.started for event in events)}
    changes |= {at for one in script.presences for at in (one.joins, one.leaves)}
    entries: list[Dated] = []
    there: list[tuple[Body, Dated]] = []
    for at in sorted(one for one in changes if one <= length):
        happened = [event for event in events if event.at - script.started <= at]
        now: list[tuple[Body, Dated]] = []
        for place, (since, body) in enumerate(present(script, at, happened)):
            entry = next((entry for shown, entry in there if shown == body), None)
            if entry is None and place < len(there) and _is_same(there[place][0], body):
                entry = there[place][1]
                entry.before.append((at, entry.shown))
                entry.shown = body
            elif entry is None:
                entry = Dated(since, body, before=[(at, None)] if since < at else [])
                entries.append(entry)
            now.append((body, entry))
        for _, entry in there:
            if all(entry is not other for _, other in now):
                entry.until = at
        there = now
    return sorted(entries, key=lambda one: one.at)


def _is_same(one: Body, other: Body) -> bool:
    """Return whether two bodies show one participant, in different ways."""
    return all(one.get(name) == other.get(name) for name in ("identity", "joinedAt"))
