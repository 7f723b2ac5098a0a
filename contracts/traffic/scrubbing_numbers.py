"""Phone numbers, and other long runs of digits: of cards, accounts and orders."""

import re
import unicodedata
from itertools import pairwise

import phonenumbers

from contracts.traffic.scrubbing_drawn import Drawn, Told, marked

__all__ = ["Numbers"]

_LEAST = 6  # digits of a run
_MOST = 18  # digits of a phone number, with all that is dialled before it
_ENOUGH = re.compile(r"(?:\d\D{0,3}){6}")
_BETWEEN = r"[ \-.()/\u00a0\u2010-\u2015\u202f]"
_LOOSE = re.compile(rf"\(?\d(?:{_BETWEEN}{{0,3}}\d)*")
_STRICT = re.compile(r"\d(?:[ \-\u00a0\u2010-\u2015\u202f]?\d)+")
_TOKEN = re.compile(r"[0-9A-Za-z]{5,}")
_HEX = re.compile(r"[0-9A-Fa-f]{8,}")
_KEPT = re.compile(
    # Instants and days; dates of HTTP; UUIDs; ids of LiveKit; decimal fractions.
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?(?!\d)"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    r"|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
    r"|(?<![0-9A-Za-z])[A-Z]{2}_[0-9A-Za-z]{12}(?![0-9A-Za-z])"
    r"|(?<![\d.])\d{1,5}\.\d{6,}(?![\d.])"
)


class Numbers:
    """Knows phone numbers in all their forms, and one substitute for each number."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._regions = dict.fromkeys(["US"])  # in the order in which they are tried
        self._forms: dict[str, tuple[str, str]] = {}  # by digits: E.164, and what comes before
        self._phones: dict[str, str] = {}
        self._runs: dict[str, str] = {}
        self._taken: set[str] = set()
        self._issued: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._forms)

    def learn(self, text: str) -> None:
        """Take a text for a phone number, if it can be one."""
        bare = "".join(one for one in text if one.isdigit() or one == "+")
        if not _LEAST < len(bare) < 18:
            return None
        ways: list[tuple[str, str | None]] = [(f"+{bare.lstrip('+')}", None)]
        if bare[0] != "+":
            ways = [*((bare, one) for one in self._regions), *ways]
        for number, region in ways:
            try:
                found = phonenumbers.parse(number, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(found) or (number == ways[-1][0] and number[0] == "+"):
                return self._know(found)
        return None

    def find(self, text: str) -> None:
        """Learn the phone numbers that a text holds, as they are written where we know people."""
        if not _ENOUGH.search(text):
            return
        for region in list(self._regions):
            for match in phonenumbers.PhoneNumberMatcher(text, region):
                if not _KEPT.search(text[max(0, match.start - 11) : match.end + 11]):
                    self._know(match.number)

    def _know(self, number: phonenumbers.PhoneNumber) -> None:
        form = phonenumbers.PhoneNumberFormat
        whole = phonenumbers.format_number(number, form.E164)
        local = phonenumbers.national_significant_number(number)
        trunk = _digits(phonenumbers.format_number(number, form.NATIONAL))
        region = phonenumbers.region_code_for_number(number)
        if region:
            self._regions.setdefault(region)
        digits = whole[1:]
        for text, before in (
            *((digits, "1"), (f"00{digits}", "001"), (f"011{digits}", "0111")),
            *((local, ""), (trunk, "")),
        ):
            if len(text) > _LEAST:
                self._forms.setdefault(text, (whole, before))
        if taken := self._issued.pop(whole, None):  # it stood for another one
            del self._phones[taken]

    def replaced(self, text: str, told: Told) -> str:
        """Return the text with phone numbers and long runs of digits replaced, in their form."""
        if not _ENOUGH.search(text):
            return text
        parts, at = [], 0
        for kept in _KEPT.finditer(text):
            parts += [self._plain(text[at : kept.start()], told), marked(kept[0])]
            at = kept.end()
        return "".join((*parts, self._plain(text[at:], told)))

    def _plain(self, text: str, told: Told) -> str:
        """Replace what is in a text, but for ids such as 665a1b2c3d4e5f6a7b8c9d0e."""
        parts, at = [], 0
        for token in _TOKEN.finditer(text):
            if _is_id(token[0]):
                parts += [self._loose(text[at : token.start()], told), marked(token[0])]
                at = token.end()
        return "".join((*parts, self._loose(text[at:], told)))

    def _loose(self, text: str, told: Told) -> str:
        return _LOOSE.sub(lambda run: self._run(run[0], told), text)

    def _run(self, run: str, told: Told) -> str:
        """Replace the known numbers in a run, and what is long enough of the rest."""
        places = [place for place, one in enumerate(run) if one.isdecimal()]
        parts, at = [], 0
        for start, end, found in self._known(_digits(run), _stretches(places)):
            told("phone numbers", found[0])
            first, last = places[start], places[end - 1] + 1
            if first and run[first - 1] == "(" and ")" in run[first:last]:
                first -= 1
            parts += [self._others(run[at:first], told), self._phone(found, run[first:last])]
            at = last
        return "".join((*parts, self._others(run[at:], told)))

    def _known(
        self, digits: str, stretches: list[tuple[int, int]]
    ) -> list[tuple[int, int, tuple[str, str]]]:
        """Return the stretches that are known numbers, the longest where they overlap."""
        known, taken = [], bytearray(len(digits))
        for start, end in stretches:
            found = self._forms.get(digits[start:end])
            if found and not any(taken[start:end]):
                taken[start:end] = b"x" * (end - start)
                known.append((start, end, found))
        return sorted(known)

    def _others(self, text: str, told: Told) -> str:
        return _STRICT.sub(lambda one: self._other(one[0], told), text)

    def _phone(self, found: tuple[str, str], like: str) -> str:
        whole, before = found
        if whole not in self._phones:
            drawn = self._drawn.phone(lambda one: self._is_free(f"+1{one}"))
            self._phones[whole] = drawn
            self._issued[f"+1{drawn}"] = whole
        digits = before + self._phones[whole]
        if len(digits) == len(_digits(like)):
            return marked(_filled(like, digits))
        if like.isdecimal():
            return marked(digits)
        local = f"{digits[-10:-7]} {digits[-7:-4]} {digits[-4:]}"
        return marked(f"{before} {local}" if before else local)

    def _is_free(self, whole: str) -> bool:
        return whole not in self._issued and whole[1:] not in self._forms

    def _other(self, like: str, told: Told) -> str:
        digits = _digits(like)
        if len(digits) < _LEAST:
            return like
        told("long numbers", digits)
        if digits not in self._runs:
            drawn = self._drawn.digits(digits, lambda one: one != digits and one not in self._taken)
            self._taken.add(drawn)
            self._runs[digits] = drawn
        return marked(_filled(like, self._runs[digits]))


def _digits(text: str) -> str:
    """Return the digits of a text, of whatever script, as ASCII."""
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdecimal())


def _filled(like: str, digits: str) -> str:
    """Return a text with other digits in place of its own, in the same script."""
    left = iter(digits)
    return "".join(
        chr(ord(one) - unicodedata.digit(one) + int(next(left))) if one.isdecimal() else one
        for one in like
    )


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    """Return the stretches of digits that begin and end with a group, the longest first.

    ``places`` are where the digits of a run stand.
    """
    count = len(places)
    starts = [n for n in range(count) if n == 0 or places[n] - places[n - 1] > 1]
    ends = {n + 1 for n in range(count) if n == count - 1 or places[n + 1] - places[n] > 1}
    pairs = [(a, b) for a in starts for b in range(a + _LEAST + 1, a + _MOST + 1) if b in ends]
    return sorted(pairs, key=lambda one: one[0] - one[1])


def _is_id(token: str) -> bool:
    """Return whether letters and digits are mixed as they are in ids."""
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(token))
    return changes > 3 or (changes > 1 and bool(_HEX.fullmatch(token)))
