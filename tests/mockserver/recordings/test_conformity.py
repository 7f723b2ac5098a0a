"""What is replayed keeps the clauses that the recording kept, by the verifier's own judgement."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from contracts.judging.judge import judge
from contracts.traffic.recorded import Recorded
from tests.mockserver.conftest import EPOCH, MakeClient
from tests.mockserver.recordings import by_hand
from tests.mockserver.recordings.polling import entry, poll, read, replaying, write


def broken(folder: Path, found: Iterable[dict[str, Any]]) -> set[str]:
    """Return the clauses that a recording breaks, of which some hold."""
    recorded = Recorded([write(folder, found, "judged.har")])
    judged = judge(seen.exchange for seen in recorded)
    assert {"time.transcript-appends"} <= {n for n, one in judged.items() if one.status == "passed"}
    return {name for name, one in judged.items() if one.breaches}


@pytest.mark.parametrize("room", ["mock-handover", "mock-fractional-duration", "call-abc123"])
def test_a_recording_of_the_mock(tmp_path: Path, make_client: MakeClient, room: str) -> None:
    """The mock keeps every clause, and so does what it replays."""
    offsets = [n * 2.3 + 0.4 for n in range(90)]
    first = poll(make_client(), room, offsets)
    mock = make_client(**replaying(read(tmp_path, first)))
    assert broken(tmp_path, first) == set()
    assert broken(tmp_path, poll(mock, "mock-recorded-1", offsets)) == set()


def test_a_recording_that_breaks_clauses(tmp_path: Path, make_client: MakeClient) -> None:
    """Nothing is broken in the replay that the recording did not break."""
    first = [
        entry(by_hand.BEGAN + elapsed, "call/1", *by_hand.answer(elapsed))
        for elapsed in by_hand.POLLS
    ]
    mock = make_client(**replaying(read(tmp_path, first)))
    second = [
        entry(EPOCH + elapsed - 42, "call/1", status, said)
        for elapsed, (status, said) in zip(
            by_hand.POLLS, by_hand.replay(mock, "call%2F1"), strict=True
        )
    ]
    assert broken(tmp_path, first)
    assert broken(tmp_path, second) <= broken(tmp_path, first)
