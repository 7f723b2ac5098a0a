"""Every state of the screen can be had, by the room's name or by a preference."""

import pytest

from mockserver.simulation import UnknownScenarioError, builtin_scenarios
from openapi import load_contract
from tests.mockserver.conftest import EPOCH, Client, MakeClient

ERRORS = [400, 401, 403, 404, 429, 500, 502, 503, 504]

EXAMPLE = load_contract()["paths"]["/v2/api/active-calls/{roomName}"]["get"]["responses"]["200"][
    "content"
]["application/json"]["examples"]["documented"]["value"]


def test_documented_is_the_page_to_the_letter(client: Client) -> None:
    """With the example preferred, the body is the page's; without, the page's call goes on."""
    prefer = "at=145, example=documented"
    assert client.call("mock-documented", prefer=prefer) == EXAMPLE
    assert client.call("call-abc123", prefer="example=documented") == EXAMPLE
    call = client.call("mock-documented", prefer="at=145")
    assert call["transcript"] == EXAMPLE["transcript"]
    assert (call["customerName"], call["duration"]) == ("John Doe", 145)


def test_documented_frozen_at_the_examples_moment(make_client: MakeClient) -> None:
    """A clock frozen at the example's moment shows the example's timestamps."""
    client = make_client(epoch=1_717_236_000 + 30, freeze_at=1_717_236_145.0)
    client.now = 1_717_236_145.0
    call = client.call("mock-documented")
    assert call["duration"] == 145
    assert call["participants"] == EXAMPLE["participants"]


def test_greeting_and_silent(client: Client) -> None:
    """Nobody has spoken: just after the start, or for the whole of a call."""
    client.now = EPOCH + 59.0
    assert client.call("mock-greeting")["transcript"] == []
    assert client.call("mock-greeting")["duration"] == 59
    assert client.call("mock-silent", prefer="at=480")["transcript"] == []
    client.now = EPOCH + 60.0
    assert client.call("mock-greeting")["duration"] == 0


def test_callers_without_a_name(client: Client) -> None:
    """The name is null, or not there at all, in every call of the room."""
    for later in range(0, 10_000, 700):
        client.now = EPOCH + later
        assert client.call("mock-unknown-caller")["customerName"] is None
        assert "customerName" not in client.call("mock-unnamed-caller")


def arc(client: Client, room: str) -> list[str]:
    """Return the sentiments of a call in the order in which they come."""
    moods = [client.call(room, prefer=f"at={at}")["sentiment"] for at in range(0, 360, 5)]
    return [mood for i, mood in enumerate(moods) if i == 0 or moods[i - 1] != mood]


def test_stories(client: Client) -> None:
    """Escalation falls and stays low, recovery rises, and who joins stays."""
    assert arc(client, "mock-escalation") == ["neutral", "negative"]
    assert arc(client, "mock-recovery")[-2:] == ["neutral", "positive"]
    assert "negative" in arc(client, "mock-recovery")
    for room, joiner in (("mock-escalation", "supervisor-001"), ("mock-handover", "human-001")):
        before = client.call(room, prefer="at=30")["participants"]
        after = client.call(room, prefer="at=350")["participants"]
        assert len(before) == 2
        assert after[2]["identity"] == joiner
        assert after[2]["isAgent"] is False
        assert after[:2] == before


def test_long_call(client: Client) -> None:
    """An hour and more, and over 600 lines, at any time."""
    for room in ("mock-long-call", "mock-long-call-2", "mock-long-call-3"):
        for later in (0, 850, 900, 4000):
            client.now = EPOCH + later
            call = client.call(room)
            assert call["duration"] >= 3600
            assert len(call["transcript"]) > 600


def test_unicode_and_markup(client: Client) -> None:
    """Text that is hard to show comes through as it is."""
    text = client.get("mock-unicode", prefer="at=300").text
    for sample in ("مرحبا", "注文", "e\u0301", "👩🏽‍💻", "בטח"):
        assert sample in text
    markup = client.call("mock-markup", prefer="at=300")
    assert markup["transcript"][0]["content"] == "<script>alert('line')</script>"
    assert any("{{ 7 * 7 }}" in line["content"] for line in markup["transcript"])


def test_shapes(client: Client) -> None:
    """Many participants, nothing optional, unknown fields at every level, fractions."""
    assert len(client.call("mock-many-participants")["participants"]) == 12
    required = load_contract()["components"]["schemas"]["ActiveCall"]["required"]
    assert set(client.call("mock-minimal")) == set(required)
    extended = client.call("mock-forward-compatible", prefer="at=60")
    known = load_contract()["components"]["schemas"]
    for item, schema in (
        (extended, "ActiveCall"),
        (extended["transcript"][0], "TranscriptLine"),
        (extended["participants"][0], "Participant"),
    ):
        assert set(item) - set(known[schema]["properties"])
    client.now = EPOCH + 7.25
    fraction = client.call("mock-fractional-duration")["duration"] % 1
    assert fraction == pytest.approx(0.25)


def test_ending_ends_and_begins_anew(client: Client) -> None:
    """Live for 30 s, gone for 10 s, then another call, and so on with the clock."""
    ids = []
    for cycle in (0, 1, 1000):
        for second in (0, 29.9):
            client.now = EPOCH + cycle * 40 + second
            ids.append(client.call("mock-ending")["id"])
        for second in (30, 39.9):
            client.now = EPOCH + cycle * 40 + second
            assert client.get("mock-ending").status_code == 404
    assert ids[0] == ids[1] and ids[2] == ids[3] and ids[4] == ids[5]
    assert len(set(ids)) == 3


def test_moment_of_a_call_that_is_over(client: Client) -> None:
    """Between two calls, a moment of the one before can be asked for; the date is that moment's."""
    client.now = EPOCH + 35.0
    assert client.get("mock-ending").status_code == 404
    response = client.get("mock-ending", prefer="at=10")
    assert response.json()["duration"] == 10
    assert response.headers["date"] == "Thu, 28 May 2026 20:26:50 GMT"


@pytest.mark.parametrize("status", ERRORS)
def test_status_scenarios(client: Client, status: int) -> None:
    """Each status is a room's name and a preference away, in the API's envelope."""
    by_room = client.get(f"mock-{status}-anything")
    by_preference = client.get("call-abc123", prefer=f"scenario={status}")
    for response in (by_room, by_preference, client.get("x", prefer=f"code={status}")):
        assert response.status_code == status
        assert set(response.json()["error"]) >= {"code", "message"}
    if status == 429:
        assert by_room.headers["retry-after"] == "30"
        assert by_room.json()["error"]["reset_at"].endswith("Z")


def test_room_names_choose_scenarios(client: Client) -> None:
    """The longest scenario that begins the name is meant; an unknown one is a 404 with a list."""
    catalogue = builtin_scenarios()
    assert catalogue.of_room("mock-long-call").name == "long-call"
    assert catalogue.of_room("mock-unknown-caller-7").name == "unknown-caller"
    assert catalogue.of_room("mockingbird").name == ""
    for room in ("mock-", "mock-nope", "mock-long", "mock-silently"):
        with pytest.raises(UnknownScenarioError):
            catalogue.of_room(room)
        response = client.get(room)
        assert response.status_code == 404
        assert "escalation, recovery" in response.json()["error"]["message"]


def test_two_rooms_of_a_scenario_are_two_calls(client: Client) -> None:
    """A board of the same scenario shows different people."""
    first, second = (client.call(f"mock-recovery-{n}") for n in (1, 2))
    assert first["id"] != second["id"]
