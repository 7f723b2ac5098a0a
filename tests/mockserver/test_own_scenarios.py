"""A team's own scenarios: what the file says is what is shown, and a mistake is one line."""

from pathlib import Path

import pytest

from mockserver.scenario_files import load_scenarios
from mockserver.simulation import ScenarioFileError
from mockserver.simulation.scenario_format import read_scenarios
from tests.mockserver.conftest import MakeClient

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
    client = make_client(scenarios=load_scenarios([path], "en_US"))
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
            "scenarios.vip.call.n",
            "12345678",
        ),
        ("scenarios: {vip: {description: x, call: {b: !!binary aGk=}}}", "vip.call.b", "b'hi'"),
        ("scenarios: {vip: {description: x, call: {b: .nan}}}", "scenarios.vip.call.b", "nan"),
        ("scenarios: {vip: {description: x, call: &a {b: *a}}}", "", "contains itself"),
        ("scenarios: {404: {description: x}}", "scenarios.404", "quotes"),
        ("scenarios:\n  vip: {description: x}\n  vip: {description: y}", "line 3", "twice"),
        (
            "scenarios: {vip: {description: x, schedule: {live: 9}, sentiment: "
            "[{at: 10, value: neutral}]}}",
            "scenarios.vip.sentiment.0.at",
            "over after 9 seconds",
        ),
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
        ("scenarios: &a {vip: *a}", "", "contains itself"),
    ],
)
def test_mistake_in_own_scenarios(tmp_path: Path, text: str, path: str, reason: str) -> None:
    """A mistake is one line that names the file, the path in it, and the reason."""
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioFileError) as caught:
        load_scenarios([file], "en_US")
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
    client = make_client(scenarios=load_scenarios([path], "en_US"))
    for at, value in ((30, "positive"), (890, "negative"), (399, "positive"), (30, "positive")):
        assert client.call("mock-arc-6", prefer=f"at={at}")["sentiment"] == value


def test_dates_are_text(tmp_path: Path) -> None:
    """What YAML takes for a date is what the file says."""
    path = tmp_path / "own.yaml"
    path.write_text("scenarios: {vip: {description: 2024-01-01, call: {since: 2024-01-01}}}")
    (scenario,) = read_scenarios(path)
    assert (scenario.description, scenario.call["since"]) == ("2024-01-01", "2024-01-01")


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    """A file that is not there, or is no text, is named."""
    with pytest.raises(ScenarioFileError, match="No such file"):
        read_scenarios(tmp_path / "nope.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioFileError, match="not UTF-8"):
        read_scenarios(tmp_path / "binary.yaml")
