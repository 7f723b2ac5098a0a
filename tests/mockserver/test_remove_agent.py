"""An AI agent is taken out of a call: it stays, says nothing more, and a person takes over."""

from typing import Any

import pytest

from tests.mockserver.conftest import Client, MakeClient
from tests.mockserver.directed import happen
from tests.mockserver.family import act, agents, keeps_the_contract, listed, said, take_out


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else has asked anything."""
    return make_client()


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


def test_a_scenario_in_which_the_agent_is_muted(client: Client) -> None:
    """It is at once, a person has taken over, and the agent cannot be muted again."""
    call = client.call("mock-muted-agent")
    [agent] = agents(call)
    assert agent["metadata"]["muted"]
    assert take_out(client, "mock-muted-agent").status_code == 400
    assert len(listed(client)["mock-muted-agent"]["participants"]) == 3


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
