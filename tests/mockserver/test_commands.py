"""A call is ended, or its AI agent is taken out: for everybody, from that instant on."""

import asyncio
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from mockserver.app import wired
from mockserver.simulation import Scenario
from mockserver.simulation.schedule import Cycle
from tests.mockserver.conftest import PATH, Client, MakeClient
from tests.mockserver.directed import ACME, ROOM, send
from tests.mockserver.family import act, agents, keeps_the_contract, rooms, take_out


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else has asked anything."""
    return make_client()


def test_an_ended_call_is_gone(client: Client) -> None:
    """Not found and off the board from then on; the next call comes when it would have come."""
    first = client.call("call-a")
    client.now += 1.25
    answer = act(client, "end-call", "call-a")
    assert answer.status_code == 200
    body = answer.json()
    assert keeps_the_contract("endCall", body)
    assert (body["success"], body["roomName"]) == (True, "call-a")
    assert body["endTime"] == "2026-05-28T20:26:41.250Z"
    for _ in range(2):
        assert client.get("call-a").status_code == 404
        assert act(client, "end-call", "call-a").status_code == 404
    assert "call-a" not in rooms(client)
    assert client.get("call-a", "ws-other").status_code == 200
    assert client.get("call-b").status_code == 200
    client.now += 1200
    assert client.call("call-a")["id"] != first["id"]
    assert "call-a" in rooms(client)


def test_a_room_of_the_fleet_is_empty_for_good(client: Client) -> None:
    """Ended early, it never comes back."""
    room = rooms(client)[-1]
    assert act(client, "end-call", room).json()["roomName"] == room
    for _ in range(5):
        assert room not in rooms(client)
        assert client.get(quote(room, safe="")).status_code == 404
        client.now += 400


def test_no_other_workspace_can_do_either(make_client: MakeClient) -> None:
    """To another workspace the room is one that does not exist, and the call goes on."""
    client = make_client(rooms=(("ws-acme", "call-a"),))
    client.now += 30
    call = client.call("call-a")
    [agent] = agents(call)
    content = {"participantIdentity": agent["identity"]}
    for what, body in (("end-call", None), ("remove-agent", content)):
        other = act(client, what, "call-a", body, "ws-other")
        unknown = act(client, what, "call-nowhere", body, "ws-other")
        assert (other.status_code, other.content) == (404, unknown.content)
    assert client.call("call-a") == call


def test_a_key_is_needed_where_one_is_asked_for(make_client: MakeClient) -> None:
    """Commands are behind the key as the rest is."""
    client = make_client(api_key="secret")
    for what in ("end-call", "remove-agent"):
        assert act(client, what, "call-a", {"participantIdentity": "x"}).status_code == 401
    assert act(client, "end-call", "call-a", **{"x-api-key": "secret"}).status_code == 200


async def at_once(client: Client, paths: list[str], content: Any = None) -> list[httpx2.Response]:
    """Send requests at one time."""
    transport = httpx2.ASGITransport(wired(client.context))
    headers = {"x-workspace-id": "ws-acme"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://mock") as http:
        requests = (http.post(path, headers=headers, json=content) for path in paths)
        return list(await asyncio.gather(*requests))


def test_of_two_at_once_one_is_the_first(client: Client) -> None:
    """One ends the call, and the others hear that there is none."""
    client.call("call-a")
    answers = asyncio.run(at_once(client, [f"{PATH}call-a/end-call"] * 8))
    assert sorted(one.status_code for one in answers) == [200, *[404] * 7]
    [agent] = agents(client.call("call-b"))
    content = {"participantIdentity": agent["identity"]}
    answers = asyncio.run(at_once(client, [f"{PATH}call-b/remove-agent"] * 8, content))
    assert sorted(one.status_code for one in answers) == [200, *[400] * 7]


def test_preferences_and_faults(client: Client) -> None:
    """A command that is answered with an error has done nothing; a spoilt answer has."""
    client.call("call-a")
    assert act(client, "end-call", "call-a", prefer="code=503").status_code == 503
    assert act(client, "end-call", "call-a", prefer="scenario=429").status_code == 429
    assert act(client, "end-call", "call-a", prefer="example=documented").json()["success"]
    assert client.get("call-a").status_code == 200
    empty = act(client, "end-call", "call-a", prefer="fault=empty, at=200")
    assert (empty.status_code, empty.content) == (200, b"")
    assert empty.headers["preference-applied"] == "fault=empty"
    assert client.get("call-a").status_code == 404


def test_scenarios_of_commands(client: Client) -> None:
    """One in which ending fails, and one in which it takes its time."""
    assert act(client, "end-call", "mock-end-fails").status_code == 500
    assert client.get("mock-end-fails").status_code == 200
    slow = act(client, "end-call", "mock-slow-end").json()
    assert slow["endTime"] == "2026-05-28T20:26:42.000Z"
    client.now += 1.9
    assert client.get("mock-slow-end").status_code == 200
    assert act(client, "end-call", "mock-slow-end").json()["endTime"] == slow["endTime"]
    assert "mock-slow-end" in rooms(client)
    client.now += 0.1
    assert client.get("mock-slow-end").status_code == 404
    assert "mock-slow-end" not in rooms(client)


def test_directions_and_time_travel(client: Client) -> None:
    """Steps count commands; what was before the end can still be looked at, and be forgotten."""
    client.now += 60
    before = client.call("r")
    send(client, "PUT", ROOM, {"steps": [{"code": 500, "times": 1}, {}]})
    assert [act(client, "end-call", "r").status_code for _ in range(2)] == [500, 200]
    seen = client.get("r", prefer=f"at={before['duration'] - 10}")
    assert seen.json()["id"] == before["id"]
    events = send(client, "GET", ROOM)["events"]
    assert [(one["type"], one["by"]) for one in events] == [("end", "endCall")]
    send(client, "DELETE", ROOM, status=204)
    assert client.call("r") == before


def test_an_end_of_another_time_ends_nothing_now(client: Client) -> None:
    """Where a clock was turned back, a call that is ended later on can be ended now."""
    send(client, "PUT", f"{ACME}/clock", {"advance": 3600})
    assert act(client, "end-call", "call-a").status_code == 200
    send(client, "DELETE", f"{ACME}/clock")
    assert client.get("call-a").status_code == 200
    assert act(client, "end-call", "call-a").json()["endTime"] == "2026-05-28T20:26:40.000Z"
    assert client.get("call-a").status_code == 404
    assert "call-a" not in rooms(client)


def test_a_slow_end_means_the_call_of_its_time(client: Client) -> None:
    """A call that is begun meanwhile goes on."""
    act(client, "end-call", "mock-slow-end")
    client.now += 1
    begin = {"type": "start"}
    send(client, "POST", f"{ACME}/rooms/mock-slow-end/events", begin, 201)
    client.now += 5
    assert client.call("mock-slow-end")["duration"] == 5


def test_a_slow_command_ends_with_its_call(make_client: MakeClient) -> None:
    """It never reaches into the next one; a second request is told the same."""
    late = {"endCall": {"after": 4.0}, "removeAgent": {"after": 1.0}}
    client = make_client(scenarios=(Scenario("late", schedule=Cycle(live=10), operations=late),))
    assert take_out(client, "mock-late").status_code == 200
    assert take_out(client, "mock-late").status_code == 200
    client.now += 1
    assert take_out(client, "mock-late").status_code == 400
    client.now += 7
    ends = [act(client, "end-call", "mock-late").json()["endTime"] for _ in range(2)]
    assert ends == ["2026-05-28T20:26:50.000Z"] * 2
    client.now += 5
    assert client.call("mock-late")["duration"] == 3


def test_a_room_that_is_held_at_a_moment_can_be_ended(client: Client) -> None:
    """It is gone for its clients then; a request of its own still sees the past."""
    client.now += 60
    send(client, "PUT", ROOM, {"at": 44})
    assert client.call("r")["duration"] == 44
    assert act(client, "end-call", "r").status_code == 200
    assert client.get("r").status_code == 404
    assert "r" not in rooms(client)
    assert client.call("r", prefer="at=44")["duration"] == 44


def test_limits_are_one_clear_line(make_client: MakeClient) -> None:
    """Where no more events can be kept, a command says so."""
    from mockserver.state.memory import Limits

    client = make_client(limits=Limits(rooms=1))
    act(client, "end-call", "call-a")
    refused = act(client, "end-call", "call-b")
    assert (refused.status_code, "--most-rooms" in refused.text) == (409, True)
    assert client.get("call-b").status_code == 200
    assert send(client, "DELETE", ACME, status=204) is None
    assert client.get("call-a").status_code == 200
