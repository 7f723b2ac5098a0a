"""Who is on the line, and the particulars that the conversation mentions.

Faker supplies people and places by locale; telephone numbers come from ``countries.yaml``.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from faker import Faker

from .clock import as_datetime
from .dialogue import Language
from .randomness import Draws

__all__ = ["Particulars", "Place", "names", "place"]

_COUNTRY_WITHOUT_ENTRY = "US"
_COMMA = str.maketrans(",.", ".,")
_CHOICES = 1000  # of a kind: a million people
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O, which are hard to tell from digits


@dataclass(frozen=True)
class Place:
    """A locale as the simulation uses it: its people and places, and the country's conventions."""

    locale: str
    phones: tuple[str, ...]
    money: str
    name: str
    decimals: int
    scale: int
    comma: bool

    def phone(self, rng: Draws) -> str:
        """Return an E.164 number that the country keeps free for fiction."""
        return "".join(rng.choice("0123456789") if c == "x" else c for c in rng.choice(self.phones))

    def sum_of_money(self, rng: Draws, low: int, high: int) -> str:
        """Return a price of about ``low`` to ``high`` dollars, as the country writes it or in $."""
        amount = f"{rng.uniform(low, high) * self.scale:,.{self.decimals}f}"
        return self.money.format(amount=amount.translate(_COMMA) if self.comma else amount)


@cache
def _faker(locale: str) -> Any:
    faker = Faker(locale, use_weighting=False)
    return faker[faker.locales[0]]


@cache
def names(locale: str, provider: str) -> tuple[str, ...]:
    """Return what a Faker provider of a locale gives, often enough to choose from.

    Faker takes longer to give one than the rest of a call takes to draw; so each call chooses.

    Raises:
        AttributeError: Faker does not know the locale or the provider.
    """
    faker = _faker(locale)
    faker.seed_instance(0)
    give = getattr(faker, provider)
    return tuple(str(give()).replace("\n", ", ") for _ in range(_CHOICES))


@cache
def place(locale: str) -> Place:
    """Return the place for a Faker locale such as ``es_ES``.

    Raises:
        AttributeError: Faker does not know the locale.
    """
    countries = yaml.safe_load(files(__package__).joinpath("countries.yaml").read_text("utf-8"))
    names(locale, "first_name")
    locale = locale.replace("-", "_")
    country = countries.get(locale) or countries.get(locale.rpartition("_")[2], {})
    default = countries[_COUNTRY_WITHOUT_ENTRY]
    return Place(
        locale=locale,
        phones=tuple(country.get("phones", default["phones"])),
        money=country.get("money", default["money"]),
        name=country.get("name", "{first_name} {last_name}"),
        decimals=country.get("decimals", 2),
        scale=country.get("scale", 1),
        comma=country.get("comma", False),
    )


def _email(name: str, rng: Draws) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = [word.lower() for word in plain.split() if word.isalpha()]
    return f"{'.'.join(words) or 'customer'}{rng.between(10, 99)}@example.com"


def _date(language: Language, started: int, days: int) -> str:
    day = as_datetime(started) + timedelta(days=days)
    return language.date.format(month=language.months[day.month - 1], day=day.day)


@dataclass
class Particulars(dict[str, str]):
    """The values of the slots of one call, drawn when a line first mentions them.

    Each slot has a generator of its own, so that a value does not depend on what was asked for
    before it. Used as the mapping of ``str.format_map``.
    """

    draws: Draws
    started: int
    place: Place
    language: Language
    fixed: dict[str, str] = field(default_factory=dict)

    def __missing__(self, slot: str) -> str:
        value = self.fixed.get(slot)
        if value is None:
            value = _SLOTS[slot](self, self.draws.named(slot))
        self[slot] = value
        return value

    def faked(self, provider: str, rng: Draws) -> str:
        """Return one of what the locale's Faker ``provider`` gives."""
        return rng.choice(names(self.place.locale, provider))


_SLOTS: dict[str, Callable[[Particulars, Draws], str]] = {
    "first_name": lambda p, rng: p.faked("first_name", rng),
    "last_name": lambda p, rng: p.faked("last_name", rng),
    "full_name": lambda p, _: p.place.name.format_map(p),
    "email": lambda p, rng: _email(p["full_name"], rng),
    "city": lambda p, rng: p.faked("city", rng),
    "street": lambda p, rng: p.faked("street_address", rng),
    "order": lambda _, rng: f"{rng.between(10, 99)}-{rng.between(10_000, 99_999)}",
    "reference": lambda _, rng: (
        f"{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}-{rng.between(1000, 9999)}"
    ),
    "amount": lambda p, rng: p.place.sum_of_money(rng, 40, 400),
    "fee": lambda p, rng: p.place.sum_of_money(rng, 5, 39),
    "date": lambda p, rng: _date(p.language, p.started, -rng.between(4, 23)),
    "due_date": lambda p, rng: _date(p.language, p.started, rng.between(2, 12)),
    "time": lambda _, rng: f"{rng.between(8, 17)}:{rng.choice(('00', '15', '30', '45'))}",
    "product": lambda p, rng: rng.choice(p.language.products),
    "plan": lambda p, rng: rng.choice(p.language.plans),
    "company": lambda p, rng: rng.choice(p.language.companies),
}
"""How each slot of a dialogue gets its value; ``agent`` is fixed by the call."""
