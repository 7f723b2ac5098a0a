"""How requests are shared out and timed, and rooms are watched."""

from typing import Any

import pytest

from contracts.asking.plan import plan
from contracts.asking.watch import Watch
from tests.contracts.samples import Hand


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_the_shares_of_a_profile_fit_its_budget(profile: Any) -> None:
    """With two rooms and a key, nothing has to be left out."""
    share = plan(profile)
    opening, spelling = 2, 3
    tenancy, methods = (2 + 4, 4) if profile == "quick" else (4 + 8, 6)
    probes = opening + spelling + tenancy + methods + share.absent + share.conditional
    shares = share.polls + share.concurrent + share.repeats + share.keys + share.robust
    assert share.total == {"quick": 60, "full": 600}[profile]
    assert probes + shares <= share.total


def test_a_watch_is_even_and_ends_with_a_poll() -> None:
    """Rounds are apart by a share of the time; the last one is at its end."""
    hand = Hand(seconds=0.0)
    polls: list[float] = []
    watch = Watch([lambda: polls.append(hand.seconds)], 8.0, 5, hand.clock)
    watch.finish(lambda: True)
    assert polls == pytest.approx([0, 2, 4, 6, 8], abs=0.01)
    watch.finish(lambda: True)
    assert len(polls) == 5


def test_rounds_that_were_missed_are_not_caught_up_on() -> None:
    """Other work may take as long as it likes."""
    hand = Hand(seconds=0.0)
    polls: list[float] = []
    watch = Watch([lambda: polls.append(hand.seconds)], 8.0, 9, hand.clock)
    for seconds in (0.0, 3.5, 3.6):
        hand.seconds = seconds
        watch.tick()
    assert polls == [0.0, 3.5]


def test_a_watch_stops_when_nothing_is_left_to_watch() -> None:
    """Nobody waits for a room that is gone."""
    hand = Hand(seconds=0.0)
    watch = Watch([lambda: None], 8.0, 9, hand.clock)
    watch.finish(lambda: hand.seconds < 1)
    assert hand.seconds < 1.5
