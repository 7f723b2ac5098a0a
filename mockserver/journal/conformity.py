"""What was wrong with a request under the contract, found out when somebody asks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from hmac import compare_digest
from urllib.parse import parse_qsl, unquote

import orjson
from jsonschema_rs import Draft4Validator

from mockserver.http.headers import header_text
from mockserver.http.preferences import PreferenceReader
from mockserver.journal.exchange import Exchange
from mockserver.simulation import UnknownScenarioError, World
from mockserver.simulation.scenarios import PREFIX
from openapi import Operation, Operations
from openapi.schemas import compiled, first_breach

__all__ = ["Aim", "Problem", "RequestCheck"]


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


@dataclass(frozen=True, slots=True)
class Aim:
    """What a request was aimed at: the operations of its path by method, and its parameters.

    A parameter is None where it is not percent-encoded UTF-8.
    """

    operations: Mapping[str, Operation]
    parameters: Mapping[str, str | None]

    @property
    def room(self) -> str | None:
        """The room that the path names, if it names one."""
        return self.parameters.get("roomName")

    def operation(self, method: str) -> Operation | None:
        """Return the operation for a method; HEAD asks for what GET does."""
        return self.operations.get("GET" if method == "HEAD" else method)


def _text(encoded: str) -> str | None:
    try:
        return unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        return None


class RequestCheck:
    """Judges exchanges by the contract's operations and by what the mock understands."""

    def __init__(
        self,
        operations: Operations,
        preferences: PreferenceReader,
        world: World,
        api_key: str | None = None,
    ) -> None:
        self._operations = operations
        self._bodies: dict[str, Draft4Validator] = {}
        self._preferences, self._world = preferences, world
        self._api_key = None if api_key is None else api_key.encode()

    def aim(self, exchange: Exchange) -> Aim | None:
        """Return what the exchange was aimed at, None where the contract has no such path."""
        operations, parameters = self._operations.at(exchange.path.decode("latin-1"))
        if not operations:
            return None
        return Aim(operations, {name: _text(value) for name, value in parameters.items()})

    def problems(self, exchange: Exchange) -> list[Problem]:
        """Return everything that was wrong with the request, worst first."""
        aim = self.aim(exchange)
        if aim is None:
            return [] if exchange.own else [self._unknown_path(exchange)]
        if exchange.method == "OPTIONS":  # preflight requests carry no headers of the API
            return []
        operation = aim.operation(exchange.method)
        if operation is None:
            known = ", ".join(sorted(_methods(aim)))
            return [_error("method", f"The contract has no {exchange.method} here, only {known}.")]
        found = [
            *self._in_headers(exchange, operation),
            *self._in_parameters(exchange, aim),
            *self._in_preferences(exchange),
            *_beyond_contract(exchange, operation),
            *self._in_body(exchange, operation),
        ]
        return sorted(found, key=lambda problem: problem.level)

    def _unknown_path(self, exchange: Exchange) -> Problem:
        nearest = self._operations.nearest(exchange.path.decode("latin-1"))
        meant = f"; did you mean {nearest}?" if nearest else "."
        return _error("path", f"The contract has no such path{meant}")

    def _in_headers(self, exchange: Exchange, operation: Operation) -> Iterator[Problem]:
        sent = {name.decode("latin-1").lower(): value for name, value in exchange.headers}
        for name in operation.named("header", required=True):
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

    def _in_parameters(self, exchange: Exchange, aim: Aim) -> Iterator[Problem]:
        if None in aim.parameters.values():
            yield _error("path", "The room's name is not percent-encoded UTF-8.")
        if aim.room is not None:
            yield from self._in_room(exchange, aim.room)

    def _in_room(self, exchange: Exchange, room: str) -> Iterator[Problem]:
        workspace = header_text(exchange.headers, b"x-workspace-id")
        if workspace and not self._world.has_room(workspace, room):
            yield _warning("path", "The room is none of those that the mock was started with.")
        try:
            self._world.catalogue.of_room(room, workspace)
        except UnknownScenarioError:
            meant = _meant(room.removeprefix(PREFIX), self._world.catalogue.scenarios)
            yield _error("path", f"No scenario has the name that the room asks for{meant}")

    def _in_body(self, exchange: Exchange, operation: Operation) -> Iterator[Problem]:
        if operation.body is None or len(exchange.body) < exchange.size:
            return  # none is described, or its end was not kept
        if not exchange.size:
            if operation.body.required:
                yield _error("body", "The body is missing.")
            return
        try:
            said = orjson.loads(exchange.body)
        except orjson.JSONDecodeError:
            yield _error("body", "The body is not JSON.")
            return
        breach = first_breach(self._body_schema(operation), said)
        if breach is not None:
            path = ".".join(map(str, breach.instance_path)) or "(the body itself)"
            yield _error("body", f"{path}: {breach.message}.")

    def _body_schema(self, operation: Operation) -> Draft4Validator:
        if operation.id not in self._bodies:
            assert operation.body is not None
            document = self._operations.document
            self._bodies[operation.id] = compiled(operation.body.schema, document, mask="It")
        return self._bodies[operation.id]

    def _in_preferences(self, exchange: Exchange) -> Iterator[Problem]:
        header = header_text(exchange.headers, b"prefer")
        for name, mistake in self._preferences.mistakes(header):
            if mistake is None:
                meant = _meant(name, self._preferences.names)
                yield _warning("preference", f"The mock knows no preference {name}{meant}")
            else:
                yield _error("preference", mistake)


def _methods(aim: Aim) -> set[str]:
    # HEAD and OPTIONS the mock answers by itself.
    return {*aim.operations, *(("HEAD",) if "GET" in aim.operations else ()), "OPTIONS"}


def _beyond_contract(exchange: Exchange, operation: Operation) -> Iterator[Problem]:
    known = operation.named("query")
    sent = dict(parse_qsl(exchange.query.decode("latin-1"), keep_blank_values=True))
    if exchange.query and not known:
        yield _warning("query", "The contract has no query parameters; they were ignored.")
    for name in sent if known else ():
        if name not in known:
            yield _warning("query", f"The contract has no query parameter {name!a}.")
    has_body = exchange.size or dict(exchange.headers).get(b"content-length", b"0") != b"0"
    if has_body and operation.body is None:
        yield _warning("body", "The contract has no request body; it was ignored.")
