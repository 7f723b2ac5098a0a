"""Who is on the line, and the particulars that the conversation mentions.

Faker supplies people and places by locale; telephone numbers come from ``countries.yaml``. Both are
made in stock when a locale is first needed: two thousand callers, and as many matters to call
about, of which each call chooses. That takes a hundredth of the time that Faker does.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from faker import Faker

from mockserver.simulation.clock import as_datetime
from mockserver.simulation.dialogue import Language, language
from mockserver.simulation.performance import json_text
from mockserver.simulation.randomness import Draws, digest
from openapi.documents import read_yaml

__all__ = ["Particulars", "Place", "place"]

_COUNTRY_WITHOUT_ENTRY = "US"
_COMMA = str.maketrans(",.", ".,")
_CHOICES, _STOCK = 1000, 2048
_LOCALES_KEPT, _DAYS_KEPT = 16, 4096
_DAY_SECONDS = 24 * 3600
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O, which are hard to tell from digits


@dataclass(frozen=True)
class Place:
    """A locale as the simulation uses it: its people and places, and the country's conventions."""

    locale: str
    phones: tuple[str, ...]
    money: str
    name: str
    street: str
    decimals: int
    scale: int
    comma: bool

    def phone(self, rng: Draws) -> str:
        """Return an E.164 number that the country keeps free for fiction."""
        number = rng.choice(self.phones)
        prefix = number.rstrip("x")
        digits = len(number) - len(prefix)
        return f"{prefix}{rng.below(10**digits):0{digits}}"

    def sum_of_money(self, rng: Draws, low: int, high: int) -> str:
        """Return a price of about ``low`` to ``high`` dollars, as the country writes it or in $."""
        amount = f"{rng.uniform(low, high) * self.scale:,.{self.decimals}f}"
        return self.money.format(amount=amount.translate(_COMMA) if self.comma else amount)


@lru_cache(_LOCALES_KEPT)
def _faker(locale: str) -> Any:
    faker = Faker(locale, use_weighting=False)
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
        money=country.get("money", default["money"]),
        name=country.get("name", "{first_name} {last_name}"),
        street=country.get("street", "{{street_address}}"),
        decimals=country.get("decimals", 2),
        scale=country.get("scale", 1),
        comma=country.get("comma", False),
    )


@lru_cache(3 * _LOCALES_KEPT)
def _faked(locale: str, pattern: str) -> tuple[str, ...]:
    """Return what a pattern of Faker's, such as ``{{city}}``, stands for, to choose from."""
    faker = _faker(locale)
    faker.seed_instance(0)
    made = (str(faker.parse(pattern)).strip() for _ in range(_CHOICES))
    return tuple(text.replace("\n", ", ") for text in made)


_agent = cache(json_text)  # there are few


# What each slot of a dialogue may hold, apart from names and what follows from them.
_SLOTS: Mapping[bytes, Callable[[Place, Language, Draws], str]] = {
    b"city": lambda here, _, rng: rng.choice(_faked(here.locale, "{{city}}")),
    b"street": lambda here, _, rng: rng.choice(_faked(here.locale, here.street)),
    b"order": lambda _, __, rng: f"{rng.between(10, 99)}-{rng.between(10_000, 99_999)}",
    b"reference": lambda _, __, rng: (
        f"{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}-{rng.between(1000, 9999)}"
    ),
    b"amount": lambda here, _, rng: here.sum_of_money(rng, 40, 400),
    b"fee": lambda here, _, rng: here.sum_of_money(rng, 5, 39),
    b"time": lambda _, __, rng: f"{rng.between(8, 17)}:{rng.choice(('00', '15', '30', '45'))}",
    b"product": lambda _, spoken, rng: rng.choice(spoken.products),
    b"plan": lambda _, spoken, rng: rng.choice(spoken.plans),
    b"company": lambda _, spoken, rng: rng.choice(spoken.companies),
}


@lru_cache(_LOCALES_KEPT)
def _matters(locale: str) -> tuple[Mapping[bytes, bytes], ...]:
    """Return what calls of a locale can be about, each with a value for every slot."""
    here, spoken, rng = place(locale), language(locale), Draws(digest(0, "matters"))
    return tuple(
        {slot: json_text(make(here, spoken, rng)) for slot, make in _SLOTS.items()}
        for _ in range(_STOCK)
    )


@lru_cache(_LOCALES_KEPT)
def _callers(locale: str) -> tuple[Mapping[bytes, bytes], ...]:
    """Return who can call in a locale."""
    rng = Draws(digest(0, "callers"))
    return tuple(_caller(place(locale), rng) for _ in range(_STOCK))


def _caller(here: Place, rng: Draws) -> Mapping[bytes, bytes]:
    first, last = (
        rng.choice(_faked(here.locale, part)) for part in ("{{first_name}}", "{{last_name}}")
    )
    mailbox = ".".join(filter(None, map(_plain_word, (first, last)))) or "customer"
    texts = {
        b"first_name": first,
        b"last_name": last,
        b"full_name": here.name.format(first_name=first, last_name=last),
        b"email": f"{mailbox}{rng.between(10, 99)}@example.com",
    }
    return {slot: json_text(text) for slot, text in texts.items()}


def _plain_word(name: str) -> str:
    """Return the part of a name that can stand in an email address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(word for word in plain.lower().split() if word.isalpha())


@lru_cache(_DAYS_KEPT)
def _day(locale: str, number: int) -> bytes:
    """Return how a day is called; ``number`` counts days since 1970."""
    spoken, day = language(locale), as_datetime(number * _DAY_SECONDS)
    return json_text(spoken.date.format(month=spoken.months[day.month - 1], day=day.day))


class Particulars(dict[bytes, bytes]):
    """The values of the slots of one call: those of a matter, and of who calls about it.

    Names and values are as they are inside a JSON string.

    ``key`` are six random bytes of the call's own; ``started`` is in UTC Unix seconds. How a day is
    called is found when a line mentions one.
    """

    __slots__ = ("_key", "_place", "_started")

    def __init__(self, key: bytes, started: int, here: Place, agent: str) -> None:
        super().__init__(_matters(here.locale)[_below(_STOCK, key[:2])])
        self.update(_callers(here.locale)[_below(_STOCK, key[2:4])])
        self[b"agent"] = _agent(agent)
        self._key, self._started, self._place = key, started, here

    def __missing__(self, slot: bytes) -> bytes:
        first, last = _DAYS[slot]
        days = first + _below(last - first + 1, self._key[4:6])
        value = self[slot] = _day(self._place.locale, self._started // _DAY_SECONDS + days)
        return value


def _below(bound: int, pair: bytes) -> int:
    """Return a number from 0 to ``bound`` - 1 by two random bytes."""
    return int.from_bytes(pair) * bound >> 16


_DAYS: Mapping[bytes, tuple[int, int]] = {b"date": (-23, -4), b"due_date": (2, 12)}
"""How many days after the call those are that it mentions."""
