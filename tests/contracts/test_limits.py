import math
import re
from typing import Any

import httpx2
import pytest

from contracts.asking.limits import shown_rate
from contracts.asking.pace import Budget, Pace
from contracts.asking.plan import plan
from contracts.asking.target import Target
from contracts.judging.findings import BudgetError, LimitedError
from contracts.run import verify
from contracts.traffic.exchange import Exchange, Request
from openapi import Rate
from tests.contracts.samples import STARTED, Hand, answers, body, settings, target


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


def answered(**headers: str) -> Exchange:
    """Return an answer with these headers, ``_`` for ``-``."""
    request = Request("GET", "/", ())
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(request, 0.0, 0.0, STARTED, 200, named)


@pytest.mark.parametrize(
    ("headers", "rate"),
    [
        ({"ratelimit_limit": "60", "ratelimit_reset": "60"}, Rate(60, 60)),
        ({"ratelimit_limit": "60, 60;w=60", "ratelimit_reset": "7"}, Rate(60, 60)),
        ({"ratelimit_policy": '"burst";q=100;w=10', "ratelimit": '"burst";r=9;t=5'}, Rate(100, 10)),
        ({"ratelimit_policy": "30;w=20"}, Rate(30, 20)),
        ({"x_ratelimit_limit": "10", "x_ratelimit_reset": "5"}, Rate(10, 5)),
        (
            {
                "x_ratelimit_limit": "10",
                "x_ratelimit_reset": str(int(STARTED.timestamp()) + 30),
            },
            Rate(10, 30),
        ),
        ({"ratelimit_limit": "60"}, None),
        ({"ratelimit_limit": "5000", "ratelimit_reset": "3600"}, None),
        ({"ratelimit_limit": "0", "ratelimit_reset": "60"}, None),
        ({"ratelimit_limit": "many", "ratelimit_reset": "soon"}, None),
        ({}, None),
    ],
)
def test_a_rate_that_the_target_shows_is_read(headers: dict[str, str], rate: Rate | None) -> None:
    """In any of the forms that are about; one of a long window says nothing of a short run."""
    assert shown_rate(answered(**headers)) == rate


def test_a_rate_that_the_target_shows_is_kept() -> None:
    """So no 429 is needed to learn it; a rate that the user gave comes first."""
    headers = {"ratelimit-limit": "2", "ratelimit-reset": "60"}
    for rate, slept in (("auto", [60.0]), (Rate(9, 60), []), ("none", [])):
        hand = Hand()
        network = answers(httpx2.Response(200, headers=headers))
        with target(network, hand, rate_limit=rate) as one:
            for _ in range(4):
                one.send(one.request("a"))
        assert hand.slept == slept


def test_what_fits_follows_from_the_rate() -> None:
    """What was sent in the window counts; a rate that is not known leaves no bound."""
    hand = Hand()
    assert Pace(None, hand.clock, within=180).fitting == math.inf
    pace = Pace(Rate(60, 60), hand.clock, within=180)
    assert pace.fitting == 180
    for _ in range(60):
        pace.wait()
    assert pace.fitting == 120
    hand.seconds += 170
    assert pace.fitting == 60


def test_what_fits_follows_from_how_long_the_target_asked_to_wait() -> None:
    """Sixty requests, then a minute: one a second."""
    hand = Hand()
    pace = Pace(None, hand.clock, within=180)
    for _ in range(60):
        pace.wait()
    pace.hold(60.0)
    pace.wait()
    assert pace.fitting == 120


def test_no_wait_goes_on_after_the_end() -> None:
    """The time for the whole run is a limit, also for what is already under way."""
    hand = Hand()
    pace = Pace(Rate(1, 100), hand.clock, within=150)
    pace.wait()
    pace.wait()
    with pytest.raises(LimitedError, match=r"no time for more within 150 s \(--within\)"):
        pace.wait()
    assert hand.slept == [100.0]


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_a_plan_is_cut_where_it_repeats_itself(profile: Any) -> None:
    """What is asked once stays; no kind is left out."""
    whole = plan(profile)
    assert whole.fitting(math.inf) is whole
    cut = whole.fitting(whole.total / 2)
    assert (cut.absent, cut.keys, cut.watched) == (whole.absent, whole.keys, whole.watched)
    many = ("polls", "concurrent", "repeats", "robust")
    assert all(2 <= getattr(cut, name) < getattr(whole, name) for name in many)
    saved = sum(getattr(whole, name) - getattr(cut, name) for name in many)
    assert saved >= whole.total / 2 - 8
    assert whole.fitting(0).robust == 2


@pytest.mark.parametrize(("shown", "within"), [(True, 180.0), (False, 180.0), (False, 100.0)])
def test_a_rate_limit_makes_a_run_long_not_endless(shown: bool, within: float) -> None:
    """Whether the target shows its rate or only refuses, the run says what it left out."""
    hand = Hand()
    sent: list[float] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        recent = [one for one in sent if one > hand.seconds - 60]
        headers = {"ratelimit-limit": "60", "ratelimit-reset": "60"} if shown else {}
        if len(recent) >= 60:
            wait = str(math.ceil(recent[0] + 60 - hand.seconds))
            return httpx2.Response(429, json={"message": "no"}, headers={"retry-after": wait})
        sent.append(hand.seconds)
        if not request.url.path.endswith("/call-1") or request.method != "GET":
            return httpx2.Response(404, json={"message": "none"}, headers=headers)
        made = body(hand.seconds - 100, roomName="call-1")
        return httpx2.Response(200, json=made, headers=headers)

    groups = ("robust", "absence", "methods", "time.duration-monotonic")
    given = settings(rooms=("call-1",), only=groups, within=within)
    network = httpx2.MockTransport(handler)
    result, status = verify(given, clock=hand.clock, transport=network)
    assert hand.seconds - 100 <= within + 10
    assert re.match(r"the rate limit leaves time for \d+ of 120 polls", result.left_out)
    kinds = {one.clause.id: one.status for one in result.results if one.clause.group == "robust"}
    assert {*kinds.values()} == {"passed"}
    assert status == 0
