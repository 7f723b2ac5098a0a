"""Recordings of servers, clocks and texts that are not as one would like them to be."""

from datetime import datetime
from email.utils import formatdate
from pathlib import Path

import pytest

from mockserver.recordings import RecordingError, read_recordings
from mockserver.scenario_files import load_scenarios
from mockserver.simulation.clock import iso_milliseconds
from tests.mockserver.conftest import EPOCH, MakeClient
from tests.mockserver.recordings.by_hand import AGENT, BEGAN, CALLER, body, seconds
from tests.mockserver.recordings.polling import (
    entry,
    read,
    replaying,
    write,
)


def test_early_lines_are_spread(tmp_path: Path, make_client: MakeClient) -> None:
    """What the first answer has was said before, one after the other, none of it later."""
    lines = [{"role": "agent", "content": "x" * size} for size in (10, 40, 5)]
    recorded = read(tmp_path, [entry(BEGAN + 42, "r", 200, body(42, transcript=lines))])
    assert recorded.document is not None
    offsets = [one["at"] for one in recorded.document["scenarios"]["recorded-1"]["lines"]]
    assert offsets == sorted(offsets) and 0 < offsets[0] < offsets[1] < offsets[2] == 42
    assert offsets[1] - offsets[0] > 2 * offsets[0]
    mock = make_client(**replaying(recorded))
    assert mock.call("r")["transcript"] == lines


def test_a_transcript_that_scrolls_keeps_its_lines(tmp_path: Path) -> None:
    """Where a server shows the latest lines alone, those before them are not said anew."""
    lines = [{"role": "agent", "content": f"line {n}"} for n in range(9)]
    recorded = read(tmp_path, [
        entry(BEGAN + 42 + n, "r", 200, body(42 + n, transcript=lines[n : n + 4]))
        for n in range(6)
    ])  # fmt: skip
    assert recorded.document is not None
    found = recorded.document["scenarios"]["recorded-1"]["lines"]
    assert [one["content"] for one in found] == [one["content"] for one in lines]
    assert not any("revised" in one for one in found)


def test_answers_that_break_the_contract_are_left_out(tmp_path: Path) -> None:
    """They are counted in one line, with the first of them."""
    found = [entry(BEGAN + 42 + n, "r", 200, body(42 + n)) for n in range(3)]
    found.insert(1, entry(BEGAN + 42.5, "r", 200, body(42.5, sentiment=None)))
    found.append(entry(BEGAN + 46, "r", 200, "<html>"))
    recorded = read(tmp_path, found)
    (warning,) = recorded.warnings
    assert "2 of 5 answers cannot be replayed" in warning
    assert "entry 2: sentiment: null is not of type" in warning


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no HAR file"),
        ('{"log": {"entries": []}}', "found none"),
        ("", "is no HAR file"),
    ],
)
def test_a_broken_file_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    """It names the option and the file."""
    path = tmp_path / "a.har"
    path.write_text(text)
    with pytest.raises(RecordingError) as caught:
        read_recordings([path], "en_US")
    message = str(caught.value)
    assert message.startswith(f"--recording: {path}: ") and words in message
    assert "\n" not in message


@pytest.mark.parametrize("duration", [1e308, -1e308])
def test_a_duration_beyond_all_measure_is_no_error(tmp_path: Path, duration: float) -> None:
    """A call that is said to last so long is left out, and one of less than no time is kept."""
    found = [entry(BEGAN + n, "r", 200, body(1, duration=duration)) for n in range(2)]
    if duration < 0:
        assert len(read(tmp_path, found).scenarios) == 1
        return
    with pytest.raises(RecordingError, match="longer than the 86400 seconds"):
        read(tmp_path, found)


def test_a_date_beyond_all_measure_is_none(tmp_path: Path) -> None:
    """The answer counts nevertheless."""
    date = f"Mon, 01 Jan 2024 00:00:00 +{'9' * 20}"
    recorded = read(tmp_path, [entry(BEGAN + 1, "r", 200, body(1), Date=date)])
    assert len(recorded.scenarios) == 1 and not recorded.warnings


def test_files_without_a_call(tmp_path: Path) -> None:
    """A file must have answers that show a call, and not only for too long."""
    for found, words in (
        (entry(BEGAN, "r", 404, {}), "found none among those with a body"),
        (entry(BEGAN, "r", 200, body(1, id=5)), "entry 1: id: 5 is not of type"),
        (entry(BEGAN, "r", 200, body(90_000)), "longer than the 86400 seconds"),
    ):
        with pytest.raises(RecordingError, match=words):
            read_recordings([write(tmp_path, [found])], "en_US")


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "1.5", "2024-01-01", "a: b", "- x", "#c", "&a", "*a", "!!b", "...", "~", "<<",
        "\x85", "\u2028", "\ufeff", "\x00", "\n", "\r\n", "\t", " x ", "'\"", "{order}", "%(x)b",
        "100%", "👋🏽", "\ufffe",
    ],
)  # fmt: skip
def test_texts_are_printed_as_they_are(tmp_path: Path, text: str) -> None:
    """What YAML would take for something else is what it was, wherever it stands."""
    said = [{"role": "agent", "content": text}]
    found = {"sentiment": text, "customerName": text, text + "x": 2**64 - 1, "transcript": said}
    recorded = read(tmp_path, [entry(BEGAN + 42, "r", 200, body(42, **found))])
    path = tmp_path / "own.yaml"
    path.write_text(recorded.yaml(), "utf-8")
    assert load_scenarios([path], "en_US") == recorded.scenarios


def test_a_server_whose_clock_is_wrong(tmp_path: Path, make_client: MakeClient) -> None:
    """Who has joined when follows from the server's own clock, everything else from the polls."""
    ahead, made = 3600, []
    for n in range(20):
        said = body(42 + n)
        for one in said["participants"]:
            then = datetime.fromisoformat(one["joinedAt"]).timestamp() + ahead
            one["joinedAt"] = iso_milliseconds(then)
        date = formatdate(BEGAN + 42 + n + ahead, usegmt=True)
        made.append(entry(BEGAN + 42 + n, "r", 200, said, **{"Date": date}))
    mock = make_client(**replaying(read(tmp_path, made)))
    agent, caller = mock.call("r", prefer="at=44")["participants"]
    assert seconds(caller["joinedAt"], agent["joinedAt"]) == 43.25
    began = datetime.fromisoformat(agent["joinedAt"]).timestamp() - (EPOCH - 42)
    assert began == pytest.approx(0.25, abs=1)


def test_answers_that_come_late_do_not_count(tmp_path: Path) -> None:
    """Of two answers that overtook each other, the one that was asked for later tells."""
    late = entry(BEGAN + 43, "r", 200, body(43, sentiment="negative"))
    found = [entry(BEGAN + 42, "r", 200, body(42)), entry(BEGAN + 44, "r", 200, body(44)), late]
    recorded = read(tmp_path, found)
    assert [one.moods for one in recorded.scenarios] == [((0.0, "neutral"),)]


def test_the_later_of_two_answers_within_a_millisecond_tells(
    tmp_path: Path, make_client: MakeClient
) -> None:
    """Offsets are whole milliseconds, so both have the same."""
    last = {"transcript": [{"role": "agent", "content": "A"}], "sentiment": "a"}
    middle = {"transcript": [{"role": "agent", "content": "B"}], "sentiment": "b"}
    found = [entry(BEGAN + 42, "r", 200, body(42)), entry(BEGAN + 50, "r", 200, body(50, **last))]
    found += [entry(BEGAN + 44.0001, "r", 200, body(44, **middle))]
    found += [entry(BEGAN + 44.0003, "r", 200, body(44, **last))]
    found.sort(key=lambda one: str(one["startedDateTime"]))
    shown = make_client(**replaying(read(tmp_path, found))).call("r", prefer="at=47")
    assert (shown["sentiment"], shown["transcript"][0]["content"]) == ("a", "A")


def test_who_is_shown_late_is_shown_late(tmp_path: Path, make_client: MakeClient) -> None:
    """Somebody is in the room from when that was seen, with the moment of joining as it was."""
    early = {**CALLER, "joinedAt": iso_milliseconds(BEGAN + 20)}
    agent = {**AGENT, "joinedAt": iso_milliseconds(BEGAN)}
    lists = ([agent], [agent, early], [agent], [early, agent])
    made = [
        entry(BEGAN + 42 + n, "r", 200, body(42 + n, participants=people))
        for n, people in enumerate(lists)
    ]
    mock = make_client(**replaying(read(tmp_path, made)))
    told = [mock.call("r", prefer=f"at={42 + n}")["participants"] for n in range(4)]
    assert [len(one) for one in told] == [1, 2, 1, 2]
    assert {seconds(one[1]["joinedAt"], one[0]["joinedAt"]) for one in told[1::2]} == {20}


def test_the_list_says_who_asks_for_a_person(tmp_path: Path, make_client: MakeClient) -> None:
    """A recorded list tells when a person was asked for, and the replayed one says it then."""
    made = []
    for n in range(6):
        call = body(42 + n)
        shown = {"status": "active", "type": "phone", "transferRequested": n >= 3}
        listed = {name: value for name, value in call.items() if name != "transcript"} | shown
        made.append(entry(BEGAN + 42 + n, "r", 200, call))
        made.append(entry(BEGAN + 42 + n, "", 200, {
            "data": [{**listed, "roomName": "r"}, {**listed, "roomName": "s", "id": "x"}],
            "count": 2, "timestamp": iso_milliseconds(BEGAN + 42 + n),
        }))  # fmt: skip
        made[-1]["request"]["url"] = made[-1]["request"]["url"].rstrip("/")
    recorded = read(tmp_path, made)
    assert len(recorded.scenarios) == 1 and not recorded.warnings
    mock = make_client(**replaying(recorded))
    told = []
    for n in range(6):
        mock.now = float(EPOCH + n)
        answer = mock.request("GET", "/v2/api/active-calls", {"x-workspace-id": "ws-acme"})
        (one,) = answer.json()["data"]
        assert one["lastMessage"] == mock.call("r")["transcript"][-1]["content"]
        told.append(one["transferRequested"])
    assert told == [False] * 3 + [True] * 3
