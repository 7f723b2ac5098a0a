"""What a team says a call is about, and how the answer is asked for, delayed and refused."""

from pathlib import Path

import pytest

from mockserver.scenario_files import load_scenarios
from mockserver.simulation import ScenarioFileError
from openapi import contract_operations
from tests.mockserver.conftest import Client, MakeClient
from tests.mockserver.directed import ROOM, happen, send
from tests.mockserver.family import ask_insights as ask
from tests.mockserver.family import insights, listed


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else has asked anything."""
    return make_client()


OWN = """
scenarios:
  plain:
    description: Lines of our own.
    lines:
      - {role: agent, content: Good morning!, at: 2}
      - {role: customer, content: My kettle leaks., at: 6}
  told:
    description: Lines and insights of our own.
    lines: [{role: agent, content: Good morning!, at: 2}]
    sentiment: [{at: 0, value: calm}]
    insights:
      - {at: 20, summary: It leaks., urgency: high}
      - {topics: [kettle], suggestions: [Offer tea]}
"""


@pytest.fixture
def own(tmp_path: Path, make_client: MakeClient) -> Client:
    """A mock with a team's own scenarios."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    return make_client(scenarios=load_scenarios([path], "en_US"))


def test_lines_of_a_teams_own_are_quoted(own: Client) -> None:
    """The summary says who has said what; no topic is made up."""
    first, second = (insights(own, "mock-plain", f"at={at}") for at in (3, 7))
    assert first["summary"] == "The agent said: “Good morning!”"
    assert second["summary"] == f"{first['summary']} The customer said: “My kettle leaks.”"
    assert first["suggestions"] != second["suggestions"]
    assert second["topics"] == []
    spanish = insights(own, "mock-plain", "at=7, locale=es_ES")
    assert spanish["summary"].endswith("El cliente dijo: «My kettle leaks.».")


def test_a_scenario_can_have_insights_of_its_own(own: Client) -> None:
    """Each holds from its moment on; what it leaves open follows from the lines."""
    early = insights(own, "mock-told", "at=10")
    assert early == {
        "sentiment": "calm",
        "topics": ["kettle"],
        "summary": "The agent said: “Good morning!”",
        "suggestions": ["Offer tea"],
    }
    late = insights(own, "mock-told", "at=20")
    assert late == {**early, "summary": "It leaks.", "urgency": "high"}


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ("[{topics: kettle}]", "scenarios.vip.insights.0.topics"),
        ("[{at: -1, summary: x}]", "scenarios.vip.insights.0.at"),
        ("[{sentiment: good}]", "scenarios.vip.insights.0.sentiment"),
        ("{summary: x}", "scenarios.vip.insights"),
        ("[{summary: x, at: 70}], schedule: {live: 60}", "scenarios.vip.insights.0.at"),
    ],
)
def test_a_mistake_in_them_is_one_line(tmp_path: Path, entry: str, where: str) -> None:
    """The line names the file, and the place in it."""
    path = tmp_path / "own.yaml"
    path.write_text(f"scenarios: {{vip: {{description: x, insights: {entry}}}}}")
    with pytest.raises(ScenarioFileError) as caught:
        load_scenarios([path], "en_US")
    assert str(caught.value).startswith(f"{path}: {where}: ")
    assert "\n" not in str(caught.value)


def test_built_in_scenarios_have_what_their_lines_ask_for(client: Client) -> None:
    """What tests markup, scripts and unknown fields in a call tests them here, too."""
    assert "<script>" in insights(client, "mock-markup")["topics"][1]
    assert "👩🏽‍💻" in insights(client, "mock-unicode")["summary"]
    assert "confidence" in insights(client, "mock-forward-compatible")
    documented = contract_operations()["getCallInsights"].examples()["documented"]
    assert insights(client, "mock-documented") == documented
    assert insights(client, "r", "example=documented") == documented


def test_preferences_count(client: Client) -> None:
    """A moment, a language, a status, a fault and a delay, as for the call itself."""
    answer = ask(client, prefer="scenario=escalation, at=200, locale=es_ES")
    assert answer.headers["preference-applied"] == "scenario=escalation, at=200, locale=es_ES"
    assert answer.json()["topics"] == ["cortes de internet sin resolver"]
    assert answer.headers["date"] == client.get(
        "r", prefer="scenario=escalation, at=200, locale=es_ES"
    ).headers["date"]  # fmt: skip
    assert ask(client, prefer="code=503, retry-after=3").headers["retry-after"] == "3"
    assert ask(client, prefer="at=99999").status_code == 404
    assert ask(client, "mock-429").status_code == 429
    assert ask(client, prefer="scenario=nope").status_code == 400
    assert ask(client, "mock-nope").status_code == 404
    broken = ask(client, prefer="fault=malformed")
    with pytest.raises(ValueError, match="Expecting"):
        broken.json()


def test_directions_count(client: Client) -> None:
    """Steps are used up here as well; another workspace is told nothing of it."""
    send(client, "PUT", ROOM, {"steps": [{"code": 500, "times": 2}, {"scenario": "recovery"}]})
    assert [ask(client).status_code for _ in range(3)] == [500, 500, 200]
    assert insights(client)["summary"]
    assert ask(client, "r", "ws-other").status_code == 200
    happen(client, "end")
    assert ask(client).status_code == 404


def test_the_board_has_a_room_whose_insights_were_asked_for(client: Client) -> None:
    """As it has one whose call was asked for, in the same workspace alone."""
    assert "call-seen" not in listed(client)
    insights(client, "call-seen")
    assert "call-seen" in listed(client)
    assert "call-seen" not in listed(client, "ws-other")


def test_limits_keys_and_closed_worlds_count(make_client: MakeClient) -> None:
    """What keeps a client from the call keeps it from the insights."""
    client = make_client(api_key="k", rooms=((None, "open"),))
    assert ask(client, "open").status_code == 401
    key = {"x-api-key": "k"}
    assert ask(client, "open", **key).status_code == 200
    assert ask(client, "closed", **key).status_code == 404


def test_equal_questions_have_equal_answers(make_client: MakeClient) -> None:
    """Another process, and another order of asking, give the same bytes."""
    moments = [f"at={at}" for at in (10, 100, 300, 450)]
    one, other = make_client(), make_client()
    first = [ask(one, prefer=moment).content for moment in moments]
    assert [ask(other, prefer=moment).content for moment in reversed(moments)][::-1] == first
    assert len(set(first)) == len(first)
