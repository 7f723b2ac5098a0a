"""The list of a workspace's calls: a board that lives, and agrees with each call's own page."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from contracts.judging.bodies import Schemas
from openapi import contract_operations
from openapi.schemas import compiled
from tests.mockserver.conftest import EPOCH, Client, MakeClient
from tests.mockserver.directed import ACME, ROOM, happen, send
from tests.mockserver.family import LIST, act, board, listed, rooms

SIP = re.compile(r"call-_\+[0-9]+_[2-9A-Za-z]{12}")
WEB = re.compile(r"web-[A-Za-z]+-[2-9A-Za-z]{8}")
OUTBOUND = re.compile(r"[0-9a-f]{24}-[2-9A-Za-z]{8}")


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else has asked anything."""
    return make_client()


def detail(client: Client, room: str, **more: Any) -> dict[str, Any]:
    """Return the call in a room, its name as it is."""
    body: dict[str, Any] = client.call(quote(room, safe=""), **more)
    return body


def as_listed(call: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Return what the list should show of a call."""
    lines = call.pop("transcript")
    people = [{**one} for one in call.pop("participants")]
    for one in people:
        del one["metadata"]
    further = {name: entry[name] for name in ("status", "transferRequested", "type")}
    newest = lines[-1]["content"] if lines else None
    return {**call, **further, "lastMessage": newest, "participants": people}


def test_it_keeps_the_contract(client: Client) -> None:
    """Every field has its type and its usual form; the count and the instant are right."""
    answer = board(client)
    body = answer.json()
    operations = contract_operations()
    schema = operations["listActiveCalls"].schema()
    assert compiled(schema, operations.document).is_valid(body)
    assert body["count"] == len(body["data"])
    assert body["timestamp"] == "2026-05-28T20:26:40.000Z"
    assert answer.headers["date"] == "Thu, 28 May 2026 20:26:40 GMT"
    assert {one["status"] for one in body["data"]} == {"active"}
    assert {one["type"] for one in body["data"]} == {"phone", "web"}
    assert Schemas().breaches(detail(client, body["data"][0]["roomName"])) == []


def test_a_name_becomes_known_in_the_list_as_in_the_call(client: Client) -> None:
    """A caller who was not known says their name; from that line on, both show it."""
    names: dict[str, set[str | None]] = {}
    for _ in range(40):
        client.now += 23
        for room, entry in listed(client).items():
            call = detail(client, room)
            assert as_listed(call, entry) == entry
            if "customerName" in entry:
                names.setdefault(room, set()).add(entry["customerName"])
    told = [known for known in names.values() if None in known and len(known) == 2]
    assert len(told) >= 2
    assert all(len(known - {None}) <= 1 for known in names.values())


def test_about_a_dozen_calls_come_and_go(client: Client) -> None:
    """Over two hours the board is never empty nor crowded, and none of its calls stays."""
    first, seen, sizes = set(rooms(client)), set(), []
    for _ in range(60):
        client.now += 120
        now = rooms(client)
        seen |= set(now)
        sizes.append(len(now))
    assert 11 <= sum(sizes) / len(sizes) <= 13
    assert 7 <= min(sizes) < max(sizes) <= 15
    assert not first & set(rooms(client))
    assert len(seen) > 60


def test_each_call_has_a_room_in_the_forms_of_livekit(client: Client) -> None:
    """Calls that came in, web calls and calls that were made are told apart by their rooms."""
    found: dict[str, dict[str, Any]] = {}
    for _ in range(20):
        client.now += 300
        found |= listed(client)
    forms = {"sip": SIP, "web": WEB, "outbound": OUTBOUND}
    kinds = {room: [k for k, form in forms.items() if form.fullmatch(room)] for room in found}
    assert all(len(kind) == 1 for kind in kinds.values())
    assert {kind for [kind] in kinds.values()} == forms.keys()
    for room, entry in found.items():
        assert entry["type"] == ("web" if kinds[room] == ["web"] else "phone")
        customer = next(one for one in entry["participants"] if not one["isAgent"])["identity"]
        if kinds[room] == ["sip"]:
            assert entry["customerPhone"] == room.split("_")[1]
        if entry["type"] == "phone":
            assert customer == f"sip_{entry['customerPhone']}"
        assert entry["participants"][0]["identity"].startswith("agent-AJ_")


def test_now_and_then_a_person_is_asked_for(client: Client) -> None:
    """Of an afternoon's calls in some, and not in most."""
    asked: dict[str, bool] = {}
    for _ in range(30):
        client.now += 240
        for room, entry in listed(client).items():
            asked[room] = asked.get(room, False) or entry["transferRequested"]
    assert 0.02 < sum(asked.values()) / len(asked) < 0.3


@pytest.mark.parametrize("seconds", [0, 77, 3601, 86_399])
def test_it_agrees_with_each_call(client: Client, seconds: int) -> None:
    """What the list shows of a call is what the call itself shows at that moment."""
    client.now += seconds
    for room, entry in listed(client).items():
        assert as_listed(detail(client, room), entry) == entry


def test_another_process_shows_the_same(make_client: MakeClient) -> None:
    """A room follows from its name: another mock knows it that has never listed it."""
    one, others = make_client(), [make_client(fleet=0), make_client(fleet=200)]
    for seconds in (0, 5000):
        for client in (one, *others):
            client.now = EPOCH + seconds
        for room in rooms(one):
            for other in others:
                assert detail(other, room) == detail(one, room)


def test_a_call_that_is_over_is_not_found_for_good(client: Client) -> None:
    """Neither then nor later, nor before it began."""
    room = rooms(client)[0]
    client.now += 3600
    assert room not in rooms(client)
    coming = rooms(client)[-1]
    for later in (0, 3600, 86_400 * 400):
        client.now += later
        assert client.get(quote(room, safe="")).status_code == 404
    client.now = EPOCH
    assert client.get(quote(coming, safe="")).status_code == 404
    assert detail(client, room)["roomName"] == room


def test_workspaces_and_seeds_have_their_own(client: Client, make_client: MakeClient) -> None:
    """No room is shared, and a room of another workspace is like any that nobody knows."""
    acme, other = rooms(client), rooms(client, "ws-other")
    assert not set(acme) & set(other)
    assert not set(acme) & set(rooms(make_client(seed=1)))
    room = acme[0]
    there = detail(client, room, workspace="ws-other")
    assert there["id"] != detail(client, room)["id"]


def test_rooms_that_were_asked_for_are_on_it(client: Client) -> None:
    """While the call goes on that was asked for; the console's own look does not count."""
    client.call("call-a%2Fb")
    client.call("mock-recovery")
    client.get("mock-404")
    client.get("call-console", x_mock_console="1")
    now = listed(client)
    assert {"call-a/b", "mock-recovery"} <= now.keys()
    assert {"mock-404", "call-console"}.isdisjoint(now)
    assert as_listed(client.call("call-a%2Fb"), now["call-a/b"]) == now["call-a/b"]
    client.call("call-console")
    assert "call-console" in rooms(client)
    assert "call-a/b" not in rooms(client, "ws-other")
    client.now += 1800
    assert "call-a/b" not in rooms(client)


@pytest.mark.parametrize("prefer", ["", "at=10", "call=2", "scenario=recovery"])
def test_whatever_was_asked_of_a_room_it_is_on_it(client: Client, prefer: str) -> None:
    """Also in a workspace whose clock was turned, or that was told something."""
    client.call("call-a", prefer=prefer)
    assert "call-a" in rooms(client)
    send(client, "PUT", f"{ACME}/clock", {"advance": 5})
    send(client, "PUT", f"{ACME}/rooms", {"delay": 1})
    client.call("call-b", prefer=prefer)
    assert {"call-a", "call-b"} <= set(rooms(client))
    send(client, "DELETE", ACME, status=204)
    assert "call-a" not in rooms(client)
    client.call("call-a", prefer=prefer)
    assert "call-a" in rooms(client)


def test_a_room_is_the_fleets_whatever_is_preferred(client: Client) -> None:
    """Another seed or place shows another call in it, at the same time, and revives none."""
    room, *_ = rooms(client)
    plain = detail(client, room)
    for prefer in ("seed=3", "locale=de_DE"):
        assert detail(client, room, prefer=prefer)["duration"] == plain["duration"]
    client.now += 3600
    for prefer in ("seed=3", "locale=de_DE", "call=2"):
        assert client.get(quote(room, safe=""), prefer=prefer).status_code == 404


def test_boards_are_bounded(client: Client) -> None:
    """Also where they have no slots, and names are long."""
    for number in range(400):
        board(client, f"{number}-{'x' * 20_000}", prefer="scenario=empty-board")
    assert len(client.context.boards) < 300


def test_a_closed_world_has_its_rooms_alone(make_client: MakeClient) -> None:
    """Rooms that the mock was started with are on the board at once; with a fleet, both are."""
    named = ((None, "call-a"), ("ws-acme", "call-b"), ("ws-other", "call-c"))
    closed = make_client(rooms=named, fleet=0)
    assert set(rooms(closed)) == {"call-a", "call-b"}
    both = make_client(rooms=named, fleet=3)
    fleet = set(rooms(both)) - {"call-a", "call-b"}
    assert fleet
    assert detail(both, fleet.pop())
    assert both.get("call-x").status_code == 404


def test_what_is_told_to_a_room_shows_on_it(client: Client) -> None:
    """Directions, events and overrides are the list's too, and errors are off the board."""
    room = rooms(client)[0]
    place = f"{ACME}/rooms/{quote(room, safe='')}"
    send(client, "PUT", ROOM, {"scenario": "recovery", "call": {"customerName": "Ada"}})
    happen(client, "say", role="customer", content="Hello, board!")
    assert listed(client)["r"]["lastMessage"] == "Hello, board!"
    assert listed(client)["r"]["customerName"] == "Ada"
    send(client, "POST", f"{place}/events", {"type": "sentiment", "value": "puzzled"}, 201)
    assert listed(client)[room]["sentiment"] == "puzzled"
    send(client, "PUT", place, {"code": 404})
    assert room not in rooms(client)
    send(client, "DELETE", place, status=204)
    assert room in rooms(client)


def test_preferences_count_for_every_call(client: Client) -> None:
    """A list that prefers something shows what each call shows that prefers it."""
    for prefer in ("scenario=escalation", "at=60", "locale=ja_JP", "seed=7", "scenario=silent"):
        found = listed(client, prefer=prefer)
        assert len(found) > 8
        for room, entry in found.items():
            assert as_listed(detail(client, room, prefer=prefer), entry) == entry
    assert board(client, prefer="code=503").status_code == 503
    assert board(client, prefer="scenario=403").status_code == 403
    assert board(client, prefer="example=documented").json()["count"] == 1
    applied = board(client, prefer="at=60, fault=empty").headers["preference-applied"]
    assert applied == "at=60, fault=empty"


def test_boards_by_scenario(client: Client) -> None:
    """A busy board and an empty one, for a request or for the whole workspace."""
    busy = listed(client, prefer="scenario=busy-board")
    assert 170 < len(busy) < 230
    for room in [*busy][::40]:
        assert as_listed(detail(client, room), busy[room]) == busy[room]
    assert rooms(client, prefer="scenario=empty-board") == []
    client.call("call-a")
    send(client, "PUT", f"{ACME}/rooms", {"scenario": "empty-board"})
    assert rooms(client) == []
    assert client.get("call-a").status_code == 404
    assert act(client, "end-call", "call-a").status_code == 404
    send(client, "PUT", f"{ACME}/rooms", {"scenario": "busy-board"})
    assert len(rooms(client)) > 170
    assert detail(client, rooms(client)[0])


def test_clocks_and_steps_of_a_workspace(client: Client) -> None:
    """The board goes by its workspace's clock, and counts its own requests."""
    later = client.now + 7200
    client.now = later
    then = listed(client)
    client.now = EPOCH
    send(client, "PUT", f"{ACME}/clock", {"freeze": "2026-05-28T22:26:40Z"})
    assert listed(client) == then
    steps = [{"code": 503, "times": 2}, {}]
    send(client, "PUT", f"{ACME}/rooms", {"steps": steps})
    assert [board(client).status_code for _ in range(3)] == [503, 503, 200]
    assert client.get("call-a").status_code == 503


def test_the_journal_tells_of_it(client: Client) -> None:
    """A query is ignored and told; a long answer is kept in part."""
    client.request("GET", f"{LIST}?limit=5", {"x-workspace-id": "ws-acme"})
    [asked] = client.request("GET", "/_mock/requests").json()["requests"]
    assert (asked["room"], asked["status"]) == (None, 200)
    assert asked["problems"][0]["part"] == "query"
    board(client, prefer="scenario=busy-board")
    kept = client.request("GET", "/_mock/requests/3").json()["response"]["body"]
    assert kept["bytes"] > 100_000 > len(kept["text"])
    assert kept["complete"] is False


def test_without_a_workspace_there_is_none(client: Client) -> None:
    """The header is required, and no other method is there."""
    assert client.request("GET", LIST).status_code == 400
    refused = client.request("POST", LIST, {"x-workspace-id": "ws-acme"})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
