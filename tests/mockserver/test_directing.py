"""A mock is directed while it runs: rooms, their calls, and the clock of a workspace."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.mockserver.conftest import EPOCH, Client, MakeClient
from tests.mockserver.directed import ACME, ROOM, happen, send, statuses


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else directs."""
    return make_client()


def test_steps_by_number_of_requests(client: Client) -> None:
    """Twice 503, then well, then for good; the last step has no end."""
    send(client, "PUT", ROOM, {"steps": [{"code": 503, "times": 2, "retryAfter": 7}, {}]})
    first = client.get("r")
    assert (first.status_code, first.headers["retry-after"]) == (503, "7")
    assert statuses(client, 4) == [503, 200, 200, 200]
    assert statuses(client, 1, "another") == [200]


def test_the_console_is_not_counted(client: Client) -> None:
    """Who watches a room in the console does not use up the answers of the application."""
    send(client, "PUT", ROOM, {"steps": [{"code": 503, "times": 1}, {}]})
    watched = [client.get("r", x_mock_console="1").status_code for _ in range(3)]
    assert (watched, statuses(client, 2)) == ([503] * 3, [503, 200])
    assert client.get("r", x_mock_console="1").status_code == 200


def test_steps_by_time(client: Client) -> None:
    """A step lasts as long as it says, by the workspace's clock, whoever asks how often."""
    steps = [{"code": 500, "seconds": 5}, {"code": 404, "times": 1}, {"scenario": "silent"}]
    send(client, "PUT", ROOM, {"steps": steps})
    assert statuses(client, 3) == [500, 500, 500]
    client.now += 5
    assert statuses(client, 2) == [404, 200]
    assert client.call("r")["transcript"] == []
    assert send(client, "GET", ROOM)["step"] == 2


def test_steps_of_a_workspace_count_for_each_room(client: Client) -> None:
    """Rooms that have nothing of their own do what the workspace is told, each by its own count."""
    send(client, "PUT", f"{ACME}/rooms", {"steps": [{"code": 503, "times": 1}, {}]})
    send(client, "PUT", ROOM, {"code": 418})
    assert statuses(client, 2, "a") == [503, 200]
    assert statuses(client, 2, "b") == [503, 200]
    assert statuses(client, 2, "r") == [418, 418]
    assert client.get("a", "ws-other").status_code == 200


@pytest.mark.parametrize(
    ("prefer", "room", "workspace", "status"),
    [
        ("code=500", {"code": 502}, {"code": 503}, 500),
        ("", {"code": 502}, {"code": 503}, 502),
        ("", {"delay": 1}, {"code": 503}, 503),
        ("scenario=silent", {"code": 502}, {"code": 503}, 200),
        ("at=5", {"code": 502}, {}, 502),
    ],
)
def test_precedence(
    client: Client, prefer: str, room: dict[str, Any], workspace: dict[str, Any], status: int
) -> None:
    """The request comes first, then its room, then the workspace, then the room's name."""
    send(client, "PUT", ROOM, room)
    send(client, "PUT", f"{ACME}/rooms", workspace)
    response = client.get("r", prefer=prefer)
    assert response.status_code == status
    # Only what the request itself has asked for is reported as applied.
    assert "code=502" not in response.headers.get("preference-applied", "")


def test_a_call_begins_with_the_test(client: Client) -> None:
    """A scenario that starts now is at its beginning, and follows its own time from there."""
    client.now += 12_345.6
    send(client, "PUT", ROOM, {"scenario": "ending", "starts": "now"})
    assert client.call("r")["duration"] == 0
    client.now += 29
    assert client.get("r").status_code == 200
    client.now += 2
    assert client.get("r").status_code == 404


def test_the_same_test_sees_the_same_call(make_client: MakeClient) -> None:
    """What is said in a call that starts now does not depend on when that is."""
    said = []
    for later in (0.0, 98_765.4):
        client = make_client()
        client.now += later
        send(client, "PUT", ROOM, {"starts": "now"})
        client.now += 60
        said.append(client.call("r")["transcript"])
    assert said[0] == said[1] != []


def test_fields_that_have_other_values(client: Client) -> None:
    """A direction can give the call other facts, which the contract allows."""
    send(client, "PUT", ROOM, {"call": {"customerName": None, "tier": "gold"}})
    call = client.call("r")
    assert (call["customerName"], call["tier"]) == (None, "gold")
    refused = send(client, "PUT", ROOM, {"call": {"customerPhone": 5}}, 400)
    assert refused["error"]["message"].startswith("call.customerPhone: ")


def test_something_is_said_and_people_come_and_go(client: Client) -> None:
    """Events happen at their instant, in the place that the conversation has reached."""
    client.now += 30
    before = client.call("r")["transcript"]
    happen(client, "say", role="customer", content="Are you still there?")
    happen(client, "join", identity="supervisor-7", metadata={"role": "supervisor"})
    happen(client, "sentiment", value="negative")
    call = client.call("r")
    assert call["transcript"] == [
        *before, {"role": "customer", "content": "Are you still there?"}
    ]  # fmt: skip
    assert call["sentiment"] == "negative"
    (joined,) = [one for one in call["participants"] if one["identity"] == "supervisor-7"]
    assert datetime.fromisoformat(joined["joinedAt"]).timestamp() == client.now
    client.now += 60
    happen(client, "leave", identity="supervisor-7")
    later = client.call("r")
    assert later["transcript"][: len(call["transcript"])] == call["transcript"]
    assert len(later["transcript"]) > len(call["transcript"])
    assert "supervisor-7" not in {one["identity"] for one in later["participants"]}


def test_a_moment_before_or_after_an_event(client: Client) -> None:
    """``at`` shows the call as it was, or as it will have been."""
    send(client, "PUT", ROOM, {"starts": "now"})
    client.now += 30
    happen(client, "say", role="customer", content="Hm.")
    assert "Hm." not in str(client.call("r", prefer="at=29"))
    assert "Hm." in str(client.call("r", prefer="at=31"))
    client.now += 30
    happen(client, "end")
    assert client.get("r").status_code == 404
    assert client.call("r", prefer="at=59")["duration"] == 59
    assert client.get("r", prefer="at=61").status_code == 404


def test_ending_and_starting(client: Client) -> None:
    """An ended call is gone until the room's next one; a started one is a call of its own."""
    first = client.call("r")
    happen(client, "end")
    assert client.get("r").status_code == 404
    assert happen(client, "say", 409, role="agent", content="?")
    happen(client, "start")
    second = client.call("r")
    assert (second["duration"], second["transcript"]) == (0, [])
    assert second["id"] != first["id"]
    happen(client, "end")
    happen(client, "start")
    assert client.call("r")["id"] not in (first["id"], second["id"])
    client.now += 3600
    assert client.call("r")["duration"] < 20 * 60


def test_an_event_to_come(client: Client) -> None:
    """An event can be dated ahead, and not back."""
    then = datetime.fromtimestamp(client.now + 20, UTC).isoformat()
    happen(client, "end", at=then)
    client.now += 19
    assert client.get("r").status_code == 200
    client.now += 1
    assert client.get("r").status_code == 404
    before = datetime.fromtimestamp(client.now - 1, UTC).isoformat()
    refused = happen(client, "start", 400, at=before)
    assert refused["error"]["message"].startswith("at: this is in the past")


def test_a_workspace_has_its_own_clock(client: Client) -> None:
    """It stops, advances and hurries for one workspace alone, and is given back."""
    other = client.call("r", "ws-other")["duration"]
    begun = client.call("r")["duration"]
    send(client, "PUT", f"{ACME}/clock", {"advance": 30})
    assert client.call("r")["duration"] == begun + 30
    send(client, "PUT", f"{ACME}/clock", {"scale": 10})
    client.now += 2
    assert client.call("r")["duration"] == begun + 50
    frozen = datetime.fromtimestamp(EPOCH + 60, UTC).isoformat()
    send(client, "PUT", f"{ACME}/clock", {"freeze": frozen})
    client.now += 100
    assert client.call("r")["duration"] == begun + 60
    send(client, "PUT", f"{ACME}/clock", {"advance": 5})
    assert client.call("r")["duration"] == begun + 65
    send(client, "DELETE", f"{ACME}/clock")
    assert client.call("r")["duration"] == begun + 102
    assert client.call("r", "ws-other")["duration"] == other + 102


def test_a_clock_says_how_fast_it_runs(client: Client) -> None:
    """As fast as the mock's, so many times as fast, or not at all."""
    clock = f"{ACME}/clock"
    assert send(client, "GET", clock)["scale"] == 1
    assert send(client, "PUT", clock, {"scale": 2.5})["scale"] == 2.5
    assert send(client, "PUT", clock, {"freeze": "2030-01-01T00:00:00Z"})["scale"] == 0
    assert send(client, "PUT", clock, {"advance": 5})["scale"] == 0
    assert send(client, "DELETE", clock)["scale"] == 1


def test_all_of_it_is_forgotten(client: Client) -> None:
    """A room, or a workspace with its part of the journal, is again as if nothing had been done."""
    send(client, "PUT", f"{ACME}/clock", {"advance": 30})
    plain = client.get("r", "ws-other").json()
    for workspace in ("ws-acme", "ws-other"):
        for room in ("r", "q"):
            url = f"/_mock/workspaces/{workspace}/rooms/{room}"
            send(client, "PUT", url, {"code": 500})
    send(client, "DELETE", ROOM, status=204)
    assert statuses(client, 1) == [200]
    assert statuses(client, 1, "q") == [500]
    send(client, "DELETE", ACME, status=204)
    assert statuses(client, 1, "q") == [200]
    assert client.get("q", "ws-other").status_code == 500
    asked = client.request("GET", "/_mock/requests").json()["requests"]
    assert [(one["workspace"], one["status"]) for one in asked] == [
        ("ws-other", 500), ("ws-acme", 200), ("ws-other", 200),
    ]  # fmt: skip
    send(client, "DELETE", "/_mock/workspaces/ws-other", status=204)
    assert client.call("r", "ws-other") == plain


def test_the_journal_is_cleared_by_filters(client: Client) -> None:
    """Parallel workers do not wipe each other's requests."""
    client.get("a")
    client.get("b", "ws-other")
    client.get("mock-503")
    client.request("DELETE", "/_mock/requests?workspace=ws-acme&status=5xx")
    left = client.request("GET", "/_mock/requests").json()["requests"]
    assert [one["room"] for one in left] == ["b", "a"]
    assert client.request("DELETE", "/_mock/requests?workspce=x").status_code == 400
    client.request("DELETE", "/_mock/requests?limit=1")
    left = client.request("GET", "/_mock/requests").json()["requests"]
    assert [one["room"] for one in left] == ["a"]


def test_the_journal_shows_directed_answers_as_they_were(client: Client) -> None:
    """What an event has made of a call stays in the journal when it is forgotten."""
    happen(client, "say", role="agent", content="Once.")
    shown = client.get("r").text
    send(client, "DELETE", ROOM, status=204)
    newest = client.request("GET", "/_mock/requests").json()["requests"][0]["number"]
    kept = client.request("GET", f"/_mock/requests/{newest}").json()
    assert kept["response"]["body"]["text"] == shown
    assert "Once." in shown


def test_the_timeline_has_the_events(client: Client) -> None:
    """Who looks at the whole call sees what was made to happen, and where it ends."""
    send(client, "PUT", ROOM, {"starts": "now"})
    client.now += 20
    happen(client, "say", role="agent", content="Inserted.")
    happen(client, "join", identity="visitor")
    happen(client, "sentiment", value="puzzled")
    client.now += 20
    headers = {"x-workspace-id": "ws-acme"}
    timeline = client.request("GET", "/_mock/timelines/r", headers).json()
    assert {"at": 20, "role": "agent", "content": "Inserted."} in timeline["lines"]
    assert [line["at"] for line in timeline["lines"]] == sorted(
        line["at"] for line in timeline["lines"]
    )
    assert timeline["participants"][-1]["identity"] == "visitor"
    assert timeline["sentiment"][-1]["value"] == "puzzled"
