"""What no answer shows alone is found while the traffic goes on, as it is afterwards."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.judging.live import Live
from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import ROOMS, good, poll
from tests.traffic.hars import seen


def test_what_shows_over_time_is_told() -> None:
    """Beside the poll before it, and beside the first one."""
    live = Live()
    polls = [poll(float(at)) for at in range(8)]
    assert [live.take(one) for one in seen(polls)] == [[]] * 8
    [back] = seen([poll(8.0, duration=100)])
    both = ["time.duration-monotonic", "time.duration-rate"]
    assert live.take(back) == both
    found = live.look()
    assert list(found) == both
    assert all(breach.room == ROOMS[0] for breaches in found.values() for breach in breaches)
    assert live.look() == {}


def test_a_clock_that_stands_still_is_told() -> None:
    """No two polls show it, and the same body again is not looked at twice."""
    live = Live()
    polls = [poll(at / 4, duration=145, transcript=[]) for at in range(40)]
    for each in seen(polls):
        live.take(each)
        live.settle()
    assert set(live.look()) == {"time.duration-rate"}


def test_live_and_afterwards_are_one_verdict() -> None:
    """Of a session in which everything holds, and of one with a breach."""
    whole = sorted(good(), key=lambda one: one.sent)
    assert not _failed(whole)
    wrong = [*whole, *(replace(one, status=500) for one in (poll(20), poll(21)))]
    assert _failed(wrong) == {"robust.repeat"}


def _failed(exchanges: Sequence[Exchange]) -> set[str]:
    live = Live()
    for one in seen(exchanges):
        live.take(one)
        live.settle()
    return {clause for clause, one in live.findings().items() if one.status == "failed"}
