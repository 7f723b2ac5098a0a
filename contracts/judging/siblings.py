"""What was asked of the operations that an implementation may lack, and what came."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contracts.contract import ENDING, LIST
from contracts.judging.bodies import Schemas, parse
from contracts.judging.findings import Breach
from contracts.judging.question import Place, Question
from contracts.judging.shape import media_type
from contracts.traffic.exchange import Exchange, Request, http_date

__all__ = ["Answer", "Listing", "Siblings", "is_page"]

_KEPT = 20_000  # bytes of an answer's body
_CALLS = 300  # calls of a list that are kept whole, besides those of rooms that are known


@dataclass(frozen=True)
class Listing:
    """A list of calls: ``rooms`` and ``ids`` with how often each stands there.

    ``calls`` are by room. ``size`` is None where ``data`` is no array.
    """

    rooms: Mapping[str, int] = field(default_factory=Counter)
    ids: Mapping[str, int] = field(default_factory=Counter)
    calls: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    size: int | None = None
    count: Any = None
    timestamp: Any = None


@dataclass(frozen=True)
class Answer:
    """The answer to a request as the contract has it, or to a command of whomever.

    ``body`` is the parsed JSON of a 200 that can be read, else None. ``listing`` is what a list
    shows, whose body is not kept.
    """

    question: Question
    exchange: Exchange
    body: Any = None
    listing: Listing | None = None

    @property
    def place(self) -> Place:
        """The room within its workspace."""
        return self.question.place

    @property
    def status(self) -> int:
        """The status; 0 where no answer came."""
        return self.exchange.status

    @property
    def sent(self) -> float:
        """When it was asked for, in monotonic seconds."""
        return self.exchange.sent

    @property
    def received(self) -> float:
        """When it came, in monotonic seconds."""
        return self.exchange.received

    @property
    def request(self) -> Request:
        """The request."""
        return self.exchange.request

    @property
    def date(self) -> datetime | None:
        """The answer's Date header as an aware datetime, else None."""
        return http_date(self.exchange.headers, "date")


class Siblings:
    """Keeps the answers in the order in which they come, and judges the shape of each once.

    ``breaches`` of the shape are by operation, ``undeclared`` the paths of fields that the
    contract does not know.
    """

    def __init__(self, schemas: Schemas, known: Callable[[Place], bool]) -> None:
        """Take what says whether a room was asked for."""
        self._schemas = schemas
        self._known = known
        self._answers: dict[str, list[Answer]] = {}
        self.breaches: dict[str, list[Breach]] = {}
        self.undeclared: dict[str, None] = {}

    def of(self, name: str) -> list[Answer]:
        """Return the answers of an operation in the order in which they were asked for."""
        return sorted(self._answers.get(name, []), key=lambda one: one.sent)

    def take(self, asked: Question, exchange: Exchange) -> None:
        """Take an answer. Of commands, also those that were not the sender's to give."""
        body = self._body(asked, exchange) if exchange.status == 200 else None
        kept = replace(exchange, content=exchange.content[:_KEPT])
        if asked.of == LIST and body is not None:
            listing = _listing(body, lambda room: self._known(Place(asked.workspace, room)))
            answer = Answer(asked, kept, listing=listing)
        else:
            answer = Answer(asked, kept, body)
        self._answers.setdefault(asked.of, []).append(answer)

    def _body(self, asked: Question, exchange: Exchange) -> Any:
        """Return the body of a 200, or None where it cannot be read; keep what is wrong with it."""
        if exchange.fault == "oversized":
            return None
        parsed = parse(exchange.content)
        if asked.of in ENDING and (exchange.mark or not asked.valid):
            return parsed.body  # whether it should have come at all is for others to say
        if is_page(exchange):
            return None
        found = self.breaches.setdefault(asked.of, [])
        found += (_about(one, exchange) for one in media_type(exchange))
        if exchange.fault or parsed.error:
            why = exchange.detail if exchange.fault else parsed.error
            found.append(_about(Breach("complete and strictly valid JSON", why), exchange))
            return None
        found += (_about(one, exchange) for one in self._unlike(asked, parsed.body))
        paths = self._schemas.undeclared(parsed.body, asked.of)
        self.undeclared |= dict.fromkeys(f"{path} ({asked.of})" for path in paths)
        return parsed.body

    def _unlike(self, asked: Question, body: Any) -> Iterator[Breach]:
        yield from self._schemas.breaches(body, asked.of)
        for one in self._schemas.unusual(body, asked.of):
            yield replace(one, level="should")
        shown = body.get("roomName") if isinstance(body, dict) and asked.room else None
        if isinstance(shown, str) and shown != asked.room:
            yield Breach("roomName: that of the request", f"{shown!r}", path="roomName")


def is_page(exchange: Exchange) -> bool:
    """Return whether a page for people came, as a server may show for any path at all."""
    html = "html" in exchange.headers.get("content-type", "")
    return html and exchange.content.lstrip()[:1] == b"<"


def _about(breach: Breach, exchange: Exchange) -> Breach:
    """Return the breach with the request that shows it; one cause, in whichever item it is."""
    return replace(breach, request=exchange.request, cause=breach.expected)


def _listing(body: Any, known: Callable[[str], bool]) -> Listing:
    if not isinstance(body, dict):
        return Listing()
    data = body.get("data")
    items = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    named = [one for one in items if isinstance(one.get("roomName"), str)]
    calls: dict[str, dict[str, Any]] = {}
    for one in named:
        if len(calls) < _CALLS or known(one["roomName"]):
            calls.setdefault(one["roomName"], one)
    return Listing(
        Counter(one["roomName"] for one in named),
        Counter(one["id"] for one in items if isinstance(one.get("id"), str)),
        calls,
        len(data) if isinstance(data, list) else None,
        body.get("count"),
        body.get("timestamp"),
    )
