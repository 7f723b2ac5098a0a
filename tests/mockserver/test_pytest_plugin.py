"""Teams that test a client in Python get a mock as a fixture, and a workspace for each test."""

import re
from importlib.resources import files
from typing import Any, get_type_hints

import httpx2
import pytest

from mockserver.directing import CommandRefusedError, Direction, Step, Workspace
from openapi import CONTROL, load_contract
from tests.mockserver.serving import Served

pytest_plugins = ["pytester"]

TEST = """
import httpx2

def test_client(active_calls_mock):
    url = f"{active_calls_mock}/v2/api/active-calls/call-abc123"
    call = httpx2.get(url, headers={"x-workspace-id": "ws-test"}).json()
    assert call["roomName"] == "call-abc123"
    assert call["participants"][0]["joinedAt"].startswith("2024-06-01")
"""

# Eight tests of one room, each in its workspace; what one leaves there, no other finds.
PARALLEL = """
import httpx2
import pytest

def poll(active_calls):
    headers = {"x-workspace-id": active_calls.workspace}
    return httpx2.get(f"{active_calls.url}/v2/api/active-calls/r", headers=headers)

@pytest.mark.parametrize("name", "ABCDEFGH")
def test_alone(active_calls, name, worker_id):
    room = active_calls.room("r")
    assert room.get()["from"] == "name"
    room.play(code=404)
    assert poll(active_calls).status_code == 404
    room.play(steps=[{"code": 503, "times": 2}, {}], starts="now")
    assert [poll(active_calls).status_code for _ in range(3)] == [503, 503, 200]
    room.say("customer", f"This is {name}.")
    active_calls.clock.advance(ord(name))
    call = poll(active_calls).json()
    assert call["duration"] == ord(name)
    customer = [one["content"] for one in call["transcript"] if one["role"] == "customer"]
    assert customer[0] == f"This is {name}."
    room.end()
    assert poll(active_calls).status_code == 404
    statuses = [one["status"] for one in active_calls.requests()]
    assert statuses == [404, 503, 503, 200, 200, 404]
    print(f"told: {worker_id} {active_calls.url} {active_calls.workspace}")
"""


def test_fixture_serves_a_mock(pytester: pytest.Pytester) -> None:
    """The fixture yields the URL of a mock that takes the options of the configuration."""
    pytester.makeini(
        "[pytest]\nactive_calls_mock_options = --freeze-at 2024-06-01T10:02:25Z --seed 5\n"
    )
    pytester.makepyfile(TEST)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_mistake_in_the_options_is_an_error(pytester: pytest.Pytester) -> None:
    """Options that the mock refuses stop the tests that need it, with the mock's own words."""
    pytester.makeini("[pytest]\nactive_calls_mock_options = --locale xx\n")
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess("-s")
    result.assert_outcomes(errors=1)
    result.stderr.fnmatch_lines(["*--locale*'xx'*"])


def test_workers_direct_one_room_at_once(pytester: pytest.Pytester) -> None:
    """In four processes, each test has a workspace of its own, and each process a mock."""
    pytester.makeini("[pytest]\nactive_calls_mock_options = --freeze-at 2024-06-01T10:02:25Z\n")
    pytester.makepyfile(PARALLEL)
    # Five processes start faster without a plugin that none of them needs.
    result = pytester.runpytest_subprocess("-n4", "-rP", "-pno:schemathesis")
    result.assert_outcomes(passed=8)
    told = re.findall(r"^told: (\S+) (\S+) (\S+)$", result.stdout.str(), re.M)
    workers, urls, workspaces = (len(set(column)) for column in zip(*told, strict=True))
    assert (workers, urls, workspaces) == (4, 4, 8)
    assert re.search(r" test_alone-A-[0-9a-f]{8}$", result.stdout.str(), re.M)


@pytest.fixture
def workspace(mock: Served, request: pytest.FixtureRequest) -> Any:
    """A workspace of a served mock, forgotten afterwards."""
    with httpx2.Client(base_url=mock.url) as client:
        workspace = Workspace(client, f"ws/{request.node.name}")
        yield workspace
        workspace.forget()


def call(workspace: Workspace, room: str) -> Any:
    """Return what the API says about a room."""
    headers = {"x-workspace-id": workspace.workspace, "x-api-key": "k3y-never-logged"}
    return httpx2.get(f"{workspace.url}/v2/api/active-calls/{room}", headers=headers).json()


def test_every_command(workspace: Workspace) -> None:
    """Each method does what its command does, whatever characters the names have."""
    room = workspace.room("a/b?")
    assert workspace.clock.freeze("2030-01-01T10:00:00Z") == "2030-01-01T10:00:00.000Z"
    room.start()
    room.join("supervisor-1", isAgent=False, metadata={"role": "supervisor"})
    room.say("customer", "Hello?")
    room.sentiment("furious")
    assert workspace.clock.advance(5) == "2030-01-01T10:00:05.000Z"
    shown = call(workspace, "a%2Fb%3F")
    assert (shown["duration"], shown["sentiment"]) == (5, "furious")
    assert {"role": "supervisor"} in [one["metadata"] for one in shown["participants"]]
    room.leave("supervisor-1")
    room.end(at="2030-01-01T10:00:10Z")
    assert "duration" in call(workspace, "a%2Fb%3F")
    workspace.clock.advance(5)
    assert "error" in call(workspace, "a%2Fb%3F")
    kinds = ["start", "join", "say", "sentiment", "leave", "end"]
    assert [event["type"] for event in room.get()["events"]] == kinds
    room.forget()
    assert room.get()["events"] == []


def test_the_whole_workspace(workspace: Workspace) -> None:
    """All rooms can be told what to do; the clock can be hurried and given back."""
    workspace.play("silent", delay=1)
    assert workspace.room("r").get()["steps"] == [{"scenario": "silent", "delay": 1}]
    workspace.room("r").play("escalation", at=60)
    assert workspace.room("r").get()["from"] == "room"
    workspace.clock.freeze("2030-01-01T10:00:00Z")
    workspace.clock.scale(10)
    assert workspace.clock.now().startswith("2030-01-01T10:0")
    assert not workspace.clock.reset().startswith("2030-01-01T10:0")
    call(workspace, "r")
    call(workspace, "s")
    assert [one["room"] for one in workspace.requests()] == ["r", "s"]
    assert [one["room"] for one in workspace.requests(path="/s")] == ["s"]
    workspace.forget()
    assert workspace.requests() == []
    assert workspace.room("r").get()["from"] == "name"


def test_refusals_are_in_the_mocks_words(workspace: Workspace) -> None:
    """The error says which command it was, and where the mistake is."""
    place = f"{re.escape(workspace.room('r')._path)} is refused with"
    with pytest.raises(CommandRefusedError, match=rf"^PUT {place} 400: .*code"):
        workspace.room("r").play(code=1)
    with pytest.raises(CommandRefusedError, match="409: identity: 'nobody' is not in the room"):
        workspace.room("r").leave("nobody")
    with pytest.raises(CommandRefusedError, match=r"^GET /_mock/requests is refused with 400"):
        workspace.requests(wh=1)


def test_another_servers_refusal_is_shown_as_it_is() -> None:
    """What comes from a proxy, and is no JSON of the mock's, is in the error too."""
    transport = httpx2.MockTransport(lambda request: httpx2.Response(502, text="no upstream"))
    with httpx2.Client(base_url="http://mock", transport=transport) as client:
        workspace = Workspace(client, "ws")
        with pytest.raises(CommandRefusedError, match="refused with 502: no upstream"):
            workspace.forget()


def test_the_words_are_those_of_the_description() -> None:
    """What can be written in a step or a direction, in Python and TypeScript, is what there is."""
    schemas = load_contract(CONTROL)["components"]["schemas"]
    step, direction = (set(schemas[name]["properties"]) for name in ("Step", "Direction"))
    assert get_type_hints(Step).keys() == step
    assert get_type_hints(Direction).keys() | {"scenario"} == direction
    types = files("mockserver").joinpath("playwright", "active-calls-mock.d.ts").read_text("utf-8")
    state, its_step, its_direction = (
        set(re.findall(r"^  (\w+)\?:", body, re.M))
        for body in re.findall(r"interface (?:State|Step|Direction)\b[^{]*{\n(.*?)\n}", types, re.S)
    )
    assert (state | its_step, state | its_direction | {"scenario"}) == (step, direction)
