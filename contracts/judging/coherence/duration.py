"""Whether ``duration`` behaves like the seconds that a call has lasted."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime

from contracts.judging.coherence.calls import Call, calls, instant, number, pause, server_date
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import Observation

__all__ = ["agrees", "monotonic", "rate"]

Reading = tuple[Observation, float]

# By how much two readings of a good clock may differ from the truth: an answer may be two seconds
# old (a cache), and whole seconds hide up to one more.
_CACHED = 2.0
_WHOLE = 1.0
_TELLING = 1.0  # a clock of whole minutes may advance by one within any watch
_SETTING_UP = 15.0  # seconds between a call's beginning and its first participant
_CLOCKS = 3000.0  # seconds that two clocks do not differ by; a wrong time zone is more


def monotonic(observations: Sequence[Observation]) -> Finding:
    """``duration`` is finite, not negative, and never decreases."""
    found = calls(observations)
    breaches = [breach for call in found for breach in (*_improper(call), *_falls(call))]
    exercised = any(len(list(_readings(call))) > 1 for call in found)
    return judged(breaches, exercised, "no call was seen twice with a duration")


def _readings(call: Call) -> Iterator[Reading]:
    """Yield each observation of a call with its usable duration."""
    for one in call.seen:
        value = number(one.body.get("duration"))
        if value is not None and math.isfinite(value):
            yield one, value


def _improper(call: Call) -> Iterator[Breach]:
    for one in call.seen:
        value = number(one.body.get("duration"))
        if value is not None and not (math.isfinite(value) and value >= 0):
            yield Breach("a finite duration, not negative", f"{value:g}", call.room)


def _falls(call: Call) -> Iterator[Breach]:
    for before, after in call.pairs:
        old, new = number(before.body.get("duration")), number(after.body.get("duration"))
        if old is not None and new is not None and new < old:
            seconds = after.received - before.received
            received = f"{old:g}, then {new:g} {seconds:.1f} s later"
            between = (pause(before, after),)
            yield Breach("a duration that never decreases", received, call.room, pauses=between)


def rate(observations: Sequence[Observation]) -> Finding:
    """``duration`` advances as the clock does, in seconds.

    Two readings bound each other: the server read its clock somewhere between request and answer,
    or up to two seconds earlier where it caches, and may have rounded. What lies outside of that
    is a breach. A watch is telling once a clock that stands still, or counts minutes, would.
    """
    telling = False
    breaches = []
    longest = 0.0
    ringing = False
    for call in calls(observations):
        readings = _running(call)
        if len(readings) < 2:
            continue
        if all(map(_rings, call.seen)):
            ringing = True
            continue
        (first, start), (last, end) = readings[0], readings[-1]
        least = last.sent - first.received - _CACHED - _WHOLE
        longest = max(longest, last.sent - first.received)
        slow = end - start < least
        leap = _leap(call.room, readings)
        if slow:
            seconds = last.received - first.received
            received = f"it rose by {end - start:g} in {seconds:.1f} s: {start:g} to {end:g}"
            between = (pause(first, last),)
            breaches.append(Breach("one second per second", received, call.room, pauses=between))
        elif leap:
            breaches.append(leap)
        telling = telling or least > _TELLING
    why_not = f"watched for {longest:.1f} s; a clock that stands still shows after 5 s"
    if not longest:
        why_not = "no call was seen twice with a duration"
    if ringing and not longest:
        why_not = "nobody answered the call while it was watched: its duration was 0"
    return judged(breaches, telling, why_not)


def _rings(one: Observation) -> bool:
    """Return whether nobody has answered yet: no second has passed, and nothing was said."""
    return number(one.body.get("duration")) == 0 and not one.body.get("transcript")


def _running(call: Call) -> list[Reading]:
    """Return the readings from when the duration runs: it may be 0 until somebody answers."""
    readings = list(_readings(call))
    begun = next((n for n, (_, value) in enumerate(readings) if value), 0)
    return readings[max(0, begun - 1) :]


def _leap(room: str, readings: list[Reading]) -> Breach | None:
    """Return the first reading that ran ahead of any earlier one, measured from the lowest."""
    anchor: Reading | None = None
    for one, value in readings:
        if anchor:
            since, base = anchor
            most = one.received - since.sent + _CACHED + _WHOLE
            if value - base > most:
                seconds = one.received - since.received
                received = f"it rose by {value - base:g} in {seconds:.1f} s: {base:g} to {value:g}"
                between = (pause(since, one),)
                return Breach("one second per second", received, room, pauses=between)
        if not anchor or value - one.sent < anchor[1] - anchor[0].sent:
            anchor = (one, value)  # the reading that lags most
    return None


def agrees(observations: Sequence[Observation]) -> Finding:
    """``duration`` agrees with the time since the earliest ``joinedAt``, by the server's Date.

    Without a Date it is by the own clock, and only what no two clocks differ by is a breach. A
    duration that is no count of seconds agrees with nothing; that is for ``rate`` to say.
    """
    breaches = []
    exercised = False
    by_room = {one.room: [o for o in observations if o.room == one.room] for one in observations}
    strange = {room for room, seen in by_room.items() if rate(seen).breaches}
    for call in calls(observations):
        if call.room in strange:
            continue
        for one, value in _readings(call):
            joined = _earliest(one)
            if joined is None or _rings(one):
                continue
            exercised = True
            date = server_date(one)
            elapsed = ((date or one.at) - joined).total_seconds()
            if abs(elapsed - value) > (_SETTING_UP if date else _CLOCKS):
                clock = "Date" if date else "the answer came"
                received = f"duration {value:g}; the first joined {elapsed:.0f} s before {clock}"
                breaches.append(Breach("as long as since the first joined", received, call.room))
    return judged(
        breaches, exercised, "no answer had a joinedAt, and a duration that counts seconds"
    )


def _earliest(one: Observation) -> datetime | None:
    people = one.body.get("participants")
    if not isinstance(people, list):
        return None
    joined = [instant(person.get("joinedAt")) for person in people if isinstance(person, dict)]
    return min((moment for moment in joined if moment), default=None)
