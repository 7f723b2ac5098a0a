"""A recording made by hand is replayed as it was recorded, and is a scenario like any other."""

import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mockserver.recordings import read_recordings
from mockserver.reloading import reload_scenarios
from mockserver.scenario_files import load_scenarios
from mockserver.settings import Settings
from tests.mockserver.conftest import EPOCH, Client, MakeClient
from tests.mockserver.recordings.by_hand import (
    BEGAN,
    POLLS,
    body,
    comparable,
    recording,
    replay,
)
from tests.mockserver.recordings.polling import (
    entries_of,
    entry,
    polled,
    read,
    replaying,
    write,
)


@pytest.fixture(name="recording")
def of_one_call() -> list[dict[str, Any]]:
    """A recording of one call."""
    return recording()


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
