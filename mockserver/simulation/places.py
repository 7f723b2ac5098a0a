"""Places by locale: their people and addresses, and the conventions of their country.

Faker supplies people and places; telephone numbers, money and what else a country has of its own
come from ``countries.yaml``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import Any

from faker import Faker

from mockserver.simulation.money import Money
from mockserver.simulation.randomness import Draws
from openapi.documents import read_yaml

__all__ = ["LOCALES_KEPT", "Place", "faked", "latin", "place", "tidy"]

LOCALES_KEPT = 16
_COUNTRY_WITHOUT_ENTRY = "US"
_TRIES = 20
_SPACED, _DOUBLED = re.compile(r" +([,.;:!?])"), re.compile(r"(,\s*)*,")


@dataclass(frozen=True)
class Place:
    """A locale as the simulation uses it: its people and places, and the country's conventions.

    ``street`` is a pattern of Faker's, in which ``{city}`` and ``{road}`` are left to be filled in.
    """

    locale: str
    phones: tuple[str, ...]
    money: Money
    name: str
    street: str
    roads: tuple[str, ...]
    cities: tuple[str, ...]
    letters: Mapping[int, str]

    def phone(self, rng: Draws) -> str:
        """Return an E.164 number that the country keeps free for fiction."""
        number = rng.choice(self.phones)
        prefix = number.rstrip("x")
        digits = len(number) - len(prefix)
        return f"{prefix}{rng.below(10**digits):0{digits}}"


# All that names and addresses are made of; loading the others takes four times as long.
_PROVIDERS = [f"faker.providers.{name}" for name in ("address", "misc", "person")]


@lru_cache(LOCALES_KEPT)
def _faker(locale: str) -> Any:
    faker = Faker(locale, providers=_PROVIDERS, use_weighting=False)
    return faker[faker.locales[0]]


@cache
def place(locale: str) -> Place:
    """Return the place for a Faker locale such as ``es_ES``.

    Raises:
        AttributeError: Faker does not know the locale.
    """
    countries = read_yaml(files(__package__).joinpath("countries.yaml"))
    locale = locale.replace("-", "_")
    _faker(locale)
    country = countries.get(locale) or countries.get(locale.rpartition("_")[2], {})
    default = countries[_COUNTRY_WITHOUT_ENTRY]
    return Place(
        locale=locale,
        phones=tuple(country.get("phones", default["phones"])),
        money=Money.read(country, default["money"]),
        name=country.get("name", "{first_name} {last_name}"),
        street=country.get("street", "{{street_address}}"),
        roads=tuple(country.get("roads", ())),
        cities=tuple(country.get("cities", ())),
        letters=str.maketrans(country.get("letters", {})),
    )


_seeding = Lock()  # a locale's Faker has one source of chance


def faked(locale: str, pattern: str, first: int, count: int) -> list[str]:
    """Return ``count`` of what a pattern of Faker's, such as ``{{city}}``, stands for."""
    faker = _faker(locale)
    with _seeding:
        faker.seed_instance(f"{pattern} {first}")
        return [_proper(faker, pattern) for _ in range(count)]


def _proper(faker: Any, pattern: str) -> str:
    """Return one that is no name in small letters, and no house's number such as 042.

    In some locales a town may be called by a family's name alone, such as "da Luz".
    """
    made = tidy(str(faker.parse(pattern)))
    for _ in range(_TRIES):
        if made[:1] != "0" and ("name" in pattern or not made[:1].islower()):
            break
        made = tidy(str(faker.parse(pattern)))
    return made


def tidy(text: str) -> str:
    """Return what Faker made as somebody writes it in a sentence: one line, spaces as they belong.

    Formats of several locales leave a space before a comma where a part of an address is missing.
    """
    line = " ".join(text.strip().replace("\n", ", ").split())
    return _DOUBLED.sub(",", _SPACED.sub(r"\1", line)).strip(", ")


@lru_cache(LOCALES_KEPT)
def latin(locale: str) -> Mapping[str, str]:
    """Return names in Latin letters, as far as Faker knows them where others are written."""
    found = (
        getattr(provider, f"{part}_name_pairs", ())
        for provider in _faker(locale).get_providers()
        for part in ("first", "last")
    )
    return {written: latin for pairs in found for written, _, latin in pairs}
