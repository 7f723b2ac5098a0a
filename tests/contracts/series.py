"""Series of polls: of a faithful call, and of calls that something happens to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.judging.results import Observation
from tests.contracts.samples import person, seen

Series = list[Observation]

FACTS = "identity.facts-stable"
STABLE, RATE, MONOTONIC = "identity.stable", "time.duration-rate", "time.duration-monotonic"
APPENDS, LAST = "time.transcript-appends", "time.transcript-last-line"
PAST, JOINED, AGREES = "time.joined-at-past", "time.joined-at-stable", "time.duration-agrees"
UNIQUE, PERSIST = "participants.unique", "participants.persist"
ROLE, AGENT = "participants.role-stable", "participants.agent"


def polls(change: Callable[[int], dict[str, Any]] = lambda n: {}, *, every: float = 1.0) -> Series:
    """Return nine polls of one room; ``change`` says what the n-th shows instead."""
    return [seen(n * every, **change(n)) for n in range(9)]


def joined(text: str) -> dict[str, Any]:
    """Return an only participant who joined then."""
    return {"participants": [person("agent-001", True, text)]}


def people(*groups: str) -> Series:
    """Return polls, each with the participants whose initials its text holds."""
    return [
        seen(n, participants=[person(name, name == "a", "2026-11-22T09:00:00Z") for name in group])
        for n, group in enumerate(groups)
    ]


def lines(*texts: str) -> Series:
    """Return polls, each with a transcript of one line per letter."""
    return [
        seen(n, transcript=[{"role": "agent", "content": letter} for letter in text])
        for n, text in enumerate(texts)
    ]


def dateless(text: str) -> Series:
    """Return polls without a Date, whose only participant joined then."""
    return [replace(one, headers={}) for one in polls(lambda n: joined(text))]


def talk(*polls: tuple[float, str]) -> Series:
    """Return polls at their seconds; each line begins with its speaker's initial."""
    return [
        seen(at, transcript=[{"role": line[0], "content": line[1:]} for line in text.split()])
        for at, text in polls
    ]


def shown(field: str, *values: Any) -> Series:
    """Return polls that show one value of a field after the other."""
    return [seen(n, **{field: value}) for n, value in enumerate(values)]
