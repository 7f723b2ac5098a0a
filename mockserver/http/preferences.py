"""RFC 7240 ``Prefer``: what a client asks for, beyond what its URL says."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.request import parse_http_list

from faker.config import AVAILABLE_LOCALES

from mockserver.http.errors import ApiError, is_error_status
from mockserver.http.faults import FAULTS
from openapi import contract_operations

__all__ = ["NO_PREFERENCES", "PreferenceReader", "Preferences"]

_MOST_DELAY_MILLISECONDS = 60_000
_MOST_RETRY_SECONDS = 24 * 3600
_MOST_CALLS = 100_000  # within three years
# What a room shows, and whether it shows it well.
_STATES = ("scenario", "code", "example", "fault")
_CACHED_HEADERS, _LONGEST_CACHED = 1024, 256

# Those that RFC 7240 itself defines: ignored here, but nothing to wonder about.
_OTHERS_KNOWN = frozenset({"handling", "respond-async", "return", "wait"})

# What a value turns into: what it means, or None where it means nothing.
_Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences that a request states and the mock knows; None stands for unstated.

    ``at`` is in seconds since the call began, ``delay`` in milliseconds, ``retry_after`` in
    seconds. ``call`` is the number of one of the room's calls, from 1.
    """

    scenario: str | None = None
    at: float | None = None
    code: int | None = None
    example: str | None = None
    delay: int | None = None
    fault: str | None = None
    seed: int | None = None
    locale: str | None = None
    call: int | None = None
    retry_after: int | None = None

    def over(self, others: "Preferences") -> "Preferences":
        """Return these, and of ``others`` those that these leave open.

        Who states a state of their own leaves none of it open.
        """
        own = any(getattr(self, name) is not None for name in _STATES)
        left_open = {
            name: getattr(others, name)
            for name in self.__slots__
            if getattr(self, name) is None and not (own and name in _STATES)
        }
        return replace(self, **left_open)

    def applied(self, *names: str) -> bytes:
        """Return the value of ``Preference-Applied``: those of ``names`` that are stated.

        Written from what was understood, never from what was sent.
        """
        values = ((name, getattr(self, name.replace("-", "_"))) for name in names)
        return ", ".join(f"{n}={_written(v)}" for n, v in values if v is not None).encode()


NO_PREFERENCES = Preferences()


def _written(value: str | float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _one_of(names: Collection[str]) -> tuple[_Reader, str]:
    return (lambda text: text if text in names else None), "one of " + ", ".join(names)


def _locale(names: Collection[str]) -> tuple[_Reader, str]:
    read, right = _one_of(names)
    return (lambda text: read(text.replace("-", "_"))), right  # as browsers write it


def _integer(low: int, high: int) -> tuple[_Reader, str]:
    def read(text: str) -> int | None:
        number = int(text) if re.fullmatch(r"[0-9]{1,20}", text, re.ASCII) else -1
        return number if low <= number <= high else None

    return read, f"a whole number from {low} to {high}"


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text, re.ASCII) else None


def _code(text: str) -> int | None:
    status = int(text) if re.fullmatch(r"[0-9]{3}", text, re.ASCII) else 0
    return status if status == HTTPStatus.OK or is_error_status(status) else None


def _example_names() -> list[str]:
    names = (name for operation in contract_operations() for name in operation.examples())
    return list(dict.fromkeys(names))


def _items(header: str) -> Iterator[tuple[str, str]]:
    for item in parse_http_list(header):
        name, _, value = item.partition(";")[0].partition("=")
        yield name.strip().lower(), value.strip().strip('"')


def _name(item: str) -> str:
    return item.partition("=")[0].strip().lower()


def _parameters(header: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each preference with that of each of its parameters."""
    for item in parse_http_list(header):
        first, *rest = item.split(";")
        for parameter in rest:
            yield _name(first), _name(parameter)


class PreferenceReader:
    """Reads ``Prefer`` headers; ``scenarios`` are the names of those that exist."""

    def __init__(self, scenarios: Collection[str]) -> None:
        self.use(scenarios)

    def use(self, scenarios: Collection[str]) -> None:
        """Know other scenarios from now on."""
        self._choices: Mapping[str, Collection[str]] = {
            "scenario": scenarios,
            "example": _example_names(),
            "fault": FAULTS,
            "locale": sorted(AVAILABLE_LOCALES),
        }
        self._readers: Mapping[str, tuple[_Reader, str]] = {
            **{name: _one_of(values) for name, values in self._choices.items()},
            "locale": _locale(self._choices["locale"]),
            "at": (_seconds, "a number of seconds, such as 145 or 12.5"),
            "code": (_code, "200, or a status from 400 to 599"),
            "delay": _integer(0, _MOST_DELAY_MILLISECONDS),
            "seed": _integer(0, 2**63 - 1),
            "call": _integer(1, _MOST_CALLS),
            "retry-after": _integer(0, _MOST_RETRY_SECONDS),
        }
        self._cached = lru_cache(_CACHED_HEADERS)(self._parse)

    def read(self, header: str) -> Preferences:
        """Return the preferences of a header field; those that are not known are ignored.

        Raises:
            ApiError: a known one has a value that it cannot have; 400, with those that it can.
        """
        if not header:
            return NO_PREFERENCES
        return (self._cached if len(header) <= _LONGEST_CACHED else self._parse)(header)

    def of(self, wishes: Mapping[str, Any]) -> Preferences:
        """Return the preferences that JSON states, with the names of ``Preferences``.

        Raises:
            ApiError: a value is none that its preference can have; 400, with those that it can.
        """
        named = {name: name.replace("_", "-") for name in Preferences.__slots__}
        return Preferences(
            **{
                field: self._value(name, str(wishes[field]))
                for field, name in named.items()
                if field in wishes
            }
        )

    def choices(self, name: str) -> list[str]:
        """Return the values that the preference ``name`` can take; none where they are numbers."""
        return list(self._choices.get(name, ()))

    @property
    def names(self) -> Collection[str]:
        """The names of the preferences that are known."""
        return self._readers.keys()

    def mistakes(self, header: str) -> Iterator[tuple[str, str | None]]:
        """Yield what is wrong with a header field, as the preference's name and a sentence.

        The sentence is None for a preference that nobody knows.
        """
        for name, parameter in _parameters(header):
            if parameter in self._readers:
                hint = f"After a semicolon, {parameter} is a parameter of {name}, and is ignored"
                yield name, f"{hint}; separate preferences by commas."
        for name, value in _items(header):
            if name in self._readers:
                try:
                    self._value(name, value)
                except ApiError as error:
                    yield name, error.message
            elif name not in _OTHERS_KNOWN:
                yield name, None

    def _parse(self, header: str) -> Preferences:
        stated: dict[str, Any] = {}
        for name, value in _items(header):
            # The first of several wins, as the RFC says.
            if name in self._readers and name.replace("-", "_") not in stated:
                stated[name.replace("-", "_")] = self._value(name, value)
        return Preferences(**stated)

    def _value(self, name: str, text: str) -> Any:
        read, right = self._readers[name]
        value = read(text)
        if value is None:
            raise ApiError(400, f"The preference {name} takes {right}.")
        return value
