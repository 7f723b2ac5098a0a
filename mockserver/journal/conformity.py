"""What was wrong with a request under the contract, found out when somebody asks."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from hmac import compare_digest
from typing import Any
from urllib.parse import unquote

from mockserver.http.headers import header_text
from mockserver.http.preferences import PreferenceReader
from mockserver.journal.journal import Exchange
from mockserver.simulation import UnknownScenarioError, World
from mockserver.simulation.scenarios import PREFIX
from openapi import load_contract

__all__ = ["Problem", "RequestCheck", "room_of"]

# Methods that Connexion and the mock answer on every path.
_ALWAYS = frozenset({"HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a request that its author will want to know.

    ``level`` is ``error`` where the contract is broken, and ``warning`` where something was
    ignored that was probably meant. ``part`` is method, path, header, preference, query or body.
    """

    level: str
    part: str
    message: str


def _error(part: str, message: str) -> Problem:
    return Problem("error", part, message)


def _warning(part: str, message: str) -> Problem:
    return Problem("warning", part, message)


def _meant(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else "."


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, re.split(r"\{[^}]*\}", template))))


class _Operations:
    """The contract's paths, for looking up what a request was aimed at."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self.paths: Mapping[str, Mapping[str, Any]] = contract["paths"]
        self._patterns = {template: _pattern(template) for template in self.paths}

    def template(self, path: str) -> str | None:
        """Return the path template that ``path`` matches, or None."""
        return next((t for t, p in self._patterns.items() if p.fullmatch(path)), None)

    def nearest(self, path: str) -> str | None:
        """Return the template that ``path`` is most like, or None where it is like none."""
        close = get_close_matches(path, self.paths, n=1, cutoff=0.5)
        return close[0] if close else None


def _required_headers(contract: Mapping[str, Any], operation: Mapping[str, Any]) -> list[str]:
    shared = contract["components"]["parameters"]
    parameters = (
        shared[p["$ref"].rpartition("/")[2]] if "$ref" in p else p
        for p in operation.get("parameters", [])
    )
    return [p["name"] for p in parameters if p["in"] == "header" and p.get("required")]


def room_of(path: bytes) -> str | None:
    """Return the last part of a path, decoded, or None where it is not percent-encoded UTF-8."""
    try:
        return unquote(path.rpartition(b"/")[2].decode("latin-1"), errors="strict")
    except UnicodeDecodeError:
        return None


class RequestCheck:
    """Judges exchanges by the contract and by what the mock understands."""

    def __init__(
        self, preferences: PreferenceReader, world: World, api_key: str | None = None
    ) -> None:
        self._contract = load_contract()
        self._operations = _Operations(self._contract)
        self._preferences, self._world = preferences, world
        self._api_key = None if api_key is None else api_key.encode()

    def is_operation(self, exchange: Exchange) -> bool:
        """Return whether the exchange was aimed at a path of the contract."""
        return self._operations.template(exchange.path.decode("latin-1")) is not None

    def problems(self, exchange: Exchange) -> list[Problem]:
        """Return everything that was wrong with the request, worst first."""
        path = exchange.path.decode("latin-1")
        template = self._operations.template(path)
        if template is None:
            return [] if exchange.own else [self._unknown_path(path)]
        item = self._operations.paths[template]
        methods = {name.upper() for name in item} | _ALWAYS
        if exchange.method not in methods:
            known = ", ".join(sorted(methods))
            return [_error("method", f"The contract has no {exchange.method} here, only {known}.")]
        if exchange.method == "OPTIONS":  # preflight requests carry no headers of the API
            return []
        found = [
            *self._in_headers(exchange, item["get"]),
            *self._in_room(exchange),
            *self._in_preferences(exchange),
            *self._beyond_contract(exchange),
        ]
        return sorted(found, key=lambda problem: problem.level)

    def _unknown_path(self, path: str) -> Problem:
        nearest = self._operations.nearest(path)
        meant = f"; did you mean {nearest}?" if nearest else "."
        return _error("path", f"The contract has no such path{meant}")

    def _in_headers(self, exchange: Exchange, operation: Mapping[str, Any]) -> Iterator[Problem]:
        sent = {name.decode("latin-1").lower(): value for name, value in exchange.headers}
        for name in _required_headers(self._contract, operation):
            if name not in sent:
                close = get_close_matches(name, sent, n=1, cutoff=0.7)
                hint = f" {close[0]} was sent; was it meant?" if close else ""
                yield _error("header", f"The header {name} is missing.{hint}")
            elif not sent[name].strip():
                yield _error("header", f"The header {name} is empty.")
        if self._api_key is not None and not compare_digest(
            sent.get("x-api-key", b""), self._api_key
        ):
            state = "is not the mock's" if "x-api-key" in sent else "is missing"
            yield _error("header", f"The header x-api-key {state}.")

    def _in_room(self, exchange: Exchange) -> Iterator[Problem]:
        room = room_of(exchange.path)
        if room is None:
            yield _error("path", "The room's name is not percent-encoded UTF-8.")
            return
        workspace = header_text(exchange.headers, b"x-workspace-id")
        if workspace and not self._world.has_room(workspace, room):
            yield _warning("path", "The room is none of those that the mock was started with.")
        try:
            self._world.catalogue.of_room(room)
        except UnknownScenarioError:
            meant = _meant(room.removeprefix(PREFIX), self._world.catalogue.scenarios)
            yield _error("path", f"No scenario has the name that the room asks for{meant}")

    def _in_preferences(self, exchange: Exchange) -> Iterator[Problem]:
        header = header_text(exchange.headers, b"prefer")
        for name, mistake in self._preferences.mistakes(header):
            if mistake is None:
                meant = _meant(name, self._preferences.names)
                yield _warning("preference", f"The mock knows no preference {name}{meant}")
            else:
                yield _error("preference", mistake)

    def _beyond_contract(self, exchange: Exchange) -> Iterator[Problem]:
        if exchange.query:
            yield _warning("query", "The contract has no query parameters; they were ignored.")
        if exchange.size or dict(exchange.headers).get(b"content-length", b"0") != b"0":
            yield _warning("body", "The contract has no request body; it was ignored.")
