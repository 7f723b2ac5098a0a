"""The timeline of a call: the whole of it, each moment dated, and which call it is."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.scenario_files import load_scenarios
from tests.mockserver.conftest import EPOCH, Client, MakeClient

HEADERS = {"x-workspace-id": "ws-acme"}
ACME = "/_mock/workspaces/ws-acme"


@pytest.mark.parametrize("room", ["call-abc123", "mock-recovery", "mock-unicode", "mock-handover"])
def test_timeline_agrees_with_the_call(client: Client, room: str) -> None:
    """The timeline tells at which moment the polled call shows what."""
    timeline = client.request("GET", f"/_mock/timelines/{room}", HEADERS).json()
    for at in (0, 7, 33.5, 120, 300, timeline["length"] - 0.5):
        call = client.call(room, prefer=f"at={at}")
        lines = [line for line in timeline["lines"] if line["at"] <= at]
        assert [line["content"] for line in lines] == [
            line["content"] for line in call["transcript"]
        ]
        moods = [mood["value"] for mood in timeline["sentiment"] if mood["at"] <= at]
        assert moods[-1] == call["sentiment"]
        present = [p["identity"] for p in timeline["participants"]
                   if p["joins"] <= at and (p["leaves"] is None or at < p["leaves"])]  # fmt: skip
        assert present == [p["identity"] for p in call["participants"]]
    assert timeline["id"] == client.call(room)["id"]


def test_timeline_names_the_line_that_moved_the_sentiment(client: Client) -> None:
    """Each change of sentiment points to the line at whose moment it happened."""
    timeline = client.request("GET", "/_mock/timelines/mock-recovery", HEADERS).json()
    changes = timeline["sentiment"][1:]
    assert changes
    for change in changes:
        assert timeline["lines"][change["line"]]["at"] == change["at"]
    assert timeline["topics"] == [{"at": timeline["topics"][0]["at"], "name": "recovery"}]


def test_timeline_of_what_is_no_call(client: Client) -> None:
    """A room that answers with an error has no timeline; preferences are judged as for a call."""
    assert client.request("GET", "/_mock/timelines/mock-503", HEADERS).status_code == 404
    assert client.request("GET", "/_mock/timelines/a").status_code == 400
    wrong = client.request("GET", "/_mock/timelines/a", {**HEADERS, "prefer": "scenario=none"})
    assert wrong.status_code == 400
    client.now = EPOCH + 35.0
    assert client.request("GET", "/_mock/timelines/mock-ending", HEADERS).status_code == 404


@pytest.mark.parametrize("room", ["call-abc123", "mock-greeting", "mock-long-call"])
@pytest.mark.parametrize("later", [1, 1000, 5000])
def test_timeline_says_which_call_it_is(client: Client, room: str, later: int) -> None:
    """With the number that it tells, any moment of the call can be asked for, also afterwards."""
    client.now = EPOCH + later
    timeline = client.request("GET", f"/_mock/timelines/{room}", HEADERS).json()
    assert timeline["id"] == client.call(room)["id"]
    client.now += 7000
    prefer = f"at=5, call={timeline['call']}"
    assert client.call(room, prefer=prefer)["id"] == timeline["id"]
    again = client.request("GET", f"/_mock/timelines/{room}", {**HEADERS, "prefer": prefer}).json()
    assert again == {**timeline, "elapsed": 5}


def test_a_room_of_the_fleet_has_its_first_call(client: Client) -> None:
    """Whichever of the fleet's calls it is, the number that is told of it can be asked for."""
    client.now = EPOCH + 5000
    for listed in client.request("GET", "/v2/api/active-calls", HEADERS).json()["data"]:
        room = quote(listed["roomName"])
        timeline = client.request("GET", f"/_mock/timelines/{room}", HEADERS).json()
        prefer = f"at=0, call={timeline['call']}"
        assert client.call(room, prefer=prefer)["id"] == listed["id"]


def test_timeline_is_of_the_call_that_is_shown(client: Client) -> None:
    """A moment that is asked for means the same call for both, which in a scenario is the first."""
    client.now = EPOCH + 5000
    timeline = client.request(
        "GET", "/_mock/timelines/mock-recovery", {**HEADERS, "prefer": "at=9999"}
    ).json()
    assert (timeline["call"], timeline["elapsed"]) == (1, 9999)
    assert timeline["id"] == client.call("mock-recovery", prefer="at=30")["id"]


def test_a_begun_call_is_the_first(make_client: MakeClient) -> None:
    """Calls are counted anew from the one that somebody begins; before the mock's start is none."""
    client = make_client()

    def send(method: str, url: str, content: object) -> None:
        assert client.request(method, url, None, json.dumps(content).encode()).is_success

    def number() -> int | None:
        told: int | None = client.request("GET", "/_mock/timelines/r", HEADERS).json()["call"]
        return told

    client.now += 5000
    assert (number() or 0) > 1
    send("POST", f"{ACME}/rooms/r/events", {"type": "start"})
    assert number() == 1
    client.request("DELETE", ACME)
    send("PUT", f"{ACME}/clock", {"freeze": "2020-01-01T00:00:00Z"})
    assert number() is None


def _of_own(make_client: MakeClient, path: Path, text: str) -> Client:
    path.write_text(f"scenarios: {{{text}}}")
    return make_client(scenarios=load_scenarios([path], "en_US"))


def test_what_one_operation_does_is_told_of_it_alone(
    make_client: MakeClient, tmp_path: Path
) -> None:
    """Others answer as they would, whatever is different about the one for the call."""
    operations = "operations: {getActiveCall: {delay: 5}, endCall: {status: 500}}"
    client = _of_own(make_client, tmp_path / "own.yaml", f"mine: {{description: x, {operations}}}")
    told = client.request("GET", "/_mock/timelines/mock-mine", HEADERS).json()["answers"]
    assert told["getActiveCall"] == {"delay": 5}
    assert set(told) == {"getActiveCall", "endCall"} and "delay" not in told["endCall"]


def test_errors_are_those_of_the_call_that_is_on(make_client: MakeClient, tmp_path: Path) -> None:
    """Where a room shows the calls of several scenarios, each has errors of its own."""
    shared = "description: x, schedule: {live: 60}, rooms: [{name: r}]"
    client = _of_own(
        make_client,
        tmp_path / "own.yaml",
        f"one: {{{shared}}}, two: {{{shared}, errors: [{{at: 5, status: 503}}]}}",
    )

    def told() -> Any:
        return client.request("GET", "/_mock/timelines/r", HEADERS).json()["errors"]

    assert told() == []
    client.now += 60
    assert [(one["at"], one["status"]) for one in told()] == [(5, 503)]
