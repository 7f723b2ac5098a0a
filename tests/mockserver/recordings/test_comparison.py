"""What is recorded of a replayed recording is what was recorded first, at the same offsets."""

from itertools import accumulate, cycle, islice
from pathlib import Path

import pytest

from mockserver.scenario_files import load_scenarios
from mockserver.simulation import builtin_scenarios
from mockserver.simulation.schedule import Cycle
from tests.mockserver.conftest import EPOCH, MakeClient
from tests.mockserver.recordings.polling import entries_of, poll, polled, read, replaying

SCENARIOS = [
    "escalation", "handover", "recovery", "muted-agent", "transfer-requested", "unknown-caller",
    "unnamed-caller", "fractional-duration", "ending", "many-participants", "forward-compatible",
    "unicode", "markup", "silent", "greeting",
]  # fmt: skip
ROOMS = [
    *((f"mock-{name}", "en_US") for name in SCENARIOS),
    *(("call-abc123", locale) for locale in ("en_US", "es_ES", "ja_JP")),
    *(("web-genericAgent-call1234", locale) for locale in ("en_US", "ja_JP")),
]
SECONDS, STEP = 300, 9  # for which an ordinary call goes on at least


def seconds(room: str) -> int:
    """Return for how many seconds to poll a room, so that one call is seen, but not its end."""
    schedule = builtin_scenarios().of_room(room).schedule
    return min(420, schedule.live) if isinstance(schedule, Cycle) else SECONDS


def test_calls_that_end_and_begin(tmp_path: Path, make_client: MakeClient) -> None:
    """Of several calls in a room, each has its scenario, and the room has them in turn."""
    offsets = range(100)
    first = poll(make_client(), "mock-ending", offsets)
    recorded = read(tmp_path, first)
    assert [one.name for one in recorded.scenarios] == ["recorded-1", "recorded-2", "recorded-3"]
    mock = make_client(**replaying(recorded))
    assert polled(poll(mock, "mock-ending", offsets)) == polled(first)
    again = read(tmp_path, poll(mock, "mock-ending", offsets))
    assert entries_of(again) == entries_of(recorded)
    ids = [one.ids[0] for one in recorded.scenarios]
    for number, id_ in enumerate(ids, 1):
        mock.now = float(EPOCH)
        assert mock.call(f"mock-recorded-{number}")["id"] == id_
        assert mock.call("mock-ending", prefer=f"call={number}, at=3")["id"] == id_
    # Later ones have ids that no call has had.
    mock.now = EPOCH + 40.0
    assert mock.call("mock-recorded-1")["id"] not in ids


@pytest.mark.parametrize(("room", "locale"), ROOMS)
def test_what_is_replayed_is_what_was_recorded(
    tmp_path: Path, make_client: MakeClient, room: str, locale: str
) -> None:
    """Each answer, to the byte, in the room's own name; and so is what is recorded of that."""
    offsets = range(0, seconds(room), STEP)
    first = poll(make_client(locale=locale), room, offsets)
    recorded = read(tmp_path, first)
    mock = make_client(**replaying(recorded))
    assert polled(poll(mock, room, offsets)) == polled(first)
    again = read(tmp_path, poll(mock, "mock-recorded-1", offsets))
    assert entries_of(again) == entries_of(recorded)


@pytest.mark.parametrize("room", ["mock-escalation", "mock-fractional-duration", "call-abc123"])
def test_polls_at_odd_moments(tmp_path: Path, make_client: MakeClient, room: str) -> None:
    """The same changes of value come at the same offsets, within a poll."""
    gaps = islice(cycle((1.31, 0.74, 2.013, 1.9)), 90)
    offsets = [*accumulate(gaps, initial=0.377)]
    recorded = read(tmp_path, poll(make_client(), room, offsets))
    mock = make_client(**replaying(recorded))
    shifted = [*(one - 0.377 for one in offsets), offsets[-1]]  # to the same end
    again = read(tmp_path, poll(mock, "mock-recorded-1", shifted))
    longest = 2.013 + 1
    (one,), (other,) = entries_of(recorded), entries_of(again)
    assert one["call"] == other["call"] and one["ids"] == other["ids"]
    for part in ("lines", "sentiment", "participants"):
        assert len(one[part]) == len(other[part])
        for mine, theirs in zip(one[part], other[part], strict=True):
            dates = ("at", "joins", "leaves", "since")
            for date in dates:
                assert mine.get(date, 0) == pytest.approx(theirs.get(date, 0), abs=longest)
            assert {n: v for n, v in mine.items() if n not in dates} == {
                n: v for n, v in theirs.items() if n not in dates
            }


@pytest.mark.parametrize("room", ["mock-handover", "mock-unicode", "mock-muted-agent"])
def test_the_printed_file_shows_the_same(
    tmp_path: Path, make_client: MakeClient, room: str
) -> None:
    """What ``--print-scenarios`` writes is a file for ``--scenarios`` that shows the same."""
    recorded = read(tmp_path, poll(make_client(), room, range(0, 60, 2)))
    path = tmp_path / "recorded.yaml"
    path.write_text(recorded.yaml(), "utf-8")
    (tmp_path / "again").mkdir()
    of_file = make_client(scenarios=load_scenarios([path], "en_US"))
    of_recording = make_client(**replaying(recorded))
    for name in ("mock-recorded-1", room):
        assert polled(poll(of_file, name, range(75))) == polled(poll(of_recording, name, range(75)))
