"""A room that several scenarios name: each is what it says for as long as it is its turn."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from mockserver.scenario_files import load_scenarios
from tests.mockserver.conftest import EPOCH, Client, MakeClient
from tests.mockserver.directed import ROOM, happen, send, statuses
from tests.mockserver.family import act, ask_insights, rooms

LIVE, GAP = 20, 10
TURN = LIVE + GAP
STEPS = [{"code": 503, "times": 2}, {"code": 429, "seconds": 5}, {}]
# What a scenario can say about answers, and not about the call that they show.
OF_ANSWERS: list[dict[str, Any]] = [
    {"status": 503},
    {"status": 502, "message": "Back at noon.", "headers": {"x-reason": "maintenance"}},
    {"fault": "malformed"},
    {"status": 500, "fault": "empty"},
    {"delay": 1},
    {"steps": [{"code": 418}]},
    {"errors": [{"at": 1, "status": 500, "message": "Oh."}]},
    {"operations": {"getActiveCall": {"status": 409, "message": "Not now."}}},
    {"operations": {"getCallInsights": {"fault": "empty"}, "endCall": {"status": 403}}},
]
OF_THE_CALL = {
    "call", "omit", "changes", "ids", "lines", "scene", "participants", "sentiment", "insights",
    "decimals", "example", "muted", "transfer",
}  # fmt: skip
ELSEWHERE = {"description", "schedule", "rooms", "fleet"}


def in_turn(tmp_path: Path, make_client: MakeClient, *entries: dict[str, Any]) -> Client:
    """Return a mock with the scenarios ``own-0``, ``own-1`` … in turn in the room ``r``."""
    shown = {"description": "x", "schedule": {"live": LIVE, "gap": GAP}, "rooms": [{"name": "r"}]}
    scenarios = {f"own-{number}": {**shown, **entry} for number, entry in enumerate(entries)}
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump({"scenarios": scenarios}, sort_keys=False))
    return make_client(scenarios=load_scenarios([path], "en_US"))


def answers(client: Client, room: str) -> list[Any]:
    """Return what is answered for a room, but for what is drawn."""
    found: list[Any] = []
    for response in (client.get(room), ask_insights(client, room), act(client, "end-call", room)):
        fine = response.status_code == 200
        drawn = ("date", "content-length", "etag", "x-request-id")
        head = {name: value for name, value in response.headers.items() if name not in drawn}
        found.append((response.status_code, head, response.content[-2:] if fine else response.text))
    return found


def differing(client: Client, room: str) -> Any:
    """Return what a room's timeline tells of answers that differ."""
    timeline = client.request("GET", f"/_mock/timelines/{room}", {"x-workspace-id": "ws-acme"})
    told = timeline.json()
    return {name: told.get(name) for name in ("answers", "errors", "error")}


def test_every_part_of_the_format_is_thought_of() -> None:
    """What a scenario can say, here or in its call."""
    schema = files("mockserver.simulation").joinpath("scenarios.schema.json").read_bytes()
    parts = {*orjson.loads(schema)["$defs"]["scenario"]["properties"]}
    assert parts == {name for entry in OF_ANSWERS for name in entry} | OF_THE_CALL | ELSEWHERE


@pytest.mark.parametrize("entry", OF_ANSWERS, ids="-".join)
@pytest.mark.parametrize("within", [3, LIVE + 3], ids=["call", "gap"])
def test_a_turn_is_answered_as_the_scenario_says(
    tmp_path: Path, make_client: MakeClient, entry: dict[str, Any], within: int
) -> None:
    """As in a room of its own; and in the turns of others nothing is different."""
    client = in_turn(tmp_path, make_client, {}, entry, {})
    client.now = EPOCH + within
    alone = [differing(client, "mock-own-1"), answers(client, "mock-own-1")]
    nothing = [differing(client, "mock-own-0"), answers(client, "mock-own-0")]
    for turn, expected in enumerate([nothing, alone, nothing] * 2):
        client.now = EPOCH + turn * TURN + within
        assert [differing(client, "r"), answers(client, "r")] == expected


def test_steps_begin_with_each_turn(tmp_path: Path, make_client: MakeClient) -> None:
    """By requests and by time."""
    client = in_turn(tmp_path, make_client, {}, {"steps": STEPS})
    for turn in (0, 2, 4):
        client.now = EPOCH + turn * TURN
        assert statuses(client, 3) == [200] * 3
        client.now += TURN + 1
        assert statuses(client, 1) == [503]
        # Who asks for another call takes nothing away, and has nothing taken away.
        assert [client.get("r", prefer="call=8").status_code for _ in range(3)] == [503] * 3
        assert statuses(client, 2) == [503, 429]
        client.now += 5
        assert statuses(client, 2) == [200] * 2


def test_a_moment_of_a_step_is_one_of_its_turn(tmp_path: Path, make_client: MakeClient) -> None:
    """It shows the call whose turn it is, also after its end."""
    steps = [{"at": 7, "seconds": 5}, {"scenario": "silent"}]
    client = in_turn(tmp_path, make_client, {}, {"steps": steps, "call": {"customerName": "Ada"}})
    client.now = EPOCH + 3 * TURN + 1.0
    call = client.call("r")
    assert (call["customerName"], call["duration"]) == ("Ada", 7)
    assert client.call("r", prefer="call=4, at=7") == call
    client.now += 5
    assert client.call("r")["transcript"] == []


def test_a_call_that_is_asked_for_is_answered_as_in_its_turn(
    tmp_path: Path, make_client: MakeClient
) -> None:
    """Whatever turn it is now; and a call that is begun is the first."""
    client = in_turn(tmp_path, make_client, {}, {"status": 503})
    for turn in range(3):
        client.now = EPOCH + turn * TURN + 1.0
        asked = [client.get("r", prefer=f"call={number}").status_code for number in (1, 2, 3)]
        assert asked == [200, 503, 200]
        assert rooms(client).count("r") == (turn % 2 == 0)
    client.now += TURN
    assert statuses(client, 1) == [503]
    happen(client, "sentiment", 409, value="positive")  # there is no call
    happen(client, "start")
    assert statuses(client, 1) == [200]
    client.now += TURN
    assert statuses(client, 1) == [503]


def test_what_a_room_is_told_goes_before_its_turn(tmp_path: Path, make_client: MakeClient) -> None:
    """The steps of a direction count on from turn to turn."""
    client = in_turn(tmp_path, make_client, {}, {"steps": STEPS})
    send(client, "PUT", ROOM, {"steps": [{"delay": 0, "times": 4}, {"code": 418}]})
    assert statuses(client, 1) == [200]
    client.now = EPOCH + TURN + 1.0
    assert statuses(client, 2) == [503] * 2
    client.now += 2 * TURN
    assert statuses(client, 2) == [503, 418]
