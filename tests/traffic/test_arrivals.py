"""When an answer came, where a file leaves out how long its request waited in the browser."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.traffic.exchange import Exchange
from tests.contracts.exchanges import poll
from tests.contracts.samples import STARTED
from tests.traffic.hars import entry
from tests.traffic.reviewing import failed, judged

COUNTED = {"blocked": 0, "send": 0, "wait": 10, "receive": 0}
UNCOUNTED = {"send": 0, "wait": 10, "receive": 0}  # as Playwright writes it


def asked(at: float, answered: float) -> Exchange:
    """Return a poll that waited in the browser, by a file that tells of ten milliseconds."""
    made = poll(answered)
    return replace(made, sent=at, received=at + 0.01, at=poll(at).at)


def found_in(folder: Path, exchanges: Sequence[Exchange], timings: dict[str, Any]) -> list[str]:
    """Return the clauses that fail."""
    made = [entry(one, timings=timings) for one in exchanges]
    report = judged(folder, made)
    assert report["status"] == bool(failed(report))
    return failed(report)


@pytest.mark.parametrize(
    ("timings", "expected"), [(UNCOUNTED, []), (COUNTED, ["time.duration-rate"])]
)
@pytest.mark.parametrize("stalled", [0, 6])
def test_the_date_tells_of_a_wait(
    tmp_path: Path, timings: dict[str, Any], expected: list[str], stalled: int
) -> None:
    """Also where the first of all requests waited."""
    before = [poll(float(at)) for at in range(stalled)]
    after = [poll(at + 0.3) for at in range(stalled + 6, stalled + 14)]
    exchanges = [*before, asked(stalled + 0.4, stalled + 6.2), *after]
    assert found_in(tmp_path, exchanges, timings) == expected


def test_an_old_date_hides_nothing(tmp_path: Path) -> None:
    """A cache that keeps a whole answer, with its Date, is found as ever."""
    kept = [
        replace(poll(10.0 * (at // 10)), sent=float(at), received=at + 0.01) for at in range(40)
    ]
    kept = [replace(one, at=poll(one.sent).at) for one in kept]
    assert found_in(tmp_path, kept, UNCOUNTED) == found_in(tmp_path, kept, COUNTED)
    assert "time.duration-rate" in found_in(tmp_path, kept, UNCOUNTED)


def test_requests_that_waited_have_no_order(tmp_path: Path) -> None:
    """The one that was asked first may be answered last."""
    polls = [poll(float(at)) for at in range(6)]
    late = [asked(6.0, 9.5), asked(6.5, 9.2), asked(7.0, 9.4)]
    later = [poll(float(at)) for at in range(11, 16)]
    assert found_in(tmp_path, [*polls, *late, *later], UNCOUNTED) == []


@pytest.mark.parametrize(
    "ahead",
    [
        pytest.param(lambda at: 3 * (at % 2), id="two servers behind one name"),
        pytest.param(lambda at: 10 * (at >= 10), id="a clock that was set forward"),
        pytest.param(lambda at: -10 * (at >= 40), id="a clock that was set back"),
        pytest.param(lambda at: -60 * (at == 0), id="an old answer from a cache, the first of all"),
    ],
)
@pytest.mark.parametrize("until", [12, 80])
def test_a_clock_that_is_off_hides_nothing_for_long(
    tmp_path: Path, ahead: Callable[[int], int], until: int
) -> None:
    """A duration that stands still from some second on is found, and none that does not."""

    def answer(at: int) -> Exchange:
        made = poll(float(at), duration=145 + min(at, until))
        date = (STARTED + timedelta(seconds=at + ahead(at))).replace(microsecond=0)
        return replace(made, headers={**made.headers, "date": format_datetime(date, usegmt=True)})

    report = judged(tmp_path, [entry(answer(at), timings=UNCOUNTED) for at in range(80)])
    assert ("time.duration-rate" in failed(report)) == (until == 12)
