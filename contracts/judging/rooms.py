"""What is known of a room from the answers to valid requests for it."""

from dataclasses import dataclass, field, replace
from typing import Any

from contracts.judging.coherence.calls import call_id, number
from contracts.judging.question import Place
from contracts.judging.results import ABSENT
from contracts.traffic.exchange import Exchange

__all__ = ["Reply", "Room"]

_DELAY = 3.0  # seconds that a call may have gone on before anybody can be told of it
_KEPT = 1000  # bytes of a refusal's body


@dataclass(frozen=True)
class Reply:
    """An answer that counts for or against ``room``: what came, in short, and at more length."""

    room: "Room"
    outcome: str
    ok: bool
    absent: bool = False
    told: str = ""


@dataclass(eq=False)
class Room:
    """A room, and what is known of it: the body of its call, and whether the call goes on.

    ``refused`` is the last answer of a room that never showed a call.
    """

    place: Place
    known: Any = None
    opened: bool = False
    gone: bool = False
    refused: Exchange | None = None
    _missed: list[Exchange] = field(default_factory=list)  # since the last 200
    _absent: bool = False  # whether the last answer was a 404 or 410

    @property
    def name(self) -> str:
        """The name of the room."""
        return self.place.room

    @property
    def label(self) -> str:
        """The name as messages show it: in quotes where a blank at an end would not be seen."""
        return repr(self.name) if self.name != self.name.strip() else self.name

    @property
    def live(self) -> bool:
        """Whether the room showed a call and has not lost it since."""
        return self.opened and not self.gone

    def take(self, exchange: Exchange, body: Any) -> list[Reply]:
        """Learn from the next answer; return what counts, now that it is known.

        ``body`` is that of a 200, None where it cannot be read. A room is gone from its second
        404 or 410 in a row on: one alone may be a lapse.
        """
        if exchange.status == 200:
            return self._shown(exchange, body)
        absent = exchange.status in ABSENT
        self.gone = self.gone or (self.opened and absent and self._absent)
        self._absent = absent
        if not self.opened:
            self.refused = exchange
            self._missed.append(replace(exchange, content=exchange.content[:_KEPT]))
        elif absent and not self._missed:  # how it began is all that is asked for later
            self._missed.append(replace(exchange, content=exchange.content[:_KEPT]))
        return [] if absent or not self.opened else [self._failure(exchange)]

    def take_unordered(self, exchange: Exchange) -> list[Reply]:
        """Return what counts of an answer whose order among the others is unknown."""
        if exchange.status == 200:
            return [Reply(self, exchange.outcome, True)]
        return [] if exchange.status in ABSENT else [self._failure(exchange)]

    def _failure(self, exchange: Exchange) -> Reply:
        absent = exchange.status in ABSENT
        return Reply(self, exchange.outcome, False, absent, exchange.told)

    def _shown(self, exchange: Exchange, body: Any) -> list[Reply]:
        missed = self._lapse(exchange, body)
        self._missed, self._absent = [], False
        self.opened, self.gone, self.refused = True, False, None
        self.known = self.known if body is None else body
        return [*map(self._failure, missed), Reply(self, exchange.outcome, True)]

    def _lapse(self, exchange: Exchange, body: Any) -> list[Exchange]:
        """Return what came instead of a call that had been on all the while: once, if absent."""
        if self.opened:
            return self._missed if call_id(body) == call_id(self.known) else []
        absent = [one for one in self._missed if one.status in ABSENT][-1:]
        failed = [one for one in self._missed if one.status not in ABSENT]
        lasted = number(body.get("duration")) if isinstance(body, dict) else None
        on = absent and lasted is not None and lasted > exchange.received - absent[0].sent + _DELAY
        return failed + (absent if on else [])
