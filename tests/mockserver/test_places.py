"""Places: what a country writes in its own way."""

import json
import re
from importlib.resources import files

import pytest

from mockserver.simulation import Question, World, builtin_scenarios
from mockserver.simulation.places import place
from openapi.documents import read_yaml

COUNTRIES = read_yaml(files("mockserver.simulation").joinpath("countries.yaml"))
WITH_ROADS = ("en_AU", "en_CA", "en_GB", "en_US")
ROOMS, START = 60, 1_780_000_000


@pytest.mark.parametrize("locale", WITH_ROADS)
def test_an_address_is_a_road_of_the_country_in_one_of_its_towns(locale: str) -> None:
    """Nobody lives at 29091 Glenda Crossroad in West Rhonda."""
    here, said = COUNTRIES[locale.removeprefix("en_")], []
    world = World(1, START, locale, builtin_scenarios())
    for number in range(ROOMS):
        question = Question("ws-acme", f"call-{number}", scenario="escalation")
        shown = world.show(question, world.scenario(question, START), START + 400.0, ())
        assert shown is not None
        said += [line["content"] for line in json.loads(shown.body)["transcript"]]
    roads = "|".join(map(re.escape, here["roads"]))
    towns = "|".join(map(re.escape, here["cities"]))
    address = re.compile(rf"\b\d{{1,4}} [A-Z][\w' -]+ (?:{roads})(?:,| in) (?:{towns})\.")
    assert "{" not in "".join(said)
    assert sum(bool(address.search(line)) for line in said) > ROOMS // 2, said[:20]


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
