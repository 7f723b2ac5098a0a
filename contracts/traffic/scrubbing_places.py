"""E-mail and postal addresses: those that a field tells, and those that have the form of one."""

import re
from collections.abc import Callable

from contracts.traffic.scrubbing_drawn import Drawn, Told, marked

__all__ = ["Places"]

_EMAIL = re.compile(r"(?<![\w.+'-])\w[\w.+'-]{0,80}@(?:[\w-]+\.)+[^\W\d_]{2,}")
_CODES = re.compile(
    r"(?<![\w-])(?:[A-Z]{2} \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\u3012 ?\d{3}-\d{4})"
    r"(?![\w-])"
)
_CAPITAL = r"(?!Apt|Suite|Unit)[A-Z\u00c0-\u00de](?:[\w'\u2019-]+|\.)"
_STREETS = (
    rf"\d{{1,5}}[A-Za-z]?,? (?:{_CAPITAL} ){{1,4}}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|"
    r"Boulevard|Blvd|Way|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Highway|Hwy|Parkway|Pkwy|Close|"
    r"Crescent)\b\.?(?: (?:Apt|Suite|Unit|#)\.? ?\w+)?",
    r"(?<![\w-])[\w-]{1,60}(?:stra\u00dfe|strasse|str\.|weg|platz|allee|gasse|ring|damm|straat|laan)"
    r" \d{1,4}[a-z]?\b",
    rf"\b\d{{1,5}},? (?:rue|avenue|boulevard|place|chemin|all\u00e9e|quai)"
    rf"(?: \w+){{0,3}} {_CAPITAL}",
    rf"\b(?:Calle|Avenida|Av\.|Plaza|Paseo|Carrera|Rua|Via)(?: (?:de|del|la|las|los|el))*"
    rf"(?: {_CAPITAL}){{1,3}},? (?:n\.?\u00ba ?)?\d{{1,5}}",
    r"[\u4e00-\u9fff]{2,3}[\u90fd\u9053\u5e9c\u770c][\u3040-\u30ff\u4e00-\u9fff\d\uff10-\uff19\u2212-]{2,30}",
)
_STREET = re.compile("|".join(_STREETS))
# As people say it: a number, some words with capitals, and perhaps the town.
_SPOKEN = re.compile(
    rf"(?<![\d$.,-])(?P<street>\d{{2,5}} {_CAPITAL}(?: {_CAPITAL}){{1,3}}"
    r"(?: (?:Apt|Suite|Unit)\.? ?\w+)?)"
    rf"(?:(?:, in |, | in )(?P<city>{_CAPITAL}(?: {_CAPITAL}){{0,2}}))?"
)


class Places:
    """Knows addresses, and one substitute for each."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._kinds: dict[str, str] = {}  # of the places that a field told
        self._given: dict[str, str] = {}
        self._issued: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def __len__(self) -> int:
        return len(self._kinds)

    def learn(self, text: str, kind: str) -> None:
        """Take a text for a place: a ``street``, ``city`` or ``code`` (a postcode)."""
        key = _key(text)
        if not 2 < len(key) < 300 or key in self._kinds:
            return
        self._kinds[key] = kind
        self._pattern = None

    def find(self, text: str) -> None:
        """Learn the addresses that have the form of one."""
        for found in _STREET.finditer(text):
            self.learn(found[0], "street")
        for found in _SPOKEN.finditer(text):
            self.learn(found["street"], "street")
            if found["city"]:
                self.learn(found["city"], "city")

    def emails(self, text: str, told: Told) -> str:
        """Return the text with each e-mail address replaced."""
        return _EMAIL.sub(lambda hit: self._email(hit[0], told), text) if "@" in text else text

    def _email(self, text: str, told: Told) -> str:
        if re.fullmatch(r"[\d+.-]{6,}", text.partition("@")[0]):  # the number of a phone, by SIP
            return text
        return self._given_for(text, "e-mail addresses", self._drawn.email, told)

    def replaced(self, text: str, told: Told) -> str:
        """Return the text with each postal address replaced."""
        if not self._kinds:
            return text
        if self._pattern is None:  # made when it is needed: there may be many places
            longest_first = sorted(self._kinds, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(_spaced, longest_first)), re.IGNORECASE)
        return self._pattern.sub(lambda hit: self._place(hit[0], told), text)

    def codes(self, text: str, told: Told) -> str:
        """Return the text with what has the form of a postcode replaced."""
        return _CODES.sub(lambda hit: self._code(hit[0], told), text)

    def _place(self, text: str, told: Told) -> str:
        kind = self._kinds.get(_key(text), "street")
        return self._given_for(
            text, "postal addresses", lambda fits: self._drawn.place(kind, fits), told
        )

    def _code(self, text: str, told: Told) -> str:
        def draw(fits: Callable[[str], bool]) -> str:
            return re.sub(r"\d+", lambda run: self._drawn.digits(run[0], lambda _: True), text)

        return self._given_for(text, "postal addresses", draw, told)

    def _given_for(
        self, text: str, kind: str, draw: Callable[[Callable[[str], bool]], str], told: Told
    ) -> str:
        key = _key(text)
        told(kind, key)
        if key not in self._given:
            self._given[key] = draw(lambda one: one not in self._issued and _key(one) != key)
            self._issued.add(self._given[key])
        return marked(self._given[key])


def _key(text: str) -> str:
    """Return a text without what tells its spellings apart."""
    return " ".join(re.split(r"[\s,+_]+", text.casefold().strip(" ,")))


def _spaced(key: str) -> str:
    """Return the pattern of a place, with whatever blanks between its words."""
    words = r"[\s,+_]+".join(map(re.escape, key.split(" ")))
    return rf"(?<!\w){words}(?!\w)" if key.isascii() else words
