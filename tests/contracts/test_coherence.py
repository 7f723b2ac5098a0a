import math
from collections.abc import Sequence
from typing import Any

import pytest

from contracts.judging.coherence import INVARIANTS
from contracts.judging.results import Observation
from tests.contracts.samples import person, seen
from tests.contracts.series import (
    AGENT,
    AGREES,
    APPENDS,
    FACTS,
    JOINED,
    LAST,
    MONOTONIC,
    PAST,
    PERSIST,
    RATE,
    ROLE,
    STABLE,
    UNIQUE,
    Series,
    dateless,
    joined,
    lines,
    people,
    polls,
    shown,
)

FAITHFUL = [
    polls(),
    polls(every=0.9),
    [*polls(), *[seen(n, room="b", id="b" * 24) for n in (0, 6)]],
]

CASES: list[tuple[str, str, str, Sequence[Observation]]] = [
    (STABLE, "failed", "a new id each time", polls(lambda n: {"id": str(n)})),
    (STABLE, "failed", "one id in two rooms", [*polls(), seen(0, room="b"), seen(1, room="b")]),
    (
        STABLE,
        "passed",
        "the next call after a 404",
        [*polls(), seen(9, status=404), seen(10, id="b")],
    ),
    (
        STABLE,
        "passed",
        "the next call at once",
        [*polls(), *[seen(n, id="b", duration=n - 9) for n in (9, 10, 11)]],
    ),
    (
        STABLE,
        "passed",
        "the next call, polled so seldom that its duration did not fall",
        [
            *[seen(n, duration=0) for n in (0, 1)],
            seen(40, id="b", duration=0),
            seen(80, id="c", duration=30),
        ],
    ),
    (STABLE, "failed", "a new id, and time goes on", [*polls(), seen(9, id="b")]),
    (STABLE, "not reached", "one poll", [seen(0)]),
    (STABLE, "not reached", "an id that is no text", polls(lambda n: {"id": n})),
    (FACTS, "failed", "another phone for once", shown("customerPhone", "1", "1", "2", "1")),
    (FACTS, "failed", "the phone is not known any more", shown("customerPhone", "1", "")),
    (FACTS, "failed", "back and forth", shown("aiAgentName", "A", "B", "A")),
    (FACTS, "failed", "a third name", shown("customerName", "A", "B", "C")),
    (FACTS, "failed", "a name that flickers", shown("customerName", "A", None, "A")),
    (FACTS, "passed", "a phone that becomes known", shown("customerPhone", "", "1", "1")),
    (FACTS, "passed", "a name that becomes known", shown("customerName", None, None, "A")),
    (FACTS, "passed", "a name that is forgotten", shown("customerName", "A", "A", None)),
    (FACTS, "passed", "a handover", shown("aiAgentName", "A", "A", "B", "B")),
    (
        FACTS,
        "not reached",
        "nobody is known",
        polls(lambda n: {"customerPhone": "", "customerName": None, "aiAgentName": 7}),
    ),
    (MONOTONIC, "failed", "it falls", polls(lambda n: {"duration": 145 - n})),
    (MONOTONIC, "failed", "it is negative", polls(lambda n: {"duration": n - 3})),
    (MONOTONIC, "failed", "it is infinite", polls(lambda n: {"duration": math.inf})),
    (MONOTONIC, "failed", "it is too large for a float", polls(lambda n: {"duration": 10**400})),
    (MONOTONIC, "not reached", "it is text", polls(lambda n: {"duration": "145"})),
    (MONOTONIC, "not reached", "it is a boolean", polls(lambda n: {"duration": True})),
    (MONOTONIC, "passed", "it stands still", polls(lambda n: {"duration": 145})),
    (RATE, "failed", "it stands still", polls(lambda n: {"duration": 145})),
    (RATE, "failed", "milliseconds", polls(lambda n: {"duration": 145_000 + 1000 * n})),
    (RATE, "failed", "minutes", polls(lambda n: {"duration": 2.4 + n / 60})),
    (RATE, "failed", "whole minutes, one of which ends", polls(lambda n: {"duration": 2 + n // 5})),
    (RATE, "failed", "half as fast", polls(lambda n: {"duration": 145 + n / 3})),
    (RATE, "failed", "twice as fast", polls(lambda n: {"duration": 145 + 2 * n})),
    (RATE, "failed", "it leaps once", polls(lambda n: {"duration": 145 + n + 9 * (n > 4)})),
    (RATE, "passed", "fractions", polls(lambda n: {"duration": 145.25 + n})),
    (RATE, "passed", "cached for two seconds", polls(lambda n: {"duration": 144 + n // 2 * 2})),
    (
        RATE,
        "passed",
        "cached first, fresh last",
        polls(lambda n: {"duration": 142 + n + 3 * (n > 7)}),
    ),
    (RATE, "passed", "0 until somebody answers", polls(lambda n: {"duration": max(0, n - 3)})),
    (RATE, "failed", "0 for ever", polls(lambda n: {"duration": 0})),
    (RATE, "failed", "0, then a leap", polls(lambda n: {"duration": max(0, n - 3) * 9})),
    (
        RATE,
        "not reached",
        "it rings all the while",
        polls(lambda n: {"duration": 0, "transcript": []}),
    ),
    (RATE, "not reached", "0 until shortly before the end", polls(lambda n: {"duration": n // 8})),
    (RATE, "not reached", "two seconds", polls(every=0.25)),
    (
        RATE,
        "failed",
        "milliseconds within two seconds",
        polls(lambda n: {"duration": 250 * n}, every=0.25),
    ),
    (AGREES, "failed", "an hour ago", polls(lambda n: joined("2026-11-22T08:30:00Z"))),
    (
        AGREES,
        "failed",
        "an hour ago, in lower case",
        polls(lambda n: joined("2026-11-22t08:30:00z")),
    ),
    (AGREES, "failed", "hours ago, without a Date", dateless("2026-11-22T06:30:00Z")),
    (AGREES, "passed", "half an hour ago, without a Date", dateless("2026-11-22T09:00:00Z")),
    (
        AGREES,
        "not reached",
        "it still rings",
        polls(lambda n: joined("2026-11-22T08:30:00Z") | {"duration": 0, "transcript": []}),
    ),
    (AGREES, "not reached", "nobody is there", polls(lambda n: {"participants": []})),
    (
        AGREES,
        "not reached",
        "no count of seconds",
        polls(lambda n: {"duration": 145_000 + 1000 * n}),
    ),
    (AGREES, "passed", "ten seconds of ringing", polls(lambda n: {"duration": 155 + n})),
    (APPENDS, "failed", "the first changes", lines("abc", "xbc")),
    (APPENDS, "failed", "the newest comes first", lines("ba", "cba")),
    (APPENDS, "failed", "only the last three are kept", lines("abc", "bcd")),
    (APPENDS, "failed", "all is gone", lines("abc", "")),
    (APPENDS, "passed", "the last is revised", lines("ab", "ax", "axc")),
    (APPENDS, "passed", "the last is removed", lines("abc", "ab")),
    (APPENDS, "not reached", "one line", lines("a", "a")),
    (APPENDS, "not reached", "silence", lines("", "")),
    (LAST, "failed", "it is removed", lines("abc", "ab")),
    (LAST, "failed", "the only one is removed", lines("a", "")),
    (LAST, "passed", "it is replaced", lines("ab", "ax")),
    (LAST, "passed", "more than the last is gone", lines("abcd", "ab")),
    (JOINED, "failed", "it creeps", polls(lambda n: joined(f"2026-11-22T09:00:0{n}Z"))),
    (
        JOINED,
        "passed",
        "another offset",
        polls(lambda n: joined(f"2026-11-22T1{n % 2}:00:00+0{n % 2}:00")),
    ),
    (JOINED, "passed", "somebody comes back later", people("ab", "a", "ab")),
    (
        JOINED,
        "passed",
        "somebody left and came back between two polls",
        [seen(n, **joined(f"2026-11-22T09:{'29:00' if n < 3 else '30:02'}Z")) for n in range(6)],
    ),
    (
        JOINED,
        "failed",
        "it changes once, to a time long past",
        [seen(n, **joined(f"2026-11-22T09:0{n // 3}:00Z")) for n in range(6)],
    ),
    (
        JOINED,
        "failed",
        "a second later in a call that has just begun",
        [seen(n, **joined(f"2026-11-22T09:29:{57 + (n > 3)}Z")) for n in range(6)],
    ),
    (JOINED, "failed", "the time of the poll", polls(lambda n: joined(f"2026-11-22T09:30:0{n}Z"))),
    (JOINED, "not reached", "it is no time", polls(lambda n: joined("soon"))),
    (PAST, "failed", "an hour ahead", polls(lambda n: joined("2026-11-22T10:30:00Z"))),
    (PAST, "passed", "four seconds ahead", polls(lambda n: joined("2026-11-22T09:30:04Z"))),
    (ROLE, "failed", "it changes", [seen(n, participants=[person("a", n == 1)]) for n in (0, 1)]),
    (
        ROLE,
        "not reached",
        "it is text",
        [seen(n, participants=[person("a", "yes")]) for n in (0, 1)],
    ),
    (UNIQUE, "failed", "twice", people("aa")),
    (UNIQUE, "passed", "two people", people("ab")),
    (PERSIST, "failed", "there and gone and there", people("ab", "a", "ab")),
    (PERSIST, "passed", "one joins, one leaves", people("a", "ab", "b")),
    (AGENT, "failed", "never", people("b", "bc")),
    (AGENT, "passed", "it has left", people("ab", "b")),
    (AGENT, "not reached", "nobody is there", people("", "")),
]


@pytest.mark.parametrize(
    ("clause", "status", "observations"),
    [pytest.param(one[0], one[1], one[3], id=f"{one[0]}: {one[2]}") for one in CASES],
)
def test_an_invariant_says_what_a_series_shows(
    clause: str, status: str, observations: Series
) -> None:
    """Each series is judged as its description says."""
    finding = INVARIANTS[clause](observations)
    assert finding.status == status, finding
    assert bool(finding.breaches) == (status == "failed")
    assert bool(finding.reason) == (status == "not reached")


@pytest.mark.parametrize("clause", INVARIANTS)
@pytest.mark.parametrize("observations", FAITHFUL)
def test_a_faithful_call_passes_every_invariant(clause: str, observations: Series) -> None:
    """A call that goes on as it should is found to, by each invariant."""
    assert INVARIANTS[clause](observations).status == "passed"


@pytest.mark.parametrize("clause", INVARIANTS)
@pytest.mark.parametrize("foreign", [None, [], "x", {}, {"id": {}, "participants": {"a": 1}}, 7])
def test_an_unreadable_body_is_passed_over(clause: str, foreign: Any) -> None:
    """No invariant fails, or trips, over what the clauses about shape complain of."""
    observations = [
        Observation("a", one.sent, one.received, one.at, 200, {}, foreign) for one in polls()
    ]
    assert INVARIANTS[clause](observations).status in ("not reached", "passed")
