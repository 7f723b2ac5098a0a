"""Calls can be read from the first line to the last, in every language."""

from collections import Counter

import orjson
import pytest

from mockserver.cli import _tell_language
from mockserver.simulation import Question, World, builtin_scenarios
from mockserver.simulation.dialogue import language, languages
from tests.conversations_page import PAGE, with_calls
from tests.mockserver.conversations import (
    EPOCH,
    FAULTS,
    LOCALES,
    Call,
    Said,
    faults,
    read_rooms,
)

_LONG = "Let me see where that package is right now."


@pytest.mark.parametrize("code", languages())
def test_calls_can_be_read_to_the_end(code: str) -> None:
    """Of some ordinary calls, and of the longest, nothing is said twice or against the story."""
    for room, call in read_rooms(code, [*(f"call-{n}" for n in range(40)), "mock-long-call"]):
        assert list(faults(call)) == [], room


@pytest.mark.endurance
@pytest.mark.parametrize("code", languages())
def test_hundreds_of_calls_can_be_read_to_the_end(code: str) -> None:
    """The same, of 500 rooms."""
    found = Counter(
        kind
        for _, call in read_rooms(code, (f"r{n}" for n in range(500)))
        for kind, _ in faults(call)
    )
    assert not found


@pytest.mark.parametrize("code", languages())
def test_scenarios_and_scenes_can_be_read_to_the_end(code: str) -> None:
    """So can those that a scenario plays; a scene is one matter, whose mood it is about."""
    names = ("escalation", "recovery", "handover", "transfer-requested", "muted-agent",
             "unknown-caller", "unnamed-caller")  # fmt: skip
    for room, call in read_rooms(code, (f"mock-{name}" for name in names)):
        kinds = [one for one in faults(call) if one[0] != "unmoved" or "muted" not in room]
        assert kinds == [], room


def said(role: str, content: str, topic: str = "delivery", **values: str) -> Said:
    """Return a line."""
    return Said(role, content, topic, list(values.items()))


BAD = {
    "line twice": [said("agent", _LONG), said("agent", _LONG)],
    "two values": [said("customer", "It is 1.", order="1"), said("agent", "For 12.", order="12")],
    "shared value": [said("customer", "1.", order="1"), said("agent", "1!", "billing", order="1")],
    "asked again": [said("customer", "a@b.c", email="a@b.c"), said("agent", "Your email?"),
                    said("customer", "a@b.c!", email="a@b.c")],
    "date": [said("agent", "On June 5.", date="June 5")],
    "punctuation": [said("customer", "At 4 , Elm Street.")],
    "empty slot": [said("customer", "It is {order}.")],
    "unmoved": [said("customer", "Hello.")],
    "unreadable": [Said("agent", "Hm.", "delivery", [], readable=False)],
}  # fmt: skip


def test_a_line_ends_once() -> None:
    """Where a wording that asks stands before a full stop, nobody would write both."""
    call = Call(language("pt"), 1_780_000_000, [said("customer", "E cadê a fonte?.")])
    assert "punctuation" in {kind for kind, _ in faults(call)}


@pytest.mark.parametrize("kind", FAULTS)
def test_the_reader_finds_what_is_wrong(kind: str) -> None:
    """Each thing that is looked for is found where it is."""
    call = Call(language("en"), 1_780_000_000, BAD[kind])
    assert kind in {found for found, _ in faults(call)}


def test_in_japanese_a_value_may_be_read_with_what_follows_it() -> None:
    """Only what begins with the other is the same value; so it is nowhere else."""
    lines = [said("customer", "…", plan="光"), said("agent", "…", plan="光の速さ")]
    found = {
        code: [kind for kind, _ in faults(Call(language(code), 1_780_000_000, lines))]
        for code in languages()
    }
    assert [code for code in found if "two values" not in found[code]] == ["ja"]
    other = [said("customer", "…", plan="光"), said("agent", "…", plan="星の光")]
    assert "two values" in {kind for kind, _ in faults(Call(language("ja"), 1_780_000_000, other))}


def test_a_page_without_its_place_is_told() -> None:
    """And none is taken for one that is up to date."""
    for text in ("no marks", "<!-- calls: -->\n<!-- /calls -->" * 2):
        with pytest.raises(AssertionError, match="places for calls"):
            with_calls(text)


def test_page_of_calls_is_up_to_date() -> None:
    """What ``make docs`` would write is there."""
    text = PAGE.read_text("utf-8")
    assert text == with_calls(text)
    for code in languages():
        assert f"| {len(language(code).topics)} |" in next(
            line for line in text.splitlines() if line.startswith(f"| `{code}_…`")
        )


def test_languages_are_those_read() -> None:
    """A language that is added is read as well."""
    assert set(languages()) <= set(LOCALES)


@pytest.mark.parametrize(
    ("locale", "told"),
    [("en_US", ""), ("de_AT", ""), ("pt_PT", ""), ("sv_SE", "sv_SE: there are no dialogues")],
)
def test_it_is_said_which_language_is_spoken(
    locale: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a locale's own language is not."""
    _tell_language(locale)
    said = capsys.readouterr().err
    assert told in said
    assert bool(said) == bool(told)
    assert not told or "spoken in English" in said


@pytest.mark.parametrize("code", languages())
def test_the_longest_call_has_hundreds_of_lines(code: str) -> None:
    """When it comes into view, and all of them different ones, as the others here say."""
    world = World(0, EPOCH, LOCALES[code], builtin_scenarios())
    for room in ("mock-long-call", "mock-long-call-2", "mock-long-call-3"):
        question = Question("ws", room)
        shown = world.show(question, world.scenario(question, EPOCH), EPOCH)
        assert shown is not None
        assert len(orjson.loads(shown.body)["transcript"]) > 600
