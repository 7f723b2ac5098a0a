"""The player's call is the mock's: at every moment, for every scenario and locale."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mockserver.scenario_files import load_scenarios
from mockserver.simulation import Question as Asked
from mockserver.simulation import World, builtin_scenarios
from mockserver.simulation.scenarios import ORDINARY
from tests.mockserver.conftest import EPOCH, Client, MakeClient
from tests.mockserver.player.playing import Question, differences
from tests.mockserver.recordings import polling
from tests.mockserver.recordings.by_hand import recording
from tests.mockserver.recordings.polling import replaying
from tests.node import needs_node

MOMENTS, INSIGHTS = 200, 20
LOCALES = ("de_DE", "en_US", "es_ES", "fr_FR", "ja_JP", "pt_BR")
HEADERS = {"x-workspace-id": "ws-acme"}

pytestmark = needs_node


def moments(timeline: Any, rng: Random, count: int) -> list[float]:
    """Return moments of a call: about its end, about what happens in it, and any others."""
    length = timeline["length"]
    dates = [0.0, *(one["at"] for one in timeline["lines"] + timeline["sentiment"])]
    dates += [one["joins"] for one in timeline["participants"]]
    dates += [one["until"] for one in timeline["earlier"]]
    found = [0.0, length - 1, length - 0.001, length, length + 1]
    found += [
        max(0.0, rng.choice(dates) + rng.choice((-0.001, 0, 0.001))) for _ in range(count // 2)
    ]
    found += [rng.uniform(0, length) for _ in range(count - len(found))]
    return [round(at, 6) for at in found[:count]]  # as exactly as a client can ask for one


def questions(locale: str) -> Iterator[Question]:
    """Yield a question about each scenario that has a call, and about an ordinary room."""
    catalogue = builtin_scenarios()
    world = World(0, EPOCH, locale, catalogue)
    for name in ("", *catalogue.scenarios):
        scenario = catalogue.scenarios.get(name, ORDINARY)
        if scenario.status is not None:
            continue
        asked = Asked("ws-acme", "call-abc123", name or None, at=0.0, call=1)
        timeline, _ = world.timeline(asked, scenario, EPOCH)
        at = moments(timeline, Random(f"{name} {locale}"), MOMENTS)
        shown = [(one, world.show(asked._replace(at=one), scenario, EPOCH)) for one in at]
        whole = [(one, world.moment(asked._replace(at=one), scenario, EPOCH, ())) for one in at]
        own = scenario.insights
        yield Question(
            f"{name}, {locale}",
            timeline,
            [(one, found and found.body) for one, found in shown],
            [(one, found and found.insights(own)) for one, found in whole[:: MOMENTS // INSIGHTS]],
        )


def test_every_scenario_in_every_locale() -> None:
    """The player shows what the mock answers at 200 moments of each call, to the byte."""
    asked = [question for locale in LOCALES for question in questions(locale)]
    count, wrong = differences(asked)
    assert not wrong, wrong[:3]
    shows_calls = [one for one in builtin_scenarios().scenarios.values() if one.status is None]
    assert count == (len(shows_calls) + 1) * len(LOCALES) * (MOMENTS + INSIGHTS)


def asked_of(client: Client, room: str, count: int = 60) -> Question:
    """Return a question about a room's call, by requests."""
    url = f"/_mock/timelines/{room}"
    timeline = client.request("GET", url, {**HEADERS, "prefer": "at=0"}).json()
    bodies: list[tuple[float, bytes | None]] = []
    insights: list[tuple[float, bytes | None]] = []
    for at in moments(timeline, Random(room), count):
        for answers, path in ((bodies, ""), (insights, "/insights")):
            answer = client.get(room + path, prefer=f"at={at:.6f}")
            answers.append((at, answer.content if answer.status_code == 200 else None))
    return Question(room, timeline, bodies, insights)


EVENTS: list[list[dict[str, Any]]] = [
    [{"type": "say", "role": "agent", "content": "One moment, please."}],
    [{"type": "sentiment", "value": "curious"}, {"type": "sentiment", "value": "positive"}],
    [{"type": "join", "identity": "guest-1", "metadata": {"role": "guest"}},
     {"type": "leave", "identity": "guest-1"},
     {"type": "join", "identity": "guest-1"}],
    [{"type": "mute"}, {"type": "say", "role": "customer", "content": "Who is there?"}],
    [{"type": "join", "identity": "guest-1"}, {"type": "mute"},
     {"type": "join", "identity": "supervisor-001"}],
    [{"type": "say", "role": "agent", "content": "Goodbye."}, {"type": "end"}],
]  # fmt: skip


@pytest.mark.parametrize("events", EVENTS, ids=lambda events: "-".join(e["type"] for e in events))
def test_what_somebody_has_done_is_in_it(
    events: list[dict[str, Any]], make_client: MakeClient
) -> None:
    """Events change the player's call as they change the mock's."""
    client = make_client()
    rooms = ("mock-escalation", "mock-handover")
    for room in rooms:
        client.now = EPOCH + 20.5
        people = client.call(room)["participants"]
        agent = next(one["identity"] for one in people if one["isAgent"])
        for event in events:
            client.now += 21.25
            body = {**event, "identity": agent} if event["type"] == "mute" else event
            url = f"/_mock/workspaces/ws-acme/rooms/{room}/events"
            answer = client.request("POST", url, None, json.dumps(body).encode())
            assert answer.status_code == 201, answer.text
        if events[-1]["type"] == "end":
            client.now -= 1  # the call is over afterwards, and there is nothing to be asked for
    count, wrong = differences(asked_of(client, room) for room in rooms)
    assert (count, wrong[:3]) == (len(rooms) * 60 * 2, [])


def test_fields_that_are_told_otherwise_are_in_it(make_client: MakeClient) -> None:
    """So are the fields of a body that a direction gives other values."""
    client = make_client()
    url = "/_mock/workspaces/ws-acme/rooms/r"
    told = {"call": {"customerName": None, "extra": {"a": [1.5]}}}
    assert client.request("PUT", url, None, json.dumps(told).encode()).is_success
    assert client.call("r")["extra"] == {"a": [1.5]}
    assert differences([asked_of(client, "r")])[1] == []


ODD = """
scenarios:
  odd:
    description: Everything that changes about a call.
    schedule: {live: 90, lead: 10}
    decimals: 2
    call: {customerName: Ada, until: 1, shown: 2, before: 3}
    lines:
      - {at: 30.1234, role: agent, content: "Three", until: 5, shown: x}
      - {at: 1.5, role: agent, content: "Hel", line: 7, revised: [
          {at: 2, role: agent, content: "Hello"}, {at: 40.25, role: agent, content: "Hello!"}]}
      - {at: 2.25, role: agent, content: "H", revised: [{at: 2.0, role: agent, content: "Hi"}]}
    participants:
      - {identity: late, isAgent: false, joins: 50, metadata: {}}
      - {identity: agent-1, isAgent: true, metadata: {}, leaves: 20.5}
      - {identity: agent-1, isAgent: true, metadata: {muted: true}, since: 20.5, leaves: 60}
      - {identity: agent-1, isAgent: true, metadata: {back: true}, since: 70}
      - {identity: unseen, isAgent: false, joins: 3, since: 12.125, metadata: {}}
    sentiment: [{at: 0, value: neutral}, {at: 33.33, value: odd}, {at: 33.33, value: odder}]
    changes:
      - {at: 15, call: {customerName: Grace}}
      - {at: 45.5, omit: [customerName], call: {before: 4}}
    insights:
      - {at: 10, topics: [one], adds: 5}
      - {at: 20, summary: "A", suggestions: []}
      - {at: 30, summary: "A and B", value: {}}
      - {at: 40, summary: "C"}
"""


def test_a_scenario_in_which_everything_changes(make_client: MakeClient, tmp_path: Path) -> None:
    """Revisions, changes, people who are shown later and otherwise, and fields of any name."""
    path = tmp_path / "odd.yaml"
    path.write_text(ODD, "utf-8")
    client = make_client(scenarios=load_scenarios([path], "en_US"))
    question = asked_of(client, "mock-odd", 300)
    assert {*question.timeline["earlier"][0]} == {"line", "until", "shown"}
    count, wrong = differences([question])
    assert (count, wrong[:3]) == (600, [])


def test_a_recorded_call(make_client: MakeClient, tmp_path: Path) -> None:
    """What was recorded is played as it is replayed, but for where there was no answer."""
    client = make_client(**replaying(polling.read(tmp_path, recording())))
    question = asked_of(client, "call%2F1", 150)
    assert question.timeline["errors"]
    answered = [(at, body) for at, body in question.bodies if body is not None]
    assert len(answered) > 100
    assert differences([replace(question, bodies=answered, insights=())])[1] == []


@pytest.mark.parametrize(
    "room", ["mock-escalation", "mock-handover", "mock-many-participants",
             "mock-forward-compatible", "call-abc123"],
)  # fmt: skip
@pytest.mark.parametrize("later", [30.5, 72.125, 250])
def test_a_person_takes_over(room: str, later: float, make_client: MakeClient) -> None:
    """What comes of it when a page removes an agent is what comes of it in the mock."""
    client = make_client()
    timeline = client.request("GET", f"/_mock/timelines/{room}", HEADERS).json()
    assert len({one["identity"] for one in timeline["takeovers"]}) in (1, 2)
    client.now, elapsed = EPOCH + later, timeline["elapsed"] + later
    agents = [one for one in client.call(room)["participants"] if one["isAgent"]]
    identity = agents[0]["identity"]
    body = json.dumps({"participantIdentity": identity}).encode()
    url = f"/v2/api/active-calls/{room}/remove-agent"
    answer = client.request("POST", url, HEADERS, body)
    assert answer.status_code == 200
    takeovers = [one for one in timeline["takeovers"] if one["identity"] == identity]
    assert {(*one["mutedTracks"],) for one in takeovers} == {(*answer.json()["mutedTracks"],)}
    question = replace(asked_of(client, room, 20), timeline=timeline, removed=(identity, elapsed))
    count, wrong = differences([replace(question, insights=())])
    assert (count, wrong[:2]) == (20, [])


@pytest.mark.parametrize("name", ["escalation", "handover", "transfer-requested", "muted-agent"])
def test_a_list_shows_the_same_of_a_call(name: str, make_client: MakeClient) -> None:
    """What the list of a page has is what that of a mock with this one room has."""
    client = make_client(rooms=((None, "r"),), fleet=0)
    prefer = f"scenario={name}, at="
    url = "/_mock/timelines/r"
    timeline = client.request("GET", url, {**HEADERS, "prefer": f"{prefer}0"}).json()
    lists: list[tuple[float, bytes | None]] = []
    for at in moments(timeline, Random(name), 40):
        headers = {**HEADERS, "prefer": f"{prefer}{at:.6f}"}
        answer = client.request("GET", "/v2/api/active-calls", headers)
        lists.append((at, json.dumps(answer.json()["data"]).encode()))
    assert differences([Question(name, timeline, (), lists=lists)]) == (40, [])
