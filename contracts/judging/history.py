"""What was exchanged so far, each answer read and its shape judged once, as it comes."""

from dataclasses import dataclass, replace
from typing import Any

from contracts.contract import CALL, ENDING, LIST
from contracts.judging.bodies import Schemas, parse, shared
from contracts.judging.calldata import Calls, marks
from contracts.judging.question import Place, Question, headers_within, is_conditional, question
from contracts.judging.results import ABSENT, Observation
from contracts.judging.rooms import Reply, Room
from contracts.judging.shape import Shape
from contracts.judging.siblings import Siblings
from contracts.judging.strays import Strays
from contracts.traffic.exchange import Exchange, Request

__all__ = ["History", "Probe"]

_KEPT = 20_000  # bytes of an error's body that are looked at
_LARGE = 1_000_000  # bytes from which on it counts that two polls repeat most of a body


@dataclass(frozen=True)
class Probe:
    """The answer to a request that is not how a client of the API asks.

    ``body`` is the parsed JSON, or None. ``call`` says whether it is a call, or shows one.
    """

    question: Question
    exchange: Exchange
    body: Any
    call: bool


class History:
    """Grows by one exchange at a time, in the order in which they were sent.

    Of valid requests: ``observations`` are the answers whose order is known, ``together`` what
    tells calls apart in the others, ``replies`` what counts for or against a room.
    Of all requests: ``errors`` are the answers with a status from 400 on, ``limited`` those with
    429, ``missing`` those that say that a room has no call, ``surplus`` those that more bytes
    followed, ``coded`` those with a Content-Encoding, ``broken_lines`` those to requests with a
    header in their path. ``conditional`` are the answers to requests for changes only. ``probes``
    holds the last answer to each other request, but for the hostile ones. ``siblings`` are the
    answers of the operations that may be lacking. ``answered`` counts the answers; ``reused`` says
    whether one came on a connection that had been used before.
    """

    def __init__(self) -> None:
        self._schemas = Schemas()
        self.shape = Shape(self._schemas)
        self.calls = Calls()
        self.strays = Strays(self.calls)
        self.siblings = Siblings(self._schemas, lambda place: place in self._rooms)
        self.observations: list[Observation] = []
        self.together: list[tuple[Place, dict[str, object]]] = []
        self.probes: dict[Request, Probe] = {}
        self.errors: list[Exchange] = []
        self.limited: list[Exchange] = []
        self.missing: list[Exchange] = []
        self.surplus: list[Exchange] = []
        self.coded: list[Exchange] = []
        self.broken_lines: list[Exchange] = []
        self.conditional: list[Exchange] = []
        self.answered = 0
        self.reused = False
        self.replies: list[Reply] = []
        self._failed: list[Reply] = []
        self._rooms: dict[Place, Room] = {}

    @property
    def rooms(self) -> list[Room]:
        """Every room that a client of the API asked for, or was going to."""
        return list(self._rooms.values())

    def room(self, place: Place) -> Room:
        """Return what is known of a room, which may be nothing so far."""
        if place not in self._rooms:
            self._rooms[place] = Room(place)
            self.strays.add_room(place)
        return self._rooms[place]

    def asked(self, place: Place) -> bool:
        """Return whether anybody asked for a room as a client does."""
        return place in self._rooms

    def opened(self, place: Place) -> bool:
        """Return whether a room ever showed a call."""
        return place in self._rooms and self._rooms[place].opened

    @property
    def failures(self) -> list[Reply]:
        """What should have been a 200. A room that is gone now may have been absent here first."""
        return [one for one in self._failed if not (one.absent and one.room.gone)]

    def is_error_envelope(self, body: Any) -> bool:
        """Return whether the body is the documented error envelope."""
        return self._schemas.is_error_envelope(body)

    def add(self, exchange: Exchange) -> None:
        """Read an exchange. One with 429 may come from any thread; the others from one thread.

        A 429 is not the answer to its request: the same request comes again. Nor is what came
        after an answer, which may come from any thread too.
        """
        if exchange.fault == "surplus":
            self.surplus.append(exchange)
            return
        self._note(exchange)
        if exchange.status == 429:
            self.limited.append(_cut(exchange))
            return
        asked = question(exchange.request)
        if asked is None or exchange.mark == "walk":
            return
        if asked.of != CALL:
            self._sibling(asked, exchange)
            return
        if asked.valid and exchange.mark != "hostile" and is_conditional(exchange.request):
            self.conditional.append(_cut(exchange))
            if exchange.status == 304:
                return  # what was shown before is said to be so still
        if asked.valid and exchange.mark == "":
            self._poll(asked, exchange)
        elif asked.valid and exchange.mark in ("together", "overlapping"):
            self._concurrent(asked, exchange)
        else:
            body = parse(exchange.content).body
            if asked.valid and self.strays.possible(asked.place):
                self.strays.look(asked, exchange.request, body)
            self._probe(asked, exchange, body)

    def _note(self, exchange: Exchange) -> None:
        """Keep what tells of HTTP itself, whatever was asked for."""
        if exchange.status >= 400 and exchange.fault != "unrecorded":
            self.errors.append(_cut(exchange))
        if exchange.status and headers_within(exchange.request):
            self.broken_lines.append(_cut(exchange))
        if "content-encoding" in exchange.headers:
            self.coded.append(_cut(exchange))
        self.answered += bool(exchange.status)
        self.reused = self.reused or exchange.reused

    def _sibling(self, asked: Question, exchange: Exchange) -> None:
        """Take the answer of an operation that may be lacking; it may show who has which call."""
        if asked.of in ENDING and asked.usual and exchange.mark != "hostile":
            self.siblings.take(asked, exchange)
            return
        if asked.valid and exchange.mark in ("", "together", "overlapping"):
            self.siblings.take(asked, exchange)
            if asked.of == LIST and self.strays.several:
                self.strays.look_within(asked, exchange.request, parse(exchange.content).body)
            return
        body = parse(exchange.content).body
        if asked.of == LIST and asked.valid:
            self.strays.look_within(asked, exchange.request, body)
        self._probe(asked, exchange, body)

    def _miss(self, exchange: Exchange) -> None:
        if exchange.status in ABSENT and exchange.fault != "unrecorded":
            self.missing.append(_cut(exchange))

    def _poll(self, asked: Question, exchange: Exchange) -> None:
        room = self.room(asked.place)
        body = self.shape.body(room.name, exchange) if exchange.status == 200 else None
        if len(exchange.content) > _LARGE:
            body = shared(body, room.known)
        self.observations.append(_observed(asked, exchange, body))
        self._count(room.take(exchange, body))
        self._miss(exchange)
        # One workspace alone cannot be shown the call of another: nothing to look for.
        if self.strays.possible(asked.place):
            shown = parse(exchange.content).body if body is None else body
            if self.strays.look(asked, exchange.request, shown):
                return
        if body is not None:
            self.calls.learn(asked.place, body)

    def _concurrent(self, asked: Question, exchange: Exchange) -> None:
        if exchange.fault == "timeout":
            return  # requests that wait for each other may take long: slow, which is no fault
        room = self.room(asked.place)
        body = self.shape.body(room.name, exchange) if exchange.status == 200 else None
        if isinstance(body, dict) and body and exchange.mark == "together":
            self.together.append((room.place, marks(body)))
        self._count(room.take_unordered(exchange))

    def _count(self, replies: list[Reply]) -> None:
        self.replies += replies
        self._failed += [one for one in replies if not one.ok]

    def _probe(self, asked: Question, exchange: Exchange, body: Any) -> None:
        """Keep the answer to what no client asks like that."""
        if exchange.mark == "hostile":
            return
        call = isinstance(body, dict) and not self._schemas.breaches(body, asked.of)
        call = call or bool(self.calls.shown_in(body))
        self.probes[exchange.request] = Probe(asked, _cut(exchange), body, call)
        if exchange.mark == "absent":
            self._miss(exchange)


def _cut(exchange: Exchange) -> Exchange:
    return replace(exchange, content=exchange.content[:_KEPT])


def _observed(asked: Question, exchange: Exchange, body: Any) -> Observation:
    """Return an answer as the clauses over time see it; cookies stay out of the report."""
    headers = {name: value for name, value in exchange.headers.items() if name != "set-cookie"}
    seen = (exchange.sent, exchange.received, exchange.at, exchange.status)
    return Observation(asked.room, *seen, headers, body, asked.workspace)
