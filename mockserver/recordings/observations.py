"""What each exchange of a recording says about a room."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote

import jsonschema_rs
import orjson

from mockserver.simulation.listing import CALL_OPERATION, LIST_OPERATION
from mockserver.simulation.scenarios import INSIGHTS_OPERATION
from openapi import contract_operations
from openapi.har import Entry
from openapi.schemas import compiled, first_breach

__all__ = ["Observation", "Place", "Problem", "observations"]

_LONGEST_MESSAGE = 500
_LONGEST_RETRY = 24 * 3600


class Place(NamedTuple):
    """A room of a workspace at an origin, such as ``https://api.example``."""

    origin: str
    workspace: str
    room: str


class Problem(NamedTuple):
    """The error that an operation answered with, in words of its own if it had any."""

    operation: str
    status: int
    message: str | None = None
    retry_after: int | None = None


@dataclass(frozen=True)
class Observation:
    """An answer about a room, or what is wrong with it.

    ``at`` is about when it was made, by the clock of who recorded it, and ``date`` the answer's own
    date, None without one; both in UTC Unix seconds. Of ``body``, ``problem`` and ``breach`` it has
    one: a good answer, an error, or why an answer cannot be used.
    """

    number: int
    operation: str
    place: Place
    at: float
    date: float | None
    body: Mapping[str, Any] | None = None
    problem: Problem | None = None
    breach: str = ""


def observations(entries: Iterable[Entry]) -> Iterator[Observation]:
    """Yield what the exchanges say about calls and about their insights.

    An answer with a list is one for each room in it. Exchanges of other operations, and those
    without an answer, say nothing.
    """
    for entry in entries:
        asked = None if entry.cached else _asked(entry)
        observation = None if asked is None else _observation(entry, *asked)
        if observation is None:
            continue
        if observation.operation != LIST_OPERATION:
            yield observation
        elif observation.body is not None:
            for one in observation.body["data"]:
                place = observation.place._replace(room=one["roomName"])
                yield _with(observation, place=place, body=one)


def _asked(entry: Entry) -> tuple[str, str] | None:
    """Return the operation that a request is for, and the room, if it names one; else None."""
    path = entry.target.partition("?")[0]
    for operation_id in (CALL_OPERATION, INSIGHTS_OPERATION, LIST_OPERATION):
        operation = contract_operations()[operation_id]
        found = operation.path.match_end(path) if entry.method == operation.method else None
        if found is not None:
            return operation_id, unquote(found.get("roomName", ""))
    return None


def _observation(entry: Entry, operation: str, room: str) -> Observation | None:
    headers = {name.lower(): value for name, value in entry.answer_headers}
    sent = {name.lower(): value for name, value in entry.headers}
    made = Observation(
        entry.number,
        operation,
        Place(entry.origin, sent.get("x-workspace-id", ""), room),
        entry.at.timestamp() + entry.seconds / 2,
        _date(headers.get("date", "")),
    )
    if entry.status >= 400:
        return _with(made, problem=_problem(operation, entry, headers.get("retry-after", "")))
    if entry.status != 200:
        return None
    if entry.body is None or not entry.whole:
        return _with(made, breach="its body was not kept")
    try:
        body = orjson.loads(entry.body)
    except ValueError:
        return _with(made, breach="it is not JSON")
    breach = first_breach(_validator(operation), body)
    if breach is None:
        return _with(made, body=body)
    where = ".".join(map(str, breach.instance_path))
    return _with(made, breach=f"{where}: {breach.message}".lstrip(": "))


def _with(observation: Observation, **what: Any) -> Observation:
    return Observation(**{**vars(observation), **what})


@cache
def _validator(operation: str) -> jsonschema_rs.Draft4Validator:
    operations = contract_operations()
    return compiled(operations[operation].schema(), operations.document)


def _date(text: str) -> float | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter of an offset beyond all measure
        return None
    return _aware(found).timestamp()


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _problem(operation: str, entry: Entry, retry_after: str) -> Problem:
    digits = retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6
    seconds = min(int(retry_after), _LONGEST_RETRY) if digits else None
    return Problem(operation, min(entry.status, 599), _message(entry.body or b""), seconds)


def _message(body: bytes) -> str | None:
    """Return what an error says, in any of the forms that are in use."""
    try:
        said = orjson.loads(body)
    except ValueError:
        return None
    for name in ("error", "message"):
        if isinstance(said, dict):
            said = said.get(name) or said.get("message")
    return said[:_LONGEST_MESSAGE] if isinstance(said, str) and said else None
