"""Places: who lives there and where, and what a country writes in its own way."""

import re
from unicodedata import normalize

import pytest
from faker.config import AVAILABLE_LOCALES

from mockserver.simulation.performance import Facts
from mockserver.simulation.persona import _STOCK, _callers
from mockserver.simulation.places import place, tidy
from tests.mockserver.conversations import is_misspaced

WITH_TOWNS = ("en_AU", "en_CA", "en_GB", "en_IE", "en_US", "fr_CA", "fr_FR", "pt_BR")


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
    caller = _callers(locale)[0]
    assert all(caller.values())
    assert not [value for value in caller.values() if b"{" in value]


@pytest.mark.parametrize("locale", WITH_TOWNS)
def test_towns_are_on_the_map(locale: str) -> None:
    """Where Faker makes them up, and a French "de" would have to be shortened before many."""
    towns = {caller[b"city"].decode().strip('"') for caller in everybody(locale)}
    assert towns <= set(place(locale).cities)
    assert locale not in ("fr_CA", "fr_FR") or not [town for town in towns if town[0] in "AEÉHIOUY"]


@pytest.mark.parametrize("locale", ["en_AU", "en_CA", "en_GB", "en_US"])
def test_english_streets_are_roads_of_the_country(locale: str) -> None:
    """Nobody lives at 29091 Glenda Crossroad."""
    roads = "|".join(place(locale).roads)
    address = re.compile(rf"[1-9]\d{{0,3}} \S.* (?:{roads})")
    streets = [caller[b"street"].decode() for caller in everybody(locale)]
    assert not [street for street in streets if not address.fullmatch(street)]


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
    ("locale", "written"),
    [
        ("de_DE", "2.500 €"),
        ("en_US", "$2,500"),
        ("fr_CA", "2\u202f500 $"),
        ("fr_FR", "2\u202f500 €"),
        ("fi_FI", "2\u202f500 €"),
        ("pt_BR", "R$ 5.000"),
    ],
)
def test_thousands_are_grouped_as_in_the_country(locale: str, written: str) -> None:
    """A comma is a point elsewhere, and a narrow space in others."""
    assert place(locale).money.round(2500) == written
