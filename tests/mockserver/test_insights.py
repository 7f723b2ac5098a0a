"""What a call is about follows from what has been said in it, and from nothing else."""

import re

import pytest

from mockserver.simulation.dialogue import language
from tests.mockserver.conftest import Client, MakeClient
from tests.mockserver.directed import ROOM, happen, send
from tests.mockserver.family import insights, listed, take_out

LOCALES = ["en_US", "es_ES", "ja_JP"]
# What is particular about a call: numbers of all kinds, sums, dates, email addresses.
PARTICULAR = re.compile(r"[\w.]+@[\w.]*\w|[A-Z]{2}-\d+|\d(?:[\d.,:-]*\d)?", re.ASCII)


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock that nobody else has asked anything."""
    return make_client()


def said(client: Client, room: str, prefer: str) -> str:
    """Return all that has been said."""
    return "\n".join(line["content"] for line in client.call(room, prefer=prefer)["transcript"])


@pytest.mark.parametrize("locale", LOCALES)
def test_nobody_has_spoken(make_client: MakeClient, locale: str) -> None:
    """No topic, a summary that says so, and to greet is what is suggested."""
    client = make_client(locale=locale)
    phrases = language(locale).phrases
    expected = {
        "sentiment": "neutral",
        "topics": [],
        "summary": phrases.silence,
        "suggestions": list(phrases.after["nobody"]),
    }
    for room in ("mock-greeting", "mock-silent", "call-new"):
        assert insights(client, room, prefer="at=0") == expected


@pytest.mark.parametrize("locale", LOCALES)
def test_it_grows_with_the_call(make_client: MakeClient, locale: str) -> None:
    """Topics stay, each once; a matter's summary is only continued; the mood is the detail's."""
    client = make_client(locale=locale)
    topics: list[str] = []
    summary, most, phases = "", 0, set()
    for at in range(0, 475, 8):
        prefer = f"at={at}"
        now = insights(client, "call-7", prefer)
        assert now["sentiment"] == client.call("call-7", prefer=prefer)["sentiment"]
        assert now["topics"][: len(topics)] == topics
        assert len(set(now["topics"])) == len(now["topics"])
        if topics and now["topics"] == topics:
            assert now["summary"].startswith(summary)
        assert 2 <= len(now["suggestions"]) <= 3
        topics, summary = now["topics"], now["summary"]
        most = max(most, len(summary))
        phases.add(tuple(now["suggestions"]))
    assert len(topics) >= 2
    assert len(phases) >= 10
    assert 100 < most < 1500


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("room", ["call-1", "mock-recovery", "mock-transfer-requested"])
def test_it_says_only_what_has_been_said(make_client: MakeClient, locale: str, room: str) -> None:
    """Whatever is particular about the call is in the transcript of the same moment."""
    client = make_client(locale=locale)
    told = set()
    for at in range(0, 420, 14):
        prefer = f"at={at}"
        now = insights(client, room, prefer)
        transcript = said(client, room, prefer)
        found = PARTICULAR.findall("\n".join([now["summary"], *now["suggestions"]]))
        assert [one for one in found if one not in transcript] == []
        told.update(found)
    assert len(told) >= 4


@pytest.mark.parametrize("room", ["mock-unknown-caller", "mock-unnamed-caller"])
def test_a_customer_who_stays_unknown_is_named_nowhere(client: Client, room: str) -> None:
    """They give a number instead, in the call as in what is told of it."""
    numbers = 0
    for at in range(0, 470, 10):
        prefer = f"at={at}"
        call = client.call(room, prefer=prefer)
        assert call.get("customerName") is None
        summary = insights(client, room, prefer)["summary"]
        assert "@example.com" not in said(client, room, prefer) + summary
        numbers += len(re.findall(r"\b\d{3} \d{3} \d{3}\b", summary))
    assert numbers


def test_older_matters_are_told_in_short(client: Client) -> None:
    """A call of over an hour has a summary that can be read."""
    now = insights(client, "mock-long-call")
    assert len(now["topics"]) == len(set(now["topics"])) > 6
    assert len(now["summary"]) < 2000
    assert now["summary"].startswith("Settled earlier in the call: ")
    assert now["summary"].count(now["topics"][0]) <= 1


def test_what_is_said_by_events_counts(client: Client) -> None:
    """Lines without a note are quoted, whatever is in them; the mood is the event's."""
    send(client, "PUT", ROOM, {"scenario": "silent", "starts": "now"})
    happen(client, "say", role="customer", content="Is {order} 100% “safe” or %(amount)b?")
    now = insights(client)
    assert now["summary"] == "The customer said: “Is {order} 100% “safe” or %(amount)b?”"
    assert now["topics"] == []
    assert now["suggestions"] == ["Respond to what the customer has just said",
                                  "Ask about what is unclear"]  # fmt: skip
    happen(client, "say", role="agent", content="x" * 500)
    happen(client, "say", role="system", content="The line was checked.")
    happen(client, "sentiment", value="elated")
    now = insights(client)
    assert now["sentiment"] == client.call("r")["sentiment"] == "elated"
    assert len(now["summary"]) < 300
    assert "x…”" in now["summary"]
    assert now["summary"].endswith("system said: “The line was checked.”")
    happen(client, "say", role="customer", content="Good.")
    assert "100%" not in insights(client)["summary"]  # only the latest lines are quoted
    for _ in range(5):
        happen(client, "say", role="customer", content="Hello?")
    assert insights(client)["summary"] == " ".join(["The customer said: “Hello?”"] * 3)


def test_what_is_said_by_events_stands_where_it_was_said(client: Client) -> None:
    """Between what the script has said, in its order; the script's next note has its say again."""
    send(client, "PUT", ROOM, {"scenario": "recovery", "starts": "now"})
    client.now += 60
    before = insights(client)
    happen(client, "say", role="customer", content="Hello?")
    now = insights(client)
    assert now["summary"] == f"{before['summary']} The customer said: “Hello?”"
    assert now["topics"] == before["topics"] == ["order complaint"]
    client.now += 60
    later = insights(client)
    assert later["summary"].startswith(now["summary"])
    assert len(later["summary"]) > len(now["summary"])
    assert later["suggestions"] not in (now["suggestions"], before["suggestions"])


def test_a_person_who_takes_over_is_told_of(client: Client) -> None:
    """Once the agent is muted the matter stays, and what the person says is summed up."""
    client.call("call-muted")
    client.now += 60
    before = insights(client, "call-muted")
    assert take_out(client, "call-muted").status_code == 200
    client.now += 90
    after = insights(client, "call-muted")
    assert after["topics"] == before["topics"]
    assert after["summary"].startswith(before["summary"])
    assert "A person has taken over from the AI agent." in after["summary"]
    assert after["sentiment"] == client.call("call-muted")["sentiment"]


def test_a_person_is_asked_for(client: Client) -> None:
    """The board says so from the line on that asks, and not of other calls."""
    rooms = ("mock-transfer-requested", "mock-handover", "mock-escalation", "mock-recovery")
    for room in rooms:
        client.call(room)
    asked = {room: listed(client)[room]["transferRequested"] for room in rooms}
    assert asked == {room: room == "mock-transfer-requested" for room in rooms}
    client.now += 380
    for room in rooms:
        client.call(room)
    asked = {room: listed(client)[room]["transferRequested"] for room in rooms}
    assert asked == {room: room != "mock-recovery" for room in rooms}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_person_who_is_asked_for_does_not_come(make_client: MakeClient, locale: str) -> None:
    """Nobody but the agent and the customer is ever in the room."""
    client = make_client(locale=locale)
    for _ in range(13):
        assert len(client.call("mock-transfer-requested")["participants"]) == 2
        client.now += 30
