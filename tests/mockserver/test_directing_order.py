"""Events are folded by their dates, in whatever order the commands came; forgetting forgets."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mockserver.scenario_files import load_scenarios
from mockserver.state.memory import Limits
from tests.mockserver.conftest import EPOCH, Client, MakeClient
from tests.mockserver.directed import ACME, ROOM, happen, send, statuses


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else directs."""
    return make_client()


def at(seconds: float) -> str:
    """Return an instant of the mock's clock."""
    return datetime.fromtimestamp(EPOCH + seconds, UTC).isoformat()


def identities(client: Client) -> list[str]:
    """Return who is in the room."""
    return [one["identity"] for one in client.call("r")["participants"]]


def test_forgetting_brings_the_first_call_back(client: Client) -> None:
    """A call that somebody has begun is kept nowhere."""
    first = client.call("r")
    send(client, "PUT", ROOM, {"starts": "now"})
    assert client.call("r")["id"] != first["id"]
    send(client, "DELETE", ACME, status=204)
    assert client.call("r") == first


def test_starts_in_another_order(client: Client) -> None:
    """The latest by its date is the one that is on."""
    happen(client, "start", at=at(100))
    happen(client, "start", at=at(50))
    client.now = EPOCH + 99
    assert client.call("r")["duration"] == 49
    client.now = EPOCH + 101
    assert client.call("r")["duration"] == 1


def test_events_in_another_order(client: Client) -> None:
    """What happens last counts, and nobody is there twice."""
    happen(client, "start")
    happen(client, "sentiment", value="negative", at=at(100))
    happen(client, "sentiment", value="positive", at=at(50))
    happen(client, "join", identity="x", at=at(50))
    happen(client, "join", identity="x", at=at(20))
    client.now = EPOCH + 101
    assert client.call("r")["sentiment"] == "negative"
    assert identities(client).count("x") == 1


def test_an_event_before_a_start_is_not_of_its_call(client: Client) -> None:
    """Also where both are within one second."""
    client.now = EPOCH + 0.2
    happen(client, "start", at=at(0.9))
    happen(client, "say", role="agent", content="Of the old call.", at=at(0.5))
    happen(client, "end", at=at(0.6))
    client.now = EPOCH + 5
    assert client.call("r")["duration"] == 5
    assert "Of the old call." not in str(client.call("r"))


def test_somebody_whom_the_script_brings_too(client: Client) -> None:
    """Who was made to join is there once, and the script lets in who was made to leave before."""
    send(client, "PUT", ROOM, {"scenario": "escalation", "starts": "now"})
    happen(client, "join", identity="supervisor-001")
    client.now += 230
    assert identities(client).count("supervisor-001") == 1


def test_the_last_step_counts_nothing(make_client: MakeClient) -> None:
    """However often it answers, nothing is kept of it."""
    client = make_client(limits=Limits(events=5))
    send(client, "PUT", ROOM, {"steps": [{"code": 503, "times": 2}]})
    assert statuses(client, 9) == [503] * 9
    send(client, "PUT", ROOM, {})


def test_steps_of_a_scenario_begin_when_the_room_is_told(
    tmp_path: Path, make_client: MakeClient
) -> None:
    """What other steps have answered before is not counted among theirs."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "scenarios:\n"
        "  flaky: {description: x, steps: [{code: 503, times: 2}, {}]}\n"
        "  soon: {description: x, steps: [{code: 404, seconds: 3}, {}]}\n"
    )
    client = make_client(scenarios=load_scenarios([path], "en_US"))
    client.now += 60
    steps = [{"code": 500, "times": 2}, {"scenario": "flaky"}]
    send(client, "PUT", ROOM, {"steps": steps})
    assert statuses(client, 5) == [500, 500, 503, 503, 200]
    send(client, "PUT", ROOM, {"scenario": "flaky"})
    assert statuses(client, 3) == [503, 503, 200]
    send(client, "PUT", ROOM, {"scenario": "soon"})
    assert statuses(client, 1) == [404]
    client.now += 3
    assert statuses(client, 1) == [200]


def test_a_scenario_that_is_gone_is_no_mistake_of_the_client(
    tmp_path: Path, make_client: MakeClient
) -> None:
    """The room does what its name says."""
    path = tmp_path / "own.yaml"
    path.write_text("scenarios: {gone: {description: x, status: 500}}")
    client = make_client(scenarios=load_scenarios([path], "en_US"))
    send(client, "PUT", ROOM, {"scenario": "gone"})
    assert statuses(client, 1) == [500]
    client.context.preferences.use(["silent"])
    assert statuses(client, 1) == [200]


def test_a_clock_can_always_be_given_back(make_client: MakeClient) -> None:
    """Also at the limit of events, and at the end of the years that can be shown."""
    client = make_client(limits=Limits(events=3))
    for _ in range(3):
        send(client, "PUT", f"{ACME}/clock", {"advance": 1})
    refused = send(client, "PUT", f"{ACME}/clock", {"advance": 1}, 409)
    assert "events of the workspace; DELETE /_mock/workspaces/{workspaceId} " in str(refused)
    send(client, "DELETE", f"{ACME}/clock")
    send(client, "PUT", f"{ACME}/clock", {"freeze": "2099-12-31T23:59:59Z"})
    send(client, "PUT", f"{ACME}/clock", {"scale": 2})


def test_another_call_too_far_ahead(client: Client) -> None:
    """A number that no calendar holds is a mistake, and breaks nothing."""
    assert client.get("r", prefer="call=100000, at=1").status_code == 200
    assert client.get("r", prefer="call=100001").status_code == 400
