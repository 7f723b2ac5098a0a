"""Calls can be read from the first line to the last, in every language."""

import re
from collections import Counter
from unicodedata import normalize

import orjson
import pytest
from faker.config import AVAILABLE_LOCALES

from mockserver.cli import _tell_language
from mockserver.simulation import Question, World, builtin_scenarios
from mockserver.simulation.dialogue import language, languages
from mockserver.simulation.performance import Facts
from mockserver.simulation.persona import _STOCK, _callers
from mockserver.simulation.places import place, tidy
from tests.conversations_page import PAGE, with_calls
from tests.mockserver.conversations import (
    EPOCH,
    FAULTS,
    LOCALES,
    Call,
    Said,
    faults,
    is_misspaced,
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


def everybody(locale: str) -> list[Facts]:
    """Return all who can call in a locale."""
    return [_callers(locale)[number] for number in range(_STOCK)]


@pytest.mark.parametrize(
    ("made", "text"),
    [
        ("Calle Mayor 4 Puerta 4 ,\n Baleares", "Calle Mayor 4 Puerta 4, Baleares"),
        ("12 , , Elm  Street , ", "12, Elm Street"),
        ("1 Elm Street\nSuite 3", "1 Elm Street, Suite 3"),
    ],
)
def test_addresses_stand_well_in_a_sentence(made: str, text: str) -> None:
    """Whatever a locale's format leaves out, no space stands before a comma."""
    assert tidy(made) == text


@pytest.mark.parametrize("locale", ["es_ES", "de_AT", "it_IT", "pl_PL", "hu_HU", "ko_KR", "uk_UA"])
def test_places_of_any_locale_stand_well_in_a_sentence(locale: str) -> None:
    """In languages with dialogues and without."""
    for caller in everybody(locale):
        for slot in (b"street", b"city"):
            assert not is_misspaced(caller[slot].decode(), "en")


@pytest.mark.filterwarnings("ignore:fr_QC locale is deprecated")
@pytest.mark.parametrize("locale", sorted(AVAILABLE_LOCALES))
def test_somebody_can_call_in_any_locale(locale: str) -> None:
    """Whatever its names and addresses are made of."""
    assert all(_callers(locale)[0].values())


@pytest.mark.parametrize("locale", ["fr_FR", "pt_BR"])
def test_towns_are_on_the_map(locale: str) -> None:
    """Where Faker makes them up, and a French "de" would have to be shortened before many."""
    towns = {caller[b"city"].decode().strip('"') for caller in everybody(locale)}
    assert towns <= set(place(locale).cities)
    assert locale != "fr_FR" or not [town for town in towns if town[0] in "AEÉHIOUY"]


def test_houses_have_numbers_as_on_a_street() -> None:
    """In German, of two digits at most."""
    streets = [caller[b"street"].decode().strip('"') for caller in everybody("de_DE")]
    assert all(re.fullmatch(r"\D+ [1-9]\d?", street) for street in streets)


def test_email_addresses_spell_names_as_their_owners_do() -> None:
    """A German umlaut is two letters there, and a double name keeps its hyphen."""
    callers = [
        tuple(caller[slot].decode().strip('"') for slot in (b"full_name", b"email"))
        for caller in everybody("de_DE")
    ]
    spelt = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    for name, email in callers:
        plain = normalize("NFKD", name.lower().translate(spelt)).encode("ascii", "ignore").decode()
        words = (word for word in plain.split() if word.replace("-", "").isalpha())
        assert all(word in email for word in words), name
    assert any("-" in email for _, email in callers)


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
