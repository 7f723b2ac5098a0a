"""The shape of each answer that should be a call."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.judging.bodies import Parsed, Schemas, parse
from contracts.judging.encodings import spoilt
from contracts.judging.findings import Breach, Finding, judged
from contracts.traffic.exchange import Exchange

__all__ = ["CLAUSES", "Shape", "media_type"]


class Shape:
    """Judges each body once, when it comes.

    ``breaches`` are by clause id, ``undeclared`` the paths of fields that the contract does not
    know. ``judged`` counts bodies, ``whole`` those of them that were read to their end, ``parsed``
    those that are JSON, ``telling`` those with a documented field. ``unread`` says why one was
    not read to its end.
    """

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.breaches: dict[str, list[Breach]] = {}
        self.undeclared: dict[str, None] = {}
        self.judged = 0
        self.whole = 0
        self.unread = ""
        self.parsed = 0
        self.telling = 0

    def body(self, room: str, exchange: Exchange) -> Any:
        """Judge a 200 for a room; return its parsed body, or None where it cannot be read."""
        self.judged += 1
        self._check("shape.media-type", room, media_type(exchange))
        if exchange.fault == "oversized":
            self.unread = exchange.detail
            return None  # a limit of ours is no fault of the body
        self.whole += 1
        parsed = parse(exchange.content)
        self._check("shape.json", room, _json(exchange, parsed))
        if parsed.error or exchange.fault:
            return None
        self.parsed += 1
        self._check("shape.schema", room, self._schemas.breaches(parsed.body))
        self.telling += self._schemas.knows_of(parsed.body)
        self._check("shape.advisory", room, self._schemas.unusual(parsed.body))
        self._check("shape.text", room, spoilt(parsed.body))
        self.undeclared |= dict.fromkeys(self._schemas.undeclared(parsed.body))
        return parsed.body

    def _check(self, clause: str, room: str, breaches: Iterable[Breach]) -> None:
        self.breaches.setdefault(clause, []).extend(replace(one, room=room) for one in breaches)


def media_type(exchange: Exchange) -> Iterator[Breach]:
    """Yield what is wrong with the media type of an answer that should be JSON."""
    received = exchange.headers.get("content-type", "")
    if received.split(";")[0].strip().lower() != "application/json":
        yield Breach("Content-Type: application/json", received or "no Content-Type")
    charset = re.search(r';\s*charset="?([^";\s]+)', received, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        yield Breach("no charset but UTF-8, which JSON is in", received, level="should")


def _json(exchange: Exchange, parsed: Parsed) -> Iterator[Breach]:
    if exchange.fault:
        yield Breach("a complete body", exchange.detail)
    elif parsed.error:
        # The client undoes what it knows; what it was not asked for may be anything.
        coding = exchange.headers.get("content-encoding", "")
        unread = f"; its Content-Encoding is {coding!r}" if coding else ""
        yield Breach("strictly valid JSON", parsed.error + unread)
    elif parsed.repeated:
        names = ", ".join(map(repr, parsed.repeated))
        yield Breach("each name once in an object", f"{names} more than once", level="should")


def _finding(clause: str, count: Callable[[Shape], int], shape: Shape) -> Finding:
    why_not = f"no body could be read{' to its end: ' if shape.unread else ''}{shape.unread}"
    return judged(shape.breaches.get(clause, []), count(shape) > 0, why_not)


_COUNTED: dict[str, Callable[[Shape], int]] = {
    "shape.media-type": lambda shape: shape.judged,
    "shape.json": lambda shape: shape.whole,
    "shape.schema": lambda shape: shape.parsed,
    "shape.advisory": lambda shape: shape.telling,
    "shape.text": lambda shape: shape.telling,
}

CLAUSES: dict[str, Callable[[Shape], Finding]] = {
    clause: partial(_finding, clause, count) for clause, count in _COUNTED.items()
}
