"""What a command cannot do is refused, with the place and the reason; calls stay coherent."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from contracts.judging.coherence import INVARIANTS
from contracts.judging.results import Observation
from mockserver.settings import Settings
from mockserver.state.memory import Limits
from tests.mockserver.conftest import EPOCH, PATH, Client, MakeClient
from tests.mockserver.directed import ACME, ROOM, happen, send


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else directs."""
    return make_client()


@pytest.mark.parametrize(
    ("method", "url", "content", "words"),
    [
        ("PUT", ROOM, {"code": 700}, "code"),
        ("PUT", ROOM, {"scenario": "nope"}, "scenario takes one of"),
        ("PUT", ROOM, {"steps": [{}, {"fault": "?"}]}, "steps.1: "),
        ("PUT", ROOM, {"steps": [{}], "code": 500}, "code: put this into one of the steps"),
        ("PUT", ROOM, {"cod": 500}, "'cod'"),
        ("PUT", ROOM, [], "object"),
        ("PUT", f"{ACME}/rooms", {"starts": "now"}, "starts"),
        ("PUT", f"{ACME}/clock", {"freeze": "2030-01-01"}, "freeze"),
        ("PUT", f"{ACME}/clock", {"freeze": "1850-01-01T00:00:00Z"}, "freeze"),
        ("PUT", f"{ACME}/clock", {}, "(the body itself)"),
        ("PUT", f"{ACME}/clock", {"advance": 3e8}, "advance"),
        ("POST", f"{ROOM}/events", {"type": "shout"}, "type"),
        ("POST", f"{ROOM}/events", {"type": "say", "role": "agent"}, "content"),
        ("POST", f"{ROOM}/events", {"type": "say", "role": "agent", "content": "", "x": 1}, "'x'"),
        ("POST", f"{ROOM}/events", {"type": "end", "at": "soon"}, "at"),
    ],
)
def test_a_mistake_is_named(
    client: Client, method: str, url: str, content: object, words: str
) -> None:
    """What is wrong in a command is a 400 with its place and the reason."""
    if "advance" in str(content):
        send(client, "PUT", url, {"freeze": "2095-01-01T00:00:00Z"})
    refused = send(client, method, url, content, 400)
    assert words in refused["error"]["message"]
    assert refused["error"]["code"] == "invalid_request"


def test_what_cannot_happen_is_a_conflict(client: Client) -> None:
    """Nobody joins twice, and nobody leaves who is not there."""
    happen(client, "join", identity="x")
    assert "in the room already" in str(happen(client, "join", 409, identity="x"))
    assert "not in the room" in str(happen(client, "leave", 409, identity="y"))
    send(client, "PUT", ROOM, {"scenario": "503"})
    assert "No call is going on" in str(happen(client, "end", 409))


def test_limits(make_client: MakeClient) -> None:
    """Past a limit, a command is a 409 that names the option; what idles is forgotten first."""
    client = make_client(limits=Limits(workspaces=2, rooms=2, events=3))
    for room in ("a", "b"):
        send(client, "PUT", f"{ACME}/rooms/{room}", {})
    refused = send(client, "PUT", f"{ACME}/rooms/c", {}, 409)
    assert "--most-rooms" in refused["error"]["message"]
    send(client, "POST", f"{ACME}/rooms/a/events", {"type": "end"}, 201)
    send(client, "POST", f"{ACME}/rooms/a/events", {"type": "start"}, 201)
    refused = send(client, "POST", f"{ACME}/rooms/a/events", {"type": "end"}, 409)
    assert "--most-events" in refused["error"]["message"]
    send(client, "DELETE", f"{ACME}/rooms/a", status=204)
    refused = send(client, "PUT", f"{ACME}/rooms/a", {"steps": [{"times": 3}, {}]}, 409)
    assert "--most-events" in refused["error"]["message"]
    send(client, "PUT", "/_mock/workspaces/w2/rooms/a", {})
    refused = send(client, "PUT", "/_mock/workspaces/w3/rooms/a", {}, 409)
    assert "--most-workspaces" in refused["error"]["message"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_foreign_pages_cannot_direct(client: Client, method: str) -> None:
    """A page of another origin that is open in the same browser changes nothing."""
    headers = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert client.request(method, ROOM, headers, b"{}").status_code == 403


_EVENTS = st.one_of(
    st.fixed_dictionaries({"type": st.just("say"), "role": st.sampled_from(["agent", "customer"]),
                           "content": st.text(max_size=12)}),
    st.fixed_dictionaries({"type": st.sampled_from(["join", "leave"]),
                           "identity": st.sampled_from(["x", "y", "customer-001"])}),
    st.fixed_dictionaries({"type": st.just("sentiment"), "value": st.sampled_from(["negative"])}),
    st.fixed_dictionaries({"type": st.sampled_from(["end", "start"])}),
)  # fmt: skip
_COMMANDS = st.lists(st.tuples(st.floats(0, 40), st.one_of(st.none(), _EVENTS)), max_size=16)


@hypothesis_settings(max_examples=30)
@given(st.sampled_from(["r", "mock-escalation", "mock-handover", "mock-ending"]), _COMMANDS)
def test_calls_stay_coherent_whatever_happens(
    room: str, commands: list[tuple[float, Mapping[str, Any] | None]]
) -> None:
    """Polls between random events keep every clause over time, and repeat themselves."""
    client = Client(Settings(epoch=EPOCH))
    # One list for each call that is begun: a room whose call is replaced at once is no fault.
    seen: list[list[Observation]] = [[]]
    for seconds, event in commands:
        client.now += seconds
        if event is not None:
            content = json.dumps(event).encode()
            url = f"{ACME}/rooms/{room}/events"
            assert client.request("POST", url, None, content).status_code in (201, 409)
            if event["type"] == "start":
                seen.append([])
        answer = client.request("GET", PATH + room, {"x-workspace-id": "ws-acme"})
        again = client.request("GET", PATH + room, {"x-workspace-id": "ws-acme"})
        assert answer.content == again.content
        seen[-1].append(_observation(room, client.now, answer.status_code, answer.content))
    for clause, invariant in INVARIANTS.items():
        if clause != "participants.persist":  # who is made to leave may be made to come back
            for polls in seen:
                assert invariant(polls).status != "failed", (clause, invariant(polls))


def _observation(room: str, now: float, status: int, content: bytes) -> Observation:
    when = datetime.fromtimestamp(now, UTC)
    headers = {"date": format_datetime(when.replace(microsecond=0), usegmt=True)}
    body = json.loads(content) if status == 200 else None
    return Observation(room, now, now + 0.001, when, status, headers, body)
