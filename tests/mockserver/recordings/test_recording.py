"""A recording made by hand: what other servers do that this mock never does by itself."""

import pickle
import zipfile
from collections.abc import Iterator
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from mockserver.recordings import RecordingError, read_recordings
from mockserver.reloading import reload_scenarios
from mockserver.scenario_files import load_scenarios
from mockserver.settings import Settings
from mockserver.simulation.clock import iso_milliseconds
from tests.mockserver.conftest import EPOCH, Client, MakeClient
from tests.mockserver.recordings.polling import (
    Answer,
    entries_of,
    entry,
    polled,
    read,
    replaying,
    write,
)

BEGAN = EPOCH - 500.75
AGENT = {"identity": "agent-AJ_1", "isAgent": True, "metadata": {}}
CALLER = {"identity": "sip_+1", "isAgent": False, "metadata": {"n": [1]}}
SAID = [("agent", "Hello."), ("customer", "My ket"), ("customer", "My kettle leaks.")]


def line(number: int) -> dict[str, Any]:
    """Return a line of the transcript."""
    role, content = SAID[number]
    return {"role": role, "content": content, "final": number != 1}


def body(elapsed: float, **other: Any) -> dict[str, Any]:
    """Return the body of a call that has been going on for so many seconds."""
    caller = [] if elapsed < 44 else [{**CALLER, "joinedAt": iso_milliseconds(BEGAN + 43.5)}]
    muted = {"muted": True} if elapsed >= 50 else {}
    agent = {**AGENT, "metadata": muted, "joinedAt": iso_milliseconds(BEGAN + 0.25)}
    said = [line(0)] if elapsed < 45 else [line(0), line(1 if elapsed < 47 else 2)]
    return {
        "id": "call-one",
        "roomName": "call/1",
        "customerPhone": "+14155550123",
        "aiAgentName": "Before" if elapsed < 48 else "After",
        "duration": round(elapsed, 3),
        "sentiment": "neutral" if elapsed < 49 else "Unknown",
        "transcript": said,
        "participants": [agent, *caller],
        **({"customerName": None} if elapsed < 46 else {"customerName": "Zoë"}),
        **({"queue": {"waited": 1}} if elapsed < 51 else {}),
        **other,
    }


def answer(elapsed: float) -> Answer:
    """Return what the server says at a moment: errors in the middle, and the end."""
    if 52 <= elapsed < 54:
        return 503, {"error": {"code": "x", "message": "Back soon."}}
    if 54 <= elapsed < 55:
        return 404, {"message": "Not yet."}
    return (200, body(elapsed)) if elapsed < 60 else (404, {"error": {"message": "Gone."}})


POLLS = [42.125 + n / 2 for n in range(50)]


@pytest.fixture
def recording() -> list[dict[str, Any]]:
    """A recording of one call."""
    made = []
    for elapsed in POLLS:
        status, said = answer(elapsed)
        made.append(entry(BEGAN + elapsed, "call/1", status, said, **{"Retry-After": "7"}))
    return made


def replay(mock: Client, room: str, prefer: str = "") -> Iterator[Answer]:
    """Yield what a mock answers at the offsets of the polls."""
    for elapsed in POLLS:
        mock.now = EPOCH + elapsed - 42
        told = mock.get(room, prefer=prefer.format(elapsed))
        yield told.status_code, told.json()


def comparable(answers: list[Answer], room: str) -> list[Answer]:
    """Return answers without the words of the gap; ``joinedAt`` in seconds since the agent's."""
    made: list[Answer] = []
    for status, said in answers:
        if status != 200:
            made.append((status, None))
            continue
        since = min(one["joinedAt"] for one in said["participants"])
        people = [
            {**one, "joinedAt": _seconds(one["joinedAt"], since)} for one in said["participants"]
        ]
        made.append((status, {**said, "roomName": room, "participants": people}))
    return made


def _seconds(text: str, since: str) -> float:
    gone = datetime.fromisoformat(text) - datetime.fromisoformat(since)
    return gone.total_seconds()


@pytest.mark.parametrize("room", ["call%2F1", "mock-recorded-1"])
def test_everything_that_changes(
    tmp_path: Path, make_client: MakeClient, recording: list[dict[str, Any]], room: str
) -> None:
    """Names, extra fields, revised lines, metadata, moods, errors and the end, each in its time."""
    recorded = read(tmp_path, recording)
    mock = make_client(**replaying(recorded))
    told = comparable(list(replay(mock, room)), "r")
    assert told == comparable(polled(recording), "r")
    # The same by a preference, whatever the clock shows; beyond the end there is nothing.
    assert comparable(list(replay(mock, room, "at={}")), "r") == told
    again = read(tmp_path, [
        entry(EPOCH - 42 + elapsed, "call/1", status, said, **{"Retry-After": "7"})
        for elapsed, (status, said) in zip(POLLS, replay(mock, room), strict=True)
    ])  # fmt: skip
    assert entries_of(again) == entries_of(recorded)


def test_an_error_has_its_words(
    tmp_path: Path, make_client: MakeClient, recording: list[dict[str, Any]]
) -> None:
    """An error in the middle says what it said, and asks for the patience that it asked for."""
    mock = make_client(**replaying(read(tmp_path, recording)))
    failed = mock.get("mock-recorded-1", prefer="at=52.5")
    assert failed.json()["error"]["message"] == "Back soon."
    assert failed.headers["retry-after"] == "7"
    assert failed.headers["preference-applied"] == "at=52.5"
    assert mock.get("mock-recorded-1", prefer="at=54.5").json()["error"]["message"] == "Not yet."
    assert mock.get("mock-recorded-1", prefer="at=52.5, code=200").status_code == 200
    assert mock.get("mock-recorded-1/insights", prefer="at=52.5").status_code == 200


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


def test_workspaces_and_rooms(tmp_path: Path, make_client: MakeClient) -> None:
    """Each room of each workspace has its calls; in others, the name shows the first one's."""
    found = [
        entry(BEGAN + 10 + n, room, 200, body(10 + n, id=f"{workspace}-{room}"), workspace)
        for n in range(3)
        for workspace, room in (("ws-a", "one"), ("ws-b", "one"), ("ws-b", "two"))
    ]
    mock = make_client(**replaying(read(tmp_path, found)))
    shown = {
        (workspace, room): mock.call(room, workspace)["id"]
        for workspace in ("ws-a", "ws-b", "ws-c")
        for room in ("one", "two")
    }
    assert shown == {
        ("ws-a", "one"): "ws-a-one", ("ws-b", "one"): "ws-b-one", ("ws-c", "one"): "ws-a-one",
        ("ws-a", "two"): "ws-b-two", ("ws-b", "two"): "ws-b-two", ("ws-c", "two"): "ws-b-two",
    }  # fmt: skip
    listed = mock.request("GET", "/v2/api/active-calls", {"x-workspace-id": "ws-b"}).json()
    assert {one["roomName"] for one in listed["data"]} == {"one", "two"}
    assert mock.call("other")["id"] not in shown.values()


def test_events_clocks_and_timelines(
    tmp_path: Path, make_client: MakeClient, recording: list[dict[str, Any]]
) -> None:
    """A replayed call can be ended, spoken in, told about and asked for like any other."""
    mock = make_client(**replaying(read(tmp_path, recording)))
    room, own = "/_mock/workspaces/ws-acme/rooms/call%2F1", {"x-workspace-id": "ws-acme"}
    json_ = {"content-type": "application/json"}
    whole = mock.request("GET", "/_mock/timelines/call%2F1", own).json()
    assert (whole["call"], whole["id"], whole["length"]) == (1, "call-one", 60)
    assert [one["content"] for one in whole["lines"]] == ["Hello.", "My kettle leaks."]
    assert [one["identity"] for one in whole["participants"]] == ["agent-AJ_1", "sip_+1"]
    mock.now = EPOCH + 4.0
    said = b'{"type": "say", "role": "agent", "content": "One moment."}'
    assert mock.request("POST", room + "/events", json_, said).status_code < 300
    mock.now = EPOCH + 6.5
    call = mock.call("call%2F1")
    assert [one["content"] for one in call["transcript"]] == [
        "Hello.",
        "My kettle leaks.",
        "One moment.",
    ]
    assert (call["customerName"], call["aiAgentName"]) == ("Zoë", "After")
    muted = mock.request(
        "POST", "/v2/api/active-calls/call%2F1/remove-agent", own | json_,
        b'{"participantIdentity": "agent-AJ_1"}',
    )  # fmt: skip
    assert muted.status_code == 200
    ended = mock.request("POST", "/v2/api/active-calls/call%2F1/end-call", own)
    assert ended.status_code == 200
    assert mock.get("call%2F1").status_code == 404


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
    assert _seconds(caller["joinedAt"], agent["joinedAt"]) == 43.25
    began = datetime.fromisoformat(agent["joinedAt"]).timestamp() - (EPOCH - 42)
    assert began == pytest.approx(0.25, abs=1)


def test_answers_that_come_late_do_not_count(tmp_path: Path) -> None:
    """Of two answers that overtook each other, the one that was asked for later tells."""
    late = entry(BEGAN + 43, "r", 200, body(43, sentiment="negative"))
    found = [entry(BEGAN + 42, "r", 200, body(42)), entry(BEGAN + 44, "r", 200, body(44)), late]
    recorded = read(tmp_path, found)
    assert [one.moods for one in recorded.scenarios] == [((0.0, "neutral"),)]


def test_a_call_is_begun_when_a_test_wants_it(
    tmp_path: Path, make_client: MakeClient, recording: list[dict[str, Any]]
) -> None:
    """It is the recorded one, from where the recording began, in any room."""
    mock = make_client(**replaying(read(tmp_path, recording)))
    mock.now = EPOCH + 1000.5
    for room in ("call-7", "call%2F1"):
        told = mock.request(
            "PUT", f"/_mock/workspaces/ws-acme/rooms/{room}",
            {"content-type": "application/json"}, b'{"scenario": "recorded-1", "starts": "now"}',
        )  # fmt: skip
        assert told.status_code == 200
        call = mock.call(room)
        assert (call["id"], int(call["duration"]), call["customerName"]) == ("call-one", 42, None)
    mock.now += 4
    assert mock.call("call-7")["customerName"] == "Zoë"


def test_reloading_and_workers_keep_recordings(
    tmp_path: Path, recording: list[dict[str, Any]]
) -> None:
    """A recording goes to other processes with the settings, and stays when files are edited."""
    recorded, path = read(tmp_path, recording), tmp_path / "own.yaml"
    path.write_text("scenarios: {vip: {description: x, steps: [{scenario: recorded-1}]}}")
    own = load_scenarios([path], "en_US", ["recorded-1"])
    settings = Settings(
        EPOCH, recorded=recorded.scenarios, scenarios=own, scenario_files=(path,), fleet=0
    )
    assert pickle.loads(pickle.dumps(settings)) == settings
    mock = Client(settings)
    assert mock.call("mock-vip")["id"] == "call-one"
    path.write_text("scenarios: {new: {description: x, steps: [{scenario: recorded-1}]}}")
    reload_scenarios([path], mock.context)
    for room in ("mock-new", "call%2F1", "mock-recorded-1"):
        assert mock.call(room)["id"] == "call-one"


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
    assert {_seconds(one[1]["joinedAt"], one[0]["joinedAt"]) for one in told[1::2]} == {20}


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


def test_several_files_and_a_zip(tmp_path: Path, recording: list[dict[str, Any]]) -> None:
    """Calls are numbered through all files, in their order."""
    plain = write(tmp_path, recording)
    other = [entry(BEGAN + 9, "r", 200, body(9, id="call-two"))]
    packed = tmp_path / "call.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.write(write(tmp_path, other, "other.har"), "har.har")
    recorded = read_recordings([packed, plain], "en_US")
    assert [(one.name, *one.ids) for one in recorded.scenarios] == [
        ("recorded-1", "call-two"), ("recorded-2", "call-one"),
    ]  # fmt: skip
