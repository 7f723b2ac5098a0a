"""What a call is about fits what is said of it: the product, its price, who calls from where."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from mockserver.simulation.dialogue import Topic, language, languages
from mockserver.simulation.goods import products_of
from mockserver.simulation.persona import _STOCK, _callers
from mockserver.simulation.places import place
from tests.mockserver.conversations import LOCALES, Call, read_rooms

SORTED = [code for code in languages() if any(one.kinds for one in language(code).products)]
"""Languages whose products are of kinds."""
ROOMS = [f"goods-{number}" for number in range(60)]


def matters(code: str) -> list[Topic]:
    """Return the topics and scenes of a language."""
    spoken = language(code)
    return [*spoken.topics, *spoken.scenes.values()]


@cache
def calls(code: str) -> list[tuple[str, Call]]:
    """Return the calls of some rooms."""
    return list(read_rooms(code, ROOMS))


def told(code: str) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """Yield rooms with the values that each topic of their call has given to slots."""
    for room, call in calls(code):
        values: dict[str, dict[str, str]] = defaultdict(dict)
        for line in call.lines:
            values[line.topic].update(line.values)
        yield room, values


def test_all_languages_have_kinds() -> None:
    """A list of names would do as well: then everything is offered to every matter."""
    assert set(SORTED) == set(languages())
    assert all(one.fits("online") for one in products_of(["kettle", "lamp"]))


@pytest.mark.parametrize("code", SORTED)
def test_each_kind_is_offered(code: str) -> None:
    """A matter has several products to be about, and a sum is of something."""
    spoken = language(code)
    for topic in matters(code):
        kind = topic.matter.product
        if kind is not None:
            fitting = [one.name for one in spoken.products if kind in one.kinds or not kind]
            assert len(fitting) >= 4, (topic.name, kind)
        text = "".join(wording for turn in topic.turns for wording in turn.variants)
        if "{amount}" in text:
            assert topic.matter.amount or kind is not None, topic.name


@pytest.mark.parametrize("code", SORTED)
def test_a_product_fits_the_matter(code: str) -> None:
    """A kettle does not join the Wi-Fi; and no call is about a product twice."""
    kinds = {one.name: one.kinds for one in language(code).products}
    needed = {topic.name: topic.matter.product for topic in matters(code)}
    for room, values in told(code):
        named = {name: slots["product"] for name, slots in values.items() if "product" in slots}
        assert len(set(named.values())) == len(named), room
        for name, product in named.items():
            assert not needed[name] or needed[name] in kinds[product], (room, name, product)


@pytest.mark.parametrize("code", SORTED)
def test_a_sum_is_about_what_such_a_thing_costs(code: str) -> None:
    """The product's price, or what the topic says: no bonus of hundreds, no lamp for hundreds."""
    costs = {one.name: one.costs for one in language(code).products}
    given = {topic.name: topic.matter.amount for topic in matters(code)}
    money = place(LOCALES[code]).money
    for room, values in told(code):
        for name, slots in values.items():
            if "amount" in slots and (given[name] or "product" in slots):
                low, high = given[name] or costs[slots["product"]]
                digits = int(re.sub(r"\D", "", slots["amount"]))
                exact = money.cents if money.point in slots["amount"] else 1
                dollars = digits / exact / money.scale
                assert low - 1 <= dollars <= high + 1, (room, name, slots)


def test_english_articles_are_right() -> None:
    """The dialogues say "a {product}"."""
    for room, call in calls("en"):
        for line in call.lines:
            assert not re.search(r"\b[Aa] [aeio](?!ne\b)", line.content), (room, line.content)


def test_japanese_mailboxes_are_those_of_their_owners() -> None:
    """Names that Faker knows in Latin letters are written so."""
    callers = [_callers("ja_JP")[number] for number in range(0, _STOCK, 16)]
    addresses = [caller[b"email"].decode() for caller in callers]
    mailboxes = {address.partition("@")[0].rstrip("0123456789") for address in addresses}
    assert len(mailboxes) > 100
    assert not any(mailbox.startswith("customer") for mailbox in mailboxes)


@pytest.mark.parametrize(
    ("locale", "pattern"),
    [
        ("en_US", r"[1-9]\d* [A-Z]\w+ [A-Z]\w+, [A-Z]"),
        ("es_ES", r"Calle .+ [1-9]\d?, (?!Ciudad|Asturias|Guipúzcoa)[A-ZÁ]"),
        ("ja_JP", r"(?P<city>\D+)\D+\d丁目\d+番\d+号, (?P=city)$"),
    ],
)
def test_addresses_are_of_a_home_in_a_town(locale: str, pattern: str) -> None:
    """No suite, no house number 042 and no door 00; a town, not a province."""
    for number in range(0, _STOCK, 16):
        caller = _callers(locale)[number]
        address = f"{caller[b'street'].decode()}, {caller[b'city'].decode()}"
        assert re.match(pattern, address), address


@pytest.mark.parametrize(
    ("code", "pattern"),
    [("en", r"\d{1,2}:\d\d [AP]M"), ("ja", r"\d{1,2}時(15分|半|45分)?"), ("es", r"\d{1,2}:\d\d")],
)
def test_times_are_called_as_people_do(code: str, pattern: str) -> None:
    """By the clock of twelve hours in American English, with 時 in Japanese."""
    called = [
        slots["time"] for _, values in told(code) for slots in values.values() if "time" in slots
    ]
    assert called
    assert all(re.fullmatch(pattern, time) for time in called)
