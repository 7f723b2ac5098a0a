"""Who is on the line, and the particulars that the conversation mentions.

Faker supplies people and places by locale; telephone numbers come from ``countries.yaml``. Of each
kind of particular there are a thousand to choose from, made when the first is needed: to choose
takes a hundredth of the time that Faker does. A name has two parts, so a million people call.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from faker import Faker

from .clock import as_datetime
from .dialogue import Language, language
from .performance import Particular, spoken_seconds
from .randomness import Draws, digest

__all__ = ["Particulars", "Place", "place"]

_COUNTRY_WITHOUT_ENTRY = "US"
_COMMA = str.maketrans(",.", ".,")
_CHOICES = 1000  # of a kind
_LOCALES_KEPT, _CHOICES_KEPT, _DAYS_KEPT = 16, 256, 4096
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
    countries = yaml.safe_load(files(__package__).joinpath("countries.yaml").read_text("utf-8"))
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


@lru_cache(_CHOICES)  # for those of a call that many have
def _particular(text: str) -> Particular:
    return Particular(text, spoken_seconds(text))


def _by_pattern(here: Place, pattern: str) -> str:
    """Return what a pattern of Faker's, such as ``{{city}}``, stands for in a place."""
    return str(_faker(here.locale).parse(pattern)).replace("\n", ", ")


_SLOTS: Mapping[str, Callable[[Place, Language, Draws], str]] = {
    "first_name": lambda here, *_: _by_pattern(here, "{{first_name}}"),
    "last_name": lambda here, *_: _by_pattern(here, "{{last_name}}"),
    "city": lambda here, *_: _by_pattern(here, "{{city}}"),
    "street": lambda here, *_: _by_pattern(here, here.street),
    "order": lambda _, __, rng: f"{rng.between(10, 99)}-{rng.between(10_000, 99_999)}",
    "reference": lambda _, __, rng: (
        f"{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}-{rng.between(1000, 9999)}"
    ),
    "amount": lambda here, _, rng: here.sum_of_money(rng, 40, 400),
    "fee": lambda here, _, rng: here.sum_of_money(rng, 5, 39),
    "time": lambda _, __, rng: f"{rng.between(8, 17)}:{rng.choice(('00', '15', '30', '45'))}",
    "product": lambda _, spoken, rng: rng.choice(spoken.products),
    "plan": lambda _, spoken, rng: rng.choice(spoken.plans),
    "company": lambda _, spoken, rng: rng.choice(spoken.companies),
}
"""What each slot of a dialogue may hold."""


@lru_cache(_CHOICES_KEPT)
def _choices(locale: str, slot: str) -> tuple[Particular, ...]:
    """Return what a slot can hold in a locale, to choose from."""
    here, spoken, make = place(locale), language(locale), _SLOTS[slot]
    rng = Draws(digest(0, "choices", slot))
    _faker(locale).seed_instance(rng.bits())
    texts = [make(here, spoken, rng) for _ in range(_CHOICES)]
    return tuple(Particular(text, spoken_seconds(text)) for text in texts)


@lru_cache(_DAYS_KEPT)
def _day(locale: str, number: int) -> Particular:
    """Return how a day is called; ``number`` counts days since 1970."""
    spoken, day = language(locale), as_datetime(number * _DAY_SECONDS)
    return _particular(spoken.date.format(month=spoken.months[day.month - 1], day=day.day))


def _email(name: str, number: int) -> Particular:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = [word.lower() for word in plain.split() if word.isalpha()]
    text = f"{'.'.join(words) or 'customer'}{number}@example.com"
    return Particular(text, spoken_seconds(text))


class Particulars(dict[str, Particular]):
    """The values of the slots of one call, found when a line first mentions them.

    ``drawn`` are the random bytes of the call: each slot has two of its own, so that its value
    does not depend on what was asked for before it. ``started`` is in UTC Unix seconds.
    """

    __slots__ = ("_drawn", "_place", "_started")

    def __init__(self, drawn: bytes, started: int, here: Place, agent: str) -> None:
        assert len(drawn) >= 2 * len(_POSITIONS)
        self._drawn, self._started, self._place = drawn, started, here
        self["agent"] = _particular(agent)

    def __missing__(self, slot: str) -> Particular:
        compose = _COMPOSED.get(slot)
        if compose is not None:
            value = compose(self)
        else:
            value = _choices(self._place.locale, slot)[self.below(_CHOICES, slot)]
        self[slot] = value
        return value

    def below(self, bound: int, slot: str) -> int:
        """Return the slot's own number from 0 to ``bound`` - 1."""
        at = _POSITIONS[slot]
        return int.from_bytes(self._drawn[at : at + 2]) * bound >> 16

    def full_name(self) -> Particular:
        """Return first and last name in the order of the country."""
        first, last = self["first_name"].plain, self["last_name"].plain
        text = self._place.name.format(first_name=first, last_name=last)
        return Particular(text, spoken_seconds(text))

    def day(self, after: int) -> Particular:
        """Return the date so many days after the call."""
        return _day(self._place.locale, self._started // _DAY_SECONDS + after)


_COMPOSED: Mapping[str, Callable[[Particulars], Particular]] = {
    "full_name": Particulars.full_name,
    "email": lambda p: _email(p["full_name"].plain, 10 + p.below(90, "email")),
    "date": lambda p: p.day(-4 - p.below(20, "date")),
    "due_date": lambda p: p.day(2 + p.below(11, "due_date")),
}
"""Slots whose value follows from others, or from when the call takes place."""
_POSITIONS = {slot: 2 * index for index, slot in enumerate((*_SLOTS, *_COMPOSED))}
