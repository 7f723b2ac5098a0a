"""Who is on the line, and the particulars that the conversation mentions.

There is a stock of two thousand callers, and of as many matters to call about, of which each call
chooses: that takes a hundredth of the time that Faker does. What belongs to the caller stays
throughout a call; each of its topics is a matter of its own.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from struct import Struct

from mockserver.simulation.clock import as_datetime
from mockserver.simulation.dialogue import Language, language
from mockserver.simulation.goods import Matter, Product
from mockserver.simulation.performance import Facts, json_text
from mockserver.simulation.places import LOCALES_KEPT, Place, faked, latin, place
from mockserver.simulation.randomness import Draws, digest

__all__ = ["Particulars"]

_STOCK = 2048
_AT_ONCE = 8  # of a stock that are made when one of them is first needed: half a millisecond
_DAYS_KEPT = 4096
_DAY_SECONDS = 24 * 3600
_STEP = 40_503  # from one matter of a call to the next; odd, so that none comes again
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O, which are hard to tell from digits


class _Stock(dict[int, Facts]):
    """What calls of a locale choose from, by number; a few are made when they are first needed."""

    def __init__(self, make: Callable[[int], Iterator[Facts]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> Facts:
        first = number - number % _AT_ONCE
        self.update(zip(range(first, first + _AT_ONCE), self._make(first), strict=True))
        return self[number]


_agent = cache(json_text)  # there are few


# What each slot of a matter may hold.
_MATTER: Mapping[bytes, Callable[[Place, Language, Draws], str]] = {
    b"order": lambda _, __, rng: f"{rng.between(10, 99)}-{rng.between(10_000, 99_999)}",
    b"reference": lambda _, __, rng: (
        f"{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}-{rng.between(1000, 9999)}"
    ),
    b"price": lambda here, _, rng: here.money.price(rng.uniform(30, 70)),  # a month
    b"fee": lambda here, _, rng: here.money.price(rng.uniform(6, 20)),
    b"rise": lambda here, _, rng: here.money.price(rng.uniform(2, 9)),  # of a monthly price
    b"time": lambda _, spoken, rng: spoken.at(rng.between(8, 17), rng.below(4)),
}


@lru_cache(LOCALES_KEPT)
def _matters(locale: str) -> _Stock:
    """Return what calls of a locale can be about, each with a value for every slot of a matter."""
    here, spoken = place(locale), language(locale)

    def made(first: int) -> Iterator[Facts]:
        rng = Draws(digest(first, "matters"))
        return (_matter(here, spoken, rng) for _ in range(_AT_ONCE))

    return _Stock(made)


def _matter(here: Place, spoken: Language, rng: Draws) -> Facts:
    return {slot: json_text(make(here, spoken, rng)) for slot, make in _MATTER.items()}


@lru_cache(LOCALES_KEPT)
def _callers(locale: str) -> _Stock:
    """Return who can call in a locale."""
    here, spoken = place(locale), language(locale)

    def made(first: int) -> Iterator[Facts]:
        rng = Draws(digest(first, "callers"))
        patterns = "{{first_name}}", "{{last_name}}", "{{city}}", here.street
        people = zip(*(faked(locale, one, first, _AT_ONCE) for one in patterns), strict=True)
        return (_caller(here, spoken, rng, *one) for one in people)

    return _Stock(made)


def _caller(
    here: Place, spoken: Language, rng: Draws, first: str, last: str, city: str, street: str
) -> Facts:
    written = (latin(here.locale).get(name, name) for name in (first, last))
    spelt = (name.lower().translate(here.letters) for name in written)
    mailbox = ".".join(filter(None, map(_plain_word, spelt))) or "customer"
    plan = rng.below(len(spoken.plans))
    road = rng.choice(here.roads) if here.roads else ""
    texts = {
        b"first_name": first,
        b"last_name": last,
        b"full_name": here.name.format(first_name=first, last_name=last),
        b"email": f"{mailbox}{rng.between(10, 99)}@example.com",
        b"customer_number": " ".join(str(rng.between(100, 999)) for _ in range(3)),
        b"city": (town := rng.choice(here.cities) if here.cities else city),
        b"street": street.replace("{city}", town).replace("{road}", road),
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


@lru_cache(8 * LOCALES_KEPT)
def _products(locale: str, kind: str) -> tuple[Product, ...]:
    return tuple(one for one in language(locale).products if one.fits(kind))


_ANYTHING = Matter()
_three_draws = Struct(">3H").unpack_from


class Particulars(dict[bytes, bytes]):
    """The values of the slots of one topic of a call: those of a matter, and of who calls about it.

    ``key`` are six random bytes of the call's own; ``started`` is in UTC Unix seconds; ``number``
    counts the call's topics from 0; ``before`` are those of the topic before. Set ``matter`` before
    a line is asked for. What is found only when one mentions it is how a day is called, a sum, and
    a product, of which each topic has another one.
    """

    __slots__ = ("_agent", "_before", "_chosen", "_drawn", "_key", "_number", "_place", "_product",
                 "_started", "matter")  # fmt: skip

    def __init__(
        self,
        key: bytes,
        started: int,
        here: Place,
        agent: str,
        number: int = 0,
        before: "Particulars | None" = None,
    ) -> None:
        matter, caller, self._drawn = _three_draws(key)
        self._chosen = (matter + number * _STEP) % _STOCK
        self.update(_callers(here.locale)[_below(_STOCK, caller)])
        self.update(_matters(here.locale)[self._chosen])
        self[b"agent"] = _agent(agent)
        self._key, self._started, self._place = key, started, here
        self._agent, self._number, self._before = agent, number, before
        self._product: Product | None = None
        self.matter = _ANYTHING

    def of(self, number: int, matter: Matter = _ANYTHING) -> "Particulars":
        """Return those of another topic of the same call, which follows this one."""
        made = Particulars(self._key, self._started, self._place, self._agent, number, self)
        made.matter = matter
        return made

    @property
    def product(self) -> Product:
        """What the topic is about: something that fits, and that no topic before is about."""
        if self._product is None:
            offered = _products(self._place.locale, self.matter.product or "")
            if self._before is not None:
                taken = self._before.taken()
                offered = tuple(one for one in offered if one not in taken) or offered
            self._product = offered[(self._drawn + self._number) % len(offered)]
        return self._product

    def taken(self) -> set[Product]:
        """Return what the call has been about so far, this topic included."""
        earlier = set() if self._before is None else self._before.taken()
        return earlier if self.matter.product is None else {*earlier, self.product}

    def _amount(self) -> str:
        money, matter = self._place.money, self.matter
        low, high = matter.amount or self.product.costs
        dollars = low + (high - low) * self._chosen / _STOCK
        if matter.step:
            return money.round(round(dollars / matter.step) * matter.step)
        return money.exact(dollars, self._number)

    def __missing__(self, slot: bytes) -> bytes:
        if slot in _DAYS:
            first, last = _DAYS[slot]
            drawn = self._drawn
            if slot not in _CALLERS_DAYS:
                drawn = (drawn + self._number * _STEP) & 0xFFFF
            days = first + _below(last - first + 1, drawn)
            value = _day(self._place.locale, self._started // _DAY_SECONDS + days)
        elif slot == b"product":
            value = json_text(self.product.name)
        elif slot == b"amount":
            value = self._amount().encode()
        else:
            raise KeyError(slot)
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
