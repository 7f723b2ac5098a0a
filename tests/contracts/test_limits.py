from typing import Any

import httpx2
import pytest

from contracts.asking.pace import Budget, Pace
from contracts.asking.target import Target
from contracts.judging.findings import BudgetError, LimitedError
from openapi import Rate
from tests.contracts.samples import Hand, answers, settings, target


def test_a_429_is_waited_for_and_never_returned() -> None:
    """Retry-After says for how long; that time is no work; what comes then is the answer."""
    hand, refused = Hand(), list[int]()
    limited = httpx2.Response(429, headers={"retry-after": "7"})
    network = answers(limited, httpx2.Response(200))
    with target(network, hand, refused=lambda one: refused.append(one.status)) as one:
        worked = one.worked()
        answer = one.send(one.request("a"))
        assert (answer.status, hand.slept, one.budget.spent) == (200, [7.0], 2)
        assert one.worked() == worked
        assert refused == [429]


def test_a_date_in_retry_after_is_honoured() -> None:
    """An HTTP date is waited for by the wall clock."""
    hand = Hand(seconds=0)
    limited = httpx2.Response(429, headers={"retry-after": "Sun, 22 Nov 2026 09:30:30 GMT"})
    with target(answers(limited, httpx2.Response(200)), hand) as one:
        one.send(one.request("a"))
        assert hand.slept == [30.0]


def test_a_date_in_retry_after_is_by_the_servers_clock() -> None:
    """Where the 429 has a Date, the difference counts, however wrong both are."""
    hand = Hand(seconds=0)
    dates = {"date": "Sun, 22 Nov 2026 08:00:00 GMT"}
    dates |= {"retry-after": "Sun, 22 Nov 2026 08:00:09 GMT"}
    with target(answers(httpx2.Response(429, headers=dates), httpx2.Response(200)), hand) as one:
        one.send(one.request("a"))
        assert hand.slept == [9.0]


def test_a_wait_that_was_too_short_is_followed_by_longer_ones() -> None:
    """Whole seconds are cut off: 0 may be nearly one."""
    hand = Hand()
    early = httpx2.Response(429, headers={"retry-after": "0"})
    with target(answers(early, early, early, httpx2.Response(200)), hand) as one:
        assert one.send(one.request("a")).status == 200
        assert hand.slept == [2.0, 4.0]


def test_a_long_wait_is_told() -> None:
    """Whoever looks on knows why nothing happens."""
    hand, told = Hand(), list[float]()
    limited = httpx2.Response(429, headers={"retry-after": "7"})
    transport = httpx2.MockTransport(answers(limited, httpx2.Response(200)))
    budget = Budget(9)
    one = Target(settings(), budget, clock=hand.clock, transport=transport, waiting=told.append)
    one.send(one.request("a"))
    assert told == [7.0]


def test_waits_grow_where_nothing_says_how_long_and_end() -> None:
    """Without Retry-After each wait is twice the last, a minute in all."""
    hand = Hand()
    with target(answers(httpx2.Response(429)), hand) as one:
        with pytest.raises(LimitedError, match="7 attempts"):
            one.send(one.request("a"))
        assert hand.slept == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize(
    ("rate", "wanted", "text"), [("none", "1", "forbids"), ("auto", "86400", "86400 s")]
)
def test_no_wait_is_too_long_or_against_the_users_will(rate: Any, wanted: str, text: str) -> None:
    """A day is not waited for, and with none nothing is."""
    hand = Hand()
    limited = httpx2.Response(429, headers={"retry-after": wanted})
    with target(answers(limited), hand, rate_limit=rate) as one:
        with pytest.raises(LimitedError, match=text):
            one.send(one.request("a"))
        assert hand.slept == []


def test_the_budget_is_a_hard_limit() -> None:
    """Redirects and repetitions count, and the last request is the last."""
    with target(answers(httpx2.Response(200)), budget=2) as one:
        one.send(one.request("a"))
        one.send(one.request("a"))
        with pytest.raises(BudgetError, match="2 requests"):
            one.send(one.request("a"))
        assert one.budget.spent == 2


def test_a_rate_is_kept_over_any_window() -> None:
    """The request after the last allowed one waits until the first is old enough."""
    hand = Hand()
    pace = Pace(Rate(2, 60), hand.clock)
    for _ in range(2):
        pace.wait()
    hand.seconds += 20
    pace.wait()
    assert hand.slept == [40.0]
