"""Who is on the line, and the particulars that the conversation mentions.

Faker supplies people and places by locale; telephone numbers come from ``countries.yaml``. There is
a stock of two thousand callers, and of as many matters to call about, of which each call chooses:
that takes a hundredth of the time that Faker does. What belongs to the caller stays throughout a
call; each of its topics is a matter of its own.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import Any

from faker import Faker

from mockserver.simulation.clock import as_datetime
from mockserver.simulation.dialogue import Language, language
from mockserver.simulation.performance import Facts, json_text
from mockserver.simulation.randomness import Draws, digest
from openapi.documents import read_yaml

__all__ = ["Particulars", "Place", "place"]

_COUNTRY_WITHOUT_ENTRY = "US"
_COMMA = str.maketrans(",.", ".,")
_STOCK = 2048
_AT_ONCE = 8  # of a stock that are made when one of them is first needed: half a millisecond
_TRIES = 20
_LOCALES_KEPT, _DAYS_KEPT = 16, 4096
_DAY_SECONDS = 24 * 3600
_STEP = 40_503  # from one matter of a call to the next; odd, so that none comes again
_SPACED, _DOUBLED = re.compile(r" +([,.;:!?])"), re.compile(r"(,\s*)*,")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O, which are hard to tell from digits


@dataclass(frozen=True)
class Place:
    """A locale as the simulation uses it: its people and places, and the country's conventions."""

    locale: str
    phones: tuple[str, ...]
    money: str
    name: str
    street: str
    cities: tuple[str, ...]
    letters: Mapping[int, str]
    decimals: int
    scale: int
    comma: bool

    def phone(self, rng: Draws) -> str:
        """Return an E.164 number that the country keeps free for fiction."""
        number = rng.choice(self.phones)
        prefix = number.rstrip("x")
        digits = len(number) - len(prefix)
        return f"{prefix}{rng.below(10**digits):0{digits}}"

    def sum_of_money(self, rng: Draws, low: float, high: float) -> str:
        """Return a price of about ``low`` to ``high`` dollars, as the country writes it or in $."""
        amount = f"{rng.uniform(low, high) * self.scale:,.{self.decimals}f}"
        return self.money.format(amount=amount.translate(_COMMA) if self.comma else amount)


# All that names and addresses are made of; loading the others takes four times as long.
_PROVIDERS = [f"faker.providers.{name}" for name in ("address", "misc", "person")]


@lru_cache(_LOCALES_KEPT)
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
        money=country.get("money", default["money"]),
        name=country.get("name", "{first_name} {last_name}"),
        street=country.get("street", "{{street_address}}"),
        cities=tuple(country.get("cities", ())),
        letters=str.maketrans(country.get("letters", {})),
        decimals=country.get("decimals", 2),
        scale=country.get("scale", 1),
        comma=country.get("comma", False),
    )


class _Stock(dict[int, Facts]):
    """What calls of a locale choose from, by number; a few are made when they are first needed."""

    def __init__(self, make: Callable[[int], Iterator[Facts]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> Facts:
        first = number - number % _AT_ONCE
        self.update(zip(range(first, first + _AT_ONCE), self._make(first), strict=True))
        return self[number]


_seeding = Lock()  # a locale's Faker has one source of chance


def _faked(locale: str, pattern: str, first: int) -> list[str]:
    """Return what a pattern of Faker's, such as ``{{city}}``, stands for: one for each of a few."""
    faker = _faker(locale)
    with _seeding:
        faker.seed_instance(f"{pattern} {first}")
        return [_proper(faker, pattern) for _ in range(_AT_ONCE)]


def _proper(faker: Any, pattern: str) -> str:
    """Return one that is no name in small letters.

    In some locales a town may be called by a family's name alone, such as "da Luz".
    """
    made = _tidy(str(faker.parse(pattern)))
    for _ in range(_TRIES):
        if "name" in pattern or not made[:1].islower():
            break
        made = _tidy(str(faker.parse(pattern)))
    return made


def _tidy(text: str) -> str:
    """Return what Faker made as somebody writes it in a sentence: one line, spaces as they belong.

    Formats of several locales leave a space before a comma where a part of an address is missing.
    """
    line = " ".join(text.strip().replace("\n", ", ").split())
    return _DOUBLED.sub(",", _SPACED.sub(r"\1", line)).strip(", ")


_AMOUNTS = 80, 400  # about as many dollars

_agent = cache(json_text)  # there are few


# What each slot of a matter may hold.
_MATTER: Mapping[bytes, Callable[[Place, Language, Draws], str]] = {
    b"order": lambda _, __, rng: f"{rng.between(10, 99)}-{rng.between(10_000, 99_999)}",
    b"reference": lambda _, __, rng: (
        f"{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}-{rng.between(1000, 9999)}"
    ),
    b"price": lambda here, _, rng: here.sum_of_money(rng, 30, 70),  # a month
    b"fee": lambda here, _, rng: here.sum_of_money(rng, 10, 29),
    b"rise": lambda here, _, rng: here.sum_of_money(rng, 2, 9),  # of a monthly price
    b"time": lambda _, spoken, rng: spoken.time.format(
        hour=rng.between(8, 17), minute=rng.choice(("00", "15", "30", "45"))
    ),
}


@lru_cache(_LOCALES_KEPT)
def _matters(locale: str) -> _Stock:
    """Return what calls of a locale can be about, each with a value for every slot of a matter."""
    here, spoken = place(locale), language(locale)

    def made(first: int) -> Iterator[Facts]:
        rng = Draws(digest(first, "matters"))
        return (_matter(here, spoken, rng, first + more) for more in range(_AT_ONCE))

    return _Stock(made)


def _matter(here: Place, spoken: Language, rng: Draws, number: int) -> Facts:
    texts = {slot: make(here, spoken, rng) for slot, make in _MATTER.items()}
    # Each sum from a stretch of its own, so that a call has none twice.
    low, high = _AMOUNTS
    width, stretch = (high - low) / _STOCK, number * _STEP % _STOCK
    lowest = low + width * stretch
    texts[b"amount"] = here.sum_of_money(rng, lowest, lowest + width)
    return {slot: json_text(text) for slot, text in texts.items()}


@lru_cache(_LOCALES_KEPT)
def _callers(locale: str) -> _Stock:
    """Return who can call in a locale."""
    here, spoken = place(locale), language(locale)

    def made(first: int) -> Iterator[Facts]:
        rng = Draws(digest(first, "callers"))
        patterns = "{{first_name}}", "{{last_name}}", "{{city}}", here.street
        people = zip(*(_faked(locale, one, first) for one in patterns), strict=True)
        return (_caller(here, spoken, rng, *one) for one in people)

    return _Stock(made)


def _caller(
    here: Place, spoken: Language, rng: Draws, first: str, last: str, city: str, street: str
) -> Facts:
    spelt = (name.lower().translate(here.letters) for name in (first, last))
    mailbox = ".".join(filter(None, map(_plain_word, spelt))) or "customer"
    plan = rng.below(len(spoken.plans))
    texts = {
        b"first_name": first,
        b"last_name": last,
        b"full_name": here.name.format(first_name=first, last_name=last),
        b"email": f"{mailbox}{rng.between(10, 99)}@example.com",
        b"customer_number": " ".join(str(rng.between(100, 999)) for _ in range(3)),
        b"city": rng.choice(here.cities) if here.cities else city,
        b"street": street,
        b"plan": spoken.plans[plan],
        b"other_plan": spoken.plans[plan - 1],
        b"company": rng.choice(spoken.companies),
    }
    return {slot: json_text(text) for slot, text in texts.items()}


def _plain_word(name: str) -> str:
    """Return the part of a name that can stand in an email address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(word for word in plain.lower().split() if word.replace("-", "").isalpha())


@lru_cache(_DAYS_KEPT)
def _day(locale: str, number: int) -> bytes:
    """Return how a day is called; ``number`` counts days since 1970."""
    spoken, day = language(locale), as_datetime(number * _DAY_SECONDS)
    return json_text(spoken.called(day.month, day.day))


@lru_cache(_LOCALES_KEPT)
def _products(locale: str) -> tuple[bytes, ...]:
    return tuple(map(json_text, language(locale).products))


class Particulars(dict[bytes, bytes]):
    """The values of the slots of one topic of a call: those of a matter, and of who calls about it.

    ``key`` are six random bytes of the call's own; ``started`` is in UTC Unix seconds; ``number``
    counts the call's topics from 0. What is found only when a line mentions it is how a day is
    called, and a product, of which each topic has another one.
    """

    __slots__ = ("_agent", "_key", "_number", "_place", "_started")

    def __init__(self, key: bytes, started: int, here: Place, agent: str, number: int = 0) -> None:
        matter = (int.from_bytes(key[:2]) + number * _STEP) % _STOCK
        super().__init__(_matters(here.locale)[matter])
        self.update(_callers(here.locale)[_below(_STOCK, int.from_bytes(key[2:4]))])
        self[b"agent"] = _agent(agent)
        self._key, self._started, self._place = key, started, here
        self._agent, self._number = agent, number

    def of(self, number: int) -> "Particulars":
        """Return those of another topic of the same call."""
        return Particulars(self._key, self._started, self._place, self._agent, number)

    def __missing__(self, slot: bytes) -> bytes:
        drawn = int.from_bytes(self._key[4:6])
        if slot == b"product":
            products = _products(self._place.locale)
            value = products[(drawn + self._number) % len(products)]
        else:
            first, last = _DAYS[slot]
            if slot not in _CALLERS_DAYS:
                drawn = (drawn + self._number * _STEP) & 0xFFFF
            days = first + _below(last - first + 1, drawn)
            value = _day(self._place.locale, self._started // _DAY_SECONDS + days)
        self[slot] = value
        return value


def _below(bound: int, drawn: int) -> int:
    """Return a number from 0 to ``bound`` - 1 by a random one of 16 bits."""
    return drawn * bound >> 16


_DAYS: Mapping[bytes, tuple[int, int]] = {
    b"plan_date": (-120, -60),
    b"early_date": (-45, -26),
    b"date": (-23, -4),
    b"due_date": (2, 12),
    b"later_date": (15, 25),
}
"""How many days after the call those are that it mentions, in the order that stories need."""
_CALLERS_DAYS = (b"plan_date",)  # what belongs to the caller is the same in all topics
