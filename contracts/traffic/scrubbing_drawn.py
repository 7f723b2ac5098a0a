"""What stands in place of somebody's data: drawn by Faker from a seed, each but once."""

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property

import phonenumbers
from faker import Faker

__all__ = ["Drawn", "Told", "around", "marked", "unmarked"]

Told = Callable[[str, str], None]
"""Told of a kind of data, and of the value that is replaced."""

_OPEN, _CLOSED = "\ufdd0", "\ufdd1"  # no characters, by Unicode: no text has them
_DONE = re.compile(f"({_OPEN}[^{_CLOSED}]*{_CLOSED})")

# By the word that the names of a script's characters begin with in Unicode.
_LOCALES = {
    "CJK": "ja_JP",
    "HIRAGANA": "ja_JP",
    "KATAKANA": "ja_JP",
    "HANGUL": "ko_KR",
    "ARABIC": "ar_AA",
    "CYRILLIC": "ru_RU",
    "GREEK": "el_GR",
    "HEBREW": "he_IL",
    "THAI": "th_TH",
    "DEVANAGARI": "hi_IN",
}
_ATTEMPTS = 200


def marked(text: str) -> str:
    """Return a text as one that is done with: what stands in place of another, or stays."""
    return f"{_OPEN}{text}{_CLOSED}"


def unmarked(text: str) -> str:
    """Return the text without the marks."""
    return text.replace(_OPEN, "").replace(_CLOSED, "")


def around(text: str, replace: Callable[[str, Told], str], told: Told) -> str:
    """Return the text with everything replaced that is not done with."""
    if _OPEN not in text:
        return replace(text, told)
    pieces = _DONE.split(text)
    return "".join(one if n % 2 else replace(one, told) for n, one in enumerate(pieces))


class Drawn:
    """Draws substitutes. With the same seed, and in the same order, they are the same."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._fakers: dict[str, Faker] = {}
        self.random = self._faker("en_US").random

    def _faker(self, locale: str) -> Faker:
        if locale not in self._fakers:
            made = Faker(locale)
            made.seed_instance(self._seed)
            self._fakers[locale] = made
        return self._fakers[locale]

    def name(self, like: str, last: bool, fits: Callable[[str], bool]) -> str:
        """Return a first or last name in the script of another one, which ``fits``."""
        script = unicodedata.name(like[0], "").split(" ")[0]
        faker = self._faker(_LOCALES.get(script, "en_US"))
        draw = faker.last_name if last else faker.first_name
        for _ in range(_ATTEMPTS):
            drawn = str(draw())
            if drawn.isalpha() and fits(drawn):
                return drawn
        # All of Faker's are taken: two are one name.
        return self._until(lambda: f"{draw()}{draw()}".replace(" ", "").capitalize(), fits)

    def email(self, fits: Callable[[str], bool]) -> str:
        """Return an e-mail address at a domain that is kept for examples."""
        return self._until(self._faker("en_US").safe_email, fits)

    def place(self, kind: str, fits: Callable[[str], bool]) -> str:
        """Return a ``street``, ``city`` or ``code`` (a postcode)."""
        faker = self._faker("en_US")
        draws = {"street": faker.street_address, "city": faker.city, "code": faker.postcode}
        return self._until(draws[kind], fits)

    def digits(self, like: str, fits: Callable[[str], bool]) -> str:
        """Return as many digits; the first is 0 where that of the other is."""

        def draw() -> str:
            first = "0" if like[0] == "0" else str(self.random.randint(1, 9))
            return first + "".join(str(self.random.randint(0, 9)) for _ in like[1:])

        return self._until(draw, fits)

    def phone(self, fits: Callable[[str], bool]) -> str:
        """Return ten digits: a North American number kept for fiction, 555-0100 to 0199."""
        return self._until(
            lambda: f"{self.random.choice(self._areas)}55501{self.random.randint(0, 99):02}", fits
        )

    @cached_property
    def _areas(self) -> list[int]:
        def exists(area: int) -> bool:
            number = phonenumbers.parse(f"+1{area}5550100")
            return phonenumbers.is_valid_number(number)

        return [area for area in range(201, 990) if exists(area)]

    @staticmethod
    def _until(draw: Callable[[], str], fits: Callable[[str], bool]) -> str:
        """Draw until it fits. The last is taken as it is: there are no others."""
        drawn = ""
        for _ in range(_ATTEMPTS):
            drawn = str(draw()).replace("\n", ", ")
            if fits(drawn):
                break
        return drawn
