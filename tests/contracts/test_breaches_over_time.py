"""What a breach that shows over time says: how hard it is, how often, and how to see it again."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.judging.coherence import INVARIANTS, calls
from tests.contracts.samples import person, seen
from tests.contracts.series import (
    APPENDS,
    PAST,
    STABLE,
    Series,
    joined,
    polls,
    talk,
)


def test_a_little_ahead_is_a_should_and_much_is_a_must() -> None:
    """Half a minute between two clocks is milder than a wrong time zone."""
    for text, level in (("09:30:35Z", "should"), ("09:31:59Z", None)):
        finding = INVARIANTS[PAST]([seen(0, **joined(f"2026-11-22T{text}"))])
        assert [one.level for one in finding.breaches] == [level]


@pytest.mark.parametrize(
    ("words", "level", "series"),
    [
        ("a last line per speaker", "should", talk((0, "aHi cI aYe"), (1, "aHi cI'm aYes"))),
        ("finished late", "should", talk((0, "aHi cI"), (9, "aHi cI aOh"), (10, "aHi cI'm aOh"))),
        (
            "for as long as it is spoken",
            "should",
            talk(*((n, f"cI{'.' * n} aYes") for n in range(9))),
        ),
        ("split in two", "should", talk((0, "aHi cI cam"), (1, "aHi cIt cam"))),
        ("long finished", None, talk((0, "aHi cI aOh"), (6, "aHi cI aOh"), (7, "aHi cMe aOh"))),
        ("not the last of its speaker", None, talk((0, "cA aB aC aD"), (1, "cA aX aC aD"))),
        ("far from the end", None, talk((0, "cA aB" + " xC xD" * 4), (1, "cA aX" + " xC xD" * 4))),
        ("another speaker", None, talk((0, "aHi cI aYe"), (1, "aHi aI aYe"))),
        ("removed", None, talk((0, "aHi cI aYe"), (1, "aHi aYe"))),
        ("reordered", None, talk((0, "aHi aYe cI"), (1, "aYe aHi cI"))),
        ("put before", None, talk((0, "aHi aYe"), (1, "aOh aHi aYe"))),
    ],
)
def test_a_line_may_be_revised_while_it_is_young(words: str, level: Any, series: Series) -> None:
    """After another line has begun, that is only a should; what is older stays as it is."""
    finding = INVARIANTS[APPENDS](series)
    assert {one.level for one in finding.breaches} == {level}, words


def test_the_same_breach_is_counted() -> None:
    """One breach stands for all of its kind in a room."""
    [breach] = INVARIANTS[STABLE](polls(lambda n: {"id": str(n)})).breaches
    assert breach.count == 8
    assert breach.room == "a"
    assert breach.variants[:2] == ("'0', then '1'", "'1', then '2'")


CHANGES: list[tuple[str, Callable[[int], dict[str, Any]], tuple[float, ...]]] = [
    (STABLE, lambda n: {"id": str(n >= 3)}, (1,)),
    ("time.duration-monotonic", lambda n: {"duration": 90 if n == 4 else 90 + n}, (1,)),
    ("time.duration-rate", lambda n: {"duration": 145}, (8,)),
    ("time.duration-rate", lambda n: {"duration": 145 + n * 9}, (1,)),
    ("time.transcript-appends", lambda n: {"transcript": [str(n > 2), "b", "c"]}, (1,)),
    ("time.transcript-last-line", lambda n: {"transcript": ["a", "b"][: 2 - (n > 5)]}, (1,)),
    ("time.joined-at-stable", lambda n: joined(f"2026-11-22T09:2{n}:00Z"), (1,)),
    ("participants.role-stable", lambda n: {"participants": [person("a", n > 3)]}, (1,)),
    (
        "participants.persist",
        lambda n: {"participants": [person("a")] * (n not in (3, 4))},
        (1, 2),
    ),
]


@pytest.mark.parametrize(("clause", "change", "pauses"), CHANGES)
def test_what_shows_over_time_says_how_long_to_wait(
    clause: str, change: Callable[[int], dict[str, Any]], pauses: tuple[float, ...]
) -> None:
    """The seconds between the requests that show it, of which there are two or more."""
    first = INVARIANTS[clause](polls(change)).breaches[0]
    assert first.pauses == pauses


def test_texts_that_look_alike_show_their_code_points() -> None:
    """An accent in one character, and in two, look the same to a reader."""
    for clause, change in (
        (STABLE, lambda n: {"id": "caf\u00e9" if n < 4 else "cafe\u0301"}),
        (
            "time.transcript-appends",
            lambda n: {"transcript": ["caf\u00e9" if n < 4 else "cafe\u0301", "b"]},
        ),
    ):
        [breach] = INVARIANTS[clause](polls(change)).breaches
        assert "'caf\u00e9' (U+00E9), then 'cafe\u0301' (U+0065 U+0301)" in breach.received


def test_overlapping_polls_have_no_order() -> None:
    """What was asked for before the last answer came is not compared with it."""
    first, second = seen(1, duration=146), seen(1.005, duration=145)
    assert list(calls([first, second])[0].pairs) == []
