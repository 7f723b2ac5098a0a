"""A call is ended, or its AI agent is taken out: for everybody, from that instant on."""

import asyncio
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from mockserver.app import wired
from mockserver.simulation import Scenario
from mockserver.simulation.schedule import Cycle
from openapi import contract_operations
from openapi.schemas import compiled
from tests.mockserver.conftest import PATH, Client, MakeClient
from tests.mockserver.directed import ACME, ROOM, happen, send
from tests.mockserver.family import act, listed, rooms, take_out


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else has asked anything."""
    return make_client()


def keeps_the_contract(operation_id: str, body: Any) -> bool:
    """Return whether a good answer to an operation is as the contract says."""
    operations = contract_operations()
    return compiled(operations[operation_id].schema(), operations.document).is_valid(body)


def agents(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the AI agents of a call."""
    return [one for one in call["participants"] if one["isAgent"]]


def said(call: dict[str, Any]) -> list[str]:
    """Return what was said in a call."""
    return [line["content"] for line in call["transcript"]]


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


def test_a_muted_agent_stays_and_a_person_takes_over(client: Client) -> None:
    """It is among the participants and says nothing more; a person joins and goes on."""
    client.now += 60
    before = client.call("call-a")
    answer = take_out(client, "call-a")
    assert answer.status_code == 200
    body = answer.json()
    assert keeps_the_contract("removeAgent", body)
    assert [track[:3] for track in body["mutedTracks"]] == ["TR_"]
    at_once = client.call("call-a")
    assert said(at_once) == said(before)
    assert [one["identity"] for one in at_once["participants"]] == [
        one["identity"] for one in before["participants"]
    ]
    [agent] = agents(at_once)
    assert agent["metadata"]["muted"] is True
    client.now += 60
    later = client.call("call-a")
    assert said(later)[: len(said(before))] == said(before)
    person = later["participants"][-1]
    assert (person["isAgent"], person["metadata"]["role"]) == (False, "human-agent")
    spoken = later["transcript"][len(said(before)) :]
    assert {line["role"] for line in spoken} == {"agent", "customer"}
    assert [one["identity"] for one in listed(client)["call-a"]["participants"]] == [
        one["identity"] for one in later["participants"]
    ]
    assert (later["id"], agents(later)) == (before["id"], agents(at_once))


def test_what_was_shown_stays_as_it_was(client: Client) -> None:
    """From poll to poll the transcript of a call that was taken over is only appended to."""
    client.call("call-a")
    client.now += 45
    take_out(client, "call-a")
    before: list[str] = []
    for _ in range(40):
        client.now += 7
        now = said(client.call("call-a"))
        assert now[: len(before)] == before
        before = now
    assert len(before) > 10
    timeline = client.request("GET", "/_mock/timelines/call-a", {"x-workspace-id": "ws-acme"})
    assert [line["content"] for line in timeline.json()["lines"]][: len(before)] == before
    people = [one["identity"] for one in timeline.json()["participants"]]
    assert len(people) == len(set(people)) == 3


def test_where_a_person_is_there_already(client: Client) -> None:
    """In a scene in which a person has joined, that person goes on as before."""
    client.now += 200
    before = client.call("mock-handover")
    assert len(before["participants"]) == 3
    take_out(client, "mock-handover")
    client.now += 60
    after, scene = client.call("mock-handover"), client.call("mock-handover", prefer="seed=0")
    assert said(after) == said(scene)
    assert agents(after)[0]["metadata"]["muted"]
    assert len(after["participants"]) == 3


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        ("nobody\nin particular", "'nobody\\nin particular' is not in the room."),
        (None, "is not an AI agent."),
    ],
)
def test_who_cannot_be_muted(client: Client, identity: str | None, reason: str) -> None:
    """Somebody who is not there, and people: refused with a reason, and nothing changes."""
    client.now += 30
    call = client.call("call-a")
    who = identity or next(p["identity"] for p in call["participants"] if not p["isAgent"])
    answer = act(client, "remove-agent", "call-a", {"participantIdentity": who})
    assert answer.status_code == 400
    [agent] = agents(call)
    message = answer.json()["error"]["message"]
    assert message.endswith(f"{reason} Meant may be {agent['identity']!a}.")
    assert client.call("call-a") == call


def test_nobody_is_muted_twice(client: Client) -> None:
    """The second request is refused."""
    client.now += 30
    take_out(client, "call-a")
    again = take_out(client, "call-a")
    assert (again.status_code, "is muted already" in again.text) == (400, True)


@pytest.mark.parametrize("content", [None, {}, {"participantIdentity": 5}, [], "agent-001"])
def test_a_body_that_says_nothing(client: Client, content: Any) -> None:
    """It is a mistake of the client's, which the journal names too."""
    assert act(client, "remove-agent", "call-a", content).status_code == 400
    [asked] = client.request("GET", "/_mock/requests").json()["requests"]
    assert "body" in [problem["part"] for problem in asked["problems"]]


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


def test_a_scenario_in_which_the_agent_is_muted(client: Client) -> None:
    """It is at once, a person has taken over, and the agent cannot be muted again."""
    call = client.call("mock-muted-agent")
    [agent] = agents(call)
    assert agent["metadata"]["muted"]
    assert take_out(client, "mock-muted-agent").status_code == 400
    assert len(listed(client)["mock-muted-agent"]["participants"]) == 3


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


def test_a_test_can_mute_by_an_event(client: Client) -> None:
    """The control API can do it at an instant to come, and refuses what cannot be."""
    [agent] = agents(client.call("r"))
    happen(client, "mute", identity=agent["identity"], at="2026-05-28T20:27:10Z")
    client.now += 29
    assert "muted" not in agents(client.call("r"))[0]["metadata"]
    client.now += 1
    assert agents(client.call("r"))[0]["metadata"]["muted"]
    happen(client, "mute", status=409, identity=agent["identity"])
    happen(client, "mute", status=409, identity="nobody")
    happen(client, "join", identity="agent-2", isAgent=True)
    happen(client, "mute", identity="agent-2")
    assert all(one["metadata"]["muted"] for one in agents(client.call("r")))


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
