"""Every state of the screen can be had, by the room's name or by a preference."""

from pathlib import Path

import pytest

from mockserver.scenario_files import load_scenarios
from mockserver.simulation import ScenarioFileError, UnknownScenarioError, builtin_scenarios
from mockserver.simulation.scenarios import read_scenarios
from openapi import load_contract

from .conftest import EPOCH, Client, MakeClient

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


OWN = """
scenarios:
  vip:
    description: Our most important customer.
    call: {customerName: Ada, customerPhone: '+442079460123', tier: gold}
    lines:
      - {role: agent, content: Hello Ada., at: 2}
      - {role: customer, content: Hello.}
    participants:
      - {identity: agent-001, isAgent: true, metadata: {}}
      - {identity: customer-001, isAgent: false, metadata: {}, joins: 1, leaves: 50}
    sentiment: [{at: 0, value: neutral}, {at: 4, value: positive}]
  broken:
    description: Our gateway's favourite.
    status: 502
    fault: malformed
"""


def test_own_scenarios(tmp_path: Path, make_client: MakeClient) -> None:
    """A team's file adds scenarios that work like the built-in ones."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    client = make_client(scenarios=load_scenarios(path, "en_US"))
    call = client.call("mock-vip", prefer="at=4")
    assert (call["customerName"], call["tier"], call["sentiment"]) == ("Ada", "gold", "positive")
    assert call["transcript"] == [
        {"role": "agent", "content": "Hello Ada."},
        {"role": "customer", "content": "Hello."},
    ]
    assert len(client.call("mock-vip", prefer="at=50")["participants"]) == 1
    broken = client.get("mock-broken")
    assert broken.status_code == 502
    assert broken.text.endswith(",]")
    assert client.call("mock-silent")["transcript"] == []


BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
PARTICIPANT = "{identity: agent-1, isAgent: true, metadata: {}"
TRANSIENT = (
    f"scenarios: {{vip: {{description: x, participants: [{PARTICIPANT}}}, "
    "{identity: b, isAgent: true, joins: 5, leaves: 10}]}}"
)
LEAVER = (
    f"scenarios: {{vip: {{description: x, participants: [{PARTICIPANT}, joins: 5, leaves: 4}}]}}}}"
)


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ("scenarios: [", "", "not valid YAML"),
        ("- a", "(the file itself)", "is not of type"),
        ("scenarios: {vip: {}}", "scenarios.vip", '"description" is a required property'),
        ("scenarios: {vip: {description: x, statu: 500}}", "scenarios.vip", "statu"),
        ("scenarios: {vip: {description: x, status: 200}}", "scenarios.vip.status", "400"),
        ("scenarios: {vip: {description: x, fault: gone}}", "scenarios.vip.fault", "gone"),
        ("scenarios: {Vip: {description: x}}", "scenarios", "Vip"),
        ("scenarios: {vip: {description: x, call: {duration: 5}}}", "call.duration", ""),
        ("scenarios: {vip: {description: x, call: {customerPhone: 5}}}", "customerPhone", "string"),
        ("scenarios: {vip: {description: x, omit: [id]}}", "omit", "'id' is not an optional"),
        ("scenarios: {vip: {description: x, omit: [nonsense]}}", "omit", "nonsense"),
        ("scenarios: {vip: {description: x, scene: nope}}", "scene", "escalation, handover"),
        ("scenarios: {vip: {description: x, example: nope}}", "scenarios.vip.example", "nope"),
        ("scenarios: {vip: {description: x, call: {roomName: other}}}", "call.roomName", ""),
        (
            "scenarios: {vip: {description: x, call: {n: 123456789012345678901234567890}}}",
            "",
            "64-bit",
        ),
        ("scenarios: {vip: {description: x, call: {b: !!binary aGk=}}}", "", "bytes"),
        ("scenarios: {vip: {description: x, call: &a {b: *a}}}", "", "own.yaml"),
        (
            "scenarios: {vip: {description: x, call: {a: " + "[" * 300 + "]" * 300 + "}}}",
            "",
            "own.yaml",
        ),
        (BOMB, "", "100,000 values"),
        (TRANSIENT, "participants.1", "metadata"),
        (LEAVER, "participants", "leaves before joining"),
        (
            "scenarios: {vip: {description: x, participants: [{identity: a}]}}",
            "participants.0",
            "isAgent",
        ),
        ("scenarios: {vip: {description: 2024-01-01}}", "", "own.yaml"),
        ("scenarios: &a {vip: *a}", "", "own.yaml"),
    ],
)
def test_mistake_in_own_scenarios(tmp_path: Path, text: str, path: str, reason: str) -> None:
    """A mistake is one line that names the file, the path in it, and the reason."""
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioFileError) as caught:
        load_scenarios(file, "en_US")
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert path in message and reason in message
    assert "\n" not in message


def test_arc_of_own_scenario_is_what_the_file_says(tmp_path: Path, make_client: MakeClient) -> None:
    """Sentiments hold from the moments that are given, in any order, over those of the dialogue."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "scenarios: {arc: {description: x, schedule: {live: 900.0}, sentiment: "
        "[{at: 400, value: negative}, {at: 0, value: positive}]}}"
    )
    client = make_client(scenarios=load_scenarios(path, "en_US"))
    for at, value in ((30, "positive"), (890, "negative"), (399, "positive"), (30, "positive")):
        assert client.call("mock-arc-6", prefer=f"at={at}")["sentiment"] == value


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    """A file that is not there, or is no text, is named."""
    with pytest.raises(ScenarioFileError, match="No such file"):
        read_scenarios(tmp_path / "nope.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioFileError, match="not UTF-8"):
        read_scenarios(tmp_path / "binary.yaml")
