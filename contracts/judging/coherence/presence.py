"""Whether the participants of a call are the same people from poll to poll."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contracts.judging.clocks import DISAGREEMENT, level_of
from contracts.judging.coherence.calls import Call, calls, instant, pause, server_date
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.results import Observation

__all__ = ["agent", "joined_at_past", "joined_at_stable", "persist", "role_stable", "unique"]

Person = dict[str, Any]
Pair = tuple[Observation, Observation]

_ROUNDED = 1.0  # seconds that a Date leaves out


def _people(observation: Observation) -> list[Person] | None:
    people = observation.body.get("participants")
    if not isinstance(people, list):
        return None
    return [one for one in people if isinstance(one, dict) and isinstance(one.get("identity"), str)]


def _by_identity(observation: Observation) -> dict[str, Person]:
    """Return the people whose identity occurs once. The others cannot be told apart."""
    people = _people(observation) or []
    often = Counter(one["identity"] for one in people)
    return {one["identity"]: one for one in people if often[one["identity"]] == 1}


def _successive(call: Call) -> Iterator[tuple[Pair, str, Person, Person]]:
    """Yield each identity that two successive polls show, as it was and as it is."""
    for pair in call.pairs:
        old, new = _by_identity(pair[0]), _by_identity(pair[1])
        for identity in old.keys() & new.keys():
            yield pair, identity, old[identity], new[identity]


def joined_at_stable(observations: Sequence[Observation]) -> Finding:
    """``joinedAt`` of a participant is the same instant in successive polls.

    Who left and came back between two polls has a new one, which lies between them. That may
    happen once: a ``joinedAt`` that follows the polls is no coming back.
    """
    breaches: list[Breach] = []
    exercised = False
    for call in calls(observations):
        changes: dict[str, list[tuple[Breach, bool]]] = {}
        for pair, identity, old, new in _successive(call):
            was, is_ = instant(old.get("joinedAt")), instant(new.get("joinedAt"))
            exercised = exercised or bool(was and is_)
            if was and is_ and was != is_:
                received = f"{old['joinedAt']}, then {new['joinedAt']}"
                words, between = f"one joinedAt for {identity!r}", (pause(*pair),)
                breach = Breach(words, received, call.room, cause="joinedAt", pauses=between)
                came_back = was < is_ and _is_between(is_, pair)
                changes.setdefault(identity, []).append((breach, came_back))
        for found in changes.values():
            if [came_back for _, came_back in found] != [True]:
                breaches += [breach for breach, _ in found]
    why_not = "no participant was seen twice with a joinedAt that is a point in time"
    return judged(breaches, exercised, why_not)


def _is_between(moment: datetime, pair: Pair) -> bool:
    """Return whether a moment lies between two polls, by the server's Date where it has one."""
    since, until = (server_date(one) or one.at for one in pair)
    slack = timedelta(seconds=_ROUNDED)
    return since - slack <= moment <= until + slack


def joined_at_past(observations: Sequence[Observation]) -> Finding:
    """``joinedAt`` is not later than the Date of its answer; a little later is only a should."""
    breaches = []
    exercised = False
    for call in calls(observations):
        for one in call.seen:
            date = server_date(one)
            for person in _people(one) or []:
                joined = instant(person.get("joinedAt"))
                if date is None or joined is None:
                    continue
                exercised = True
                ahead = (joined - date).total_seconds()
                if ahead > DISAGREEMENT:
                    received = f"{person['joinedAt']}, {ahead:.0f} s after {one.headers['date']}"
                    expected = "a joinedAt before the server's Date"
                    level = level_of(ahead)
                    breaches.append(Breach(expected, received, call.room, level=level))
    return judged(
        breaches, exercised, "no answer had a Date, and a joinedAt that is a point in time"
    )


def role_stable(observations: Sequence[Observation]) -> Finding:
    """``isAgent`` of a participant is the same in successive polls."""
    breaches = []
    exercised = False
    for call in calls(observations):
        for pair, identity, old, new in _successive(call):
            was, is_ = old.get("isAgent"), new.get("isAgent")
            if not (isinstance(was, bool) and isinstance(is_, bool)):
                continue
            exercised = True
            if was != is_:
                expected = f"one isAgent for {identity!r}"
                received = f"{str(was).lower()}, then {str(is_).lower()}"
                breach = Breach(expected, received, call.room, cause="isAgent")
                breaches.append(replace(breach, pauses=(pause(*pair),)))
    return judged(breaches, exercised, "no participant was seen twice")


def unique(observations: Sequence[Observation]) -> Finding:
    """Identities are unique within an answer."""
    breaches = []
    exercised = False
    for call in calls(observations):
        for one in call.seen:
            often = Counter(person["identity"] for person in _people(one) or [])
            exercised = exercised or bool(often)
            for identity, times in often.items():
                if times > 1:
                    received = f"{identity!r} {times} times"
                    breaches.append(Breach("each identity once", received, call.room))
    return judged(breaches, exercised, "no answer had a participant")


def persist(observations: Sequence[Observation]) -> Finding:
    """No participant vanishes and comes back."""
    breaches = []
    exercised = False
    for call in calls(observations):
        present: dict[str, Observation] = {}
        left: dict[str, tuple[Observation, Observation]] = {}  # there last, and gone first
        polls = [(one, people) for one in call.seen if (people := _people(one)) is not None]
        exercised = exercised or len([people for _, people in polls if people]) > 1
        for one, people in polls:
            now = {person["identity"] for person in people}
            for identity in sorted(now & left.keys()):
                there, gone = left.pop(identity)
                received = f"{identity!r} was there, gone, and there again"
                breach = Breach("participants who stay or leave", received, call.room)
                between = (pause(there, gone), pause(gone, one))
                breaches.append(replace(breach, pauses=between))
            left |= {who: (last, one) for who, last in present.items() if who not in now}
            present = dict.fromkeys(now, one)
    return judged(breaches, exercised, "no participant was seen twice")


def agent(observations: Sequence[Observation]) -> Finding:
    """At some time at least, one of a call's participants is its AI agent."""
    breaches = []
    exercised = False
    for call in calls(observations):
        everybody = (person for one in call.seen for person in _people(one) or [])
        people = [person for person in everybody if isinstance(person.get("isAgent"), bool)]
        exercised = exercised or bool(people)
        if people and not any(person.get("isAgent") is True for person in people):
            identities = ", ".join(sorted({repr(person["identity"]) for person in people}))
            received = f"isAgent is true for nobody of {identities}"
            breaches.append(Breach("the AI agent among the participants", received, call.room))
    return judged(breaches, exercised, "no answer had a participant")
