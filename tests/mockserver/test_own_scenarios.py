"""A team's own scenarios: what the file says is what is shown, and a mistake is one line."""

from pathlib import Path

import orjson
import pytest

from mockserver.app import create_context
from mockserver.reloading import reload_scenarios
from mockserver.scenario_files import load_scenarios
from mockserver.settings import Settings
from mockserver.simulation import Question, ScenarioFileError
from mockserver.simulation.scenario_format import read_scenarios
from tests.mockserver.conftest import Client, MakeClient

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


def client_of(tmp_path: Path, make_client: MakeClient, text: str) -> Client:
    """Return a mock with the scenarios of a file."""
    path = tmp_path / "own.yaml"
    path.write_text(text)
    return make_client(scenarios=load_scenarios([path], "en_US"))


def test_steps_of_a_scenario(tmp_path: Path, make_client: MakeClient) -> None:
    """Each room of the scenario goes through its steps by itself."""
    steps = "[{code: 503, times: 2, retryAfter: 1}, {code: 429, seconds: 5}, {scenario: silent}]"
    text = f"scenarios: {{flaky: {{description: x, steps: {steps}}}}}"
    client = client_of(tmp_path, make_client, text)
    rooms = [client.get("mock-flaky").status_code for _ in range(3)]
    assert rooms == [503, 503, 429]
    assert client.get("mock-flaky-b").status_code == 503
    client.now += 5
    assert client.call("mock-flaky")["transcript"] == []
    # Named by the request, it counts with the room that it is named for.
    seen = [client.get("r", prefer="scenario=flaky").status_code for _ in range(3)]
    assert seen == [503, 503, 429]
    assert client.get("mock-flaky-c", prefer="code=418").status_code == 418


def test_words_headers_and_delay_of_an_error(tmp_path: Path, make_client: MakeClient) -> None:
    """An error says what the file says, and comes as late as it says."""
    client = client_of(
        tmp_path,
        make_client,
        "$schema: ./scenarios.schema.json\n"
        "x-team: ours\n"
        "scenarios: {down: {description: x, x-note: y, status: 503, message: Back at noon.,\n"
        "  headers: {X-Reason: maintenance, Retry-After: '60'}, delay: 1}}",
    )
    response = client.get("mock-down")
    assert response.json()["error"]["message"] == "Back at noon."
    assert (response.headers["x-reason"], response.headers["retry-after"]) == ("maintenance", "60")
    waited = client.request("GET", "/_mock/requests").json()["requests"][0]
    assert waited["milliseconds"] >= 1


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("call: {customerName: 5}", "scenarios.vip.call.customerName: "),
        ("lines: [{role: agent, content: 5}]", "scenarios.vip.lines.0.content: "),
        ("participants: [{identity: x, isAgent: 1, metadata: {}}]",
         "scenarios.vip.participants.0.isAgent: "),
        ("steps: [{cod: 5}]", "scenarios.vip.steps.0: "),
        ("steps: [{}, {code: 5}]", "scenarios.vip.steps.1.code: "),
        ("steps: [{scenario: nope}]", "scenarios.vip.steps.0: "),
        ("message: x", "scenarios.vip"),
        ("status: 500, headers: {'a b': c}", "scenarios.vip.headers"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(tmp_path: Path, entry: str, words: str) -> None:
    """The path in the message leads to the place in the file."""
    path = tmp_path / "own.yaml"
    path.write_text(f"scenarios: {{vip: {{description: x, {entry}}}}}")
    with pytest.raises(ScenarioFileError) as caught:
        load_scenarios([path], "en_US")
    assert f"{path}: {words}" in str(caught.value)


def test_several_files(tmp_path: Path) -> None:
    """All of them count; a name that two of them have is a mistake, and so is a folder."""
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("scenarios: {a: {description: x}}")
    second.write_text("scenarios: {b: {description: x}}")
    assert [one.name for one in load_scenarios([first, second], "en_US")] == ["a", "b"]
    second.write_text("scenarios: {a: {description: x}}")
    with pytest.raises(ScenarioFileError, match=f"{second}: scenarios.a: it is in {first} too"):
        load_scenarios([first, second], "en_US")
    with pytest.raises(ScenarioFileError, match=f"{tmp_path}: this is a folder"):
        load_scenarios([tmp_path], "en_US")


def test_an_edited_file_is_read_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What is edited shows at once; a mistake keeps what there was, and says so."""
    path = tmp_path / "own.yaml"
    path.write_text("scenarios: {vip: {description: x, call: {customerName: Ada}}}")
    own = load_scenarios([path], "en_US")
    context = create_context(Settings(epoch=0, scenarios=own, scenario_files=(path,)), lambda: 5.0)

    def name(room: str = "mock-vip") -> object:
        question = Question("w", room)
        shown = context.world.show(question, context.world.scenario(question, 5.0), 5.0)
        assert shown is not None
        return orjson.loads(shown.body)["customerName"]

    assert name() == "Ada"
    path.write_text("scenarios: {vip: {description: x, call: {customerName: Bob}}, "
                    "new: {description: x, call: {customerName: Eve}}}")  # fmt: skip
    reload_scenarios([path], context)
    assert (name(), name("mock-new")) == ("Bob", "Eve")
    assert "new" in context.preferences.choices("scenario")
    path.write_text("scenarios: {vip: {description: x, call: {customerName: 5}}}")
    reload_scenarios([path], context)
    assert name() == "Bob"
    assert "scenarios.vip.call.customerName" in caplog.text
