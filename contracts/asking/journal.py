"""What was seen of the target, each answer judged by its shape as it came in."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.judging.bodies import Parsed, Schemas, parse
from contracts.judging.findings import Breach
from contracts.judging.results import Observation
from contracts.traffic.exchange import Answer

__all__ = ["Journal", "Reply", "observed"]

_KEPT = 20_000  # bytes of an error's body that are looked at


@dataclass(frozen=True)
class Reply:
    """An answer to a request for ``room`` as it should be asked for: what came, in short."""

    room: str
    outcome: str
    ok: bool
    absent: bool


@dataclass
class Journal:
    """Grows while the suite runs.

    ``shape`` holds breaches by clause id; ``judged`` counts bodies, ``telling`` those with a
    documented field.
    ``replies`` are those to valid requests for rooms that were live; ``errors`` are the answers
    with a status from 400 on, whatever was asked.
    """

    schemas: Schemas = field(default_factory=Schemas)
    observations: list[Observation] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    errors: list[Answer] = field(default_factory=list)
    shape: dict[str, list[Breach]] = field(default_factory=dict)
    undeclared: dict[str, None] = field(default_factory=dict)
    judged: int = 0
    parsed: int = 0
    telling: int = 0

    def error(self, answer: Answer) -> None:
        """Keep an answer with an error status, without most of a long body."""
        if answer.status >= 400:
            self.errors.append(replace(answer, content=answer.content[:_KEPT]))

    def body(self, room: str, answer: Answer) -> Any:
        """Judge the shape of a 200 for a live room; return its parsed body, or None."""
        self.judged += 1
        self._check("shape.media-type", room, _media_type(answer))
        parsed = parse(answer.content)
        self._check("shape.json", room, _json(answer, parsed))
        if parsed.error or answer.fault:
            return None
        self.parsed += 1
        self._check("shape.schema", room, self.schemas.breaches(parsed.body))
        self.telling += self.schemas.knows_of(parsed.body)
        self._check("shape.advisory", room, self.schemas.unusual(parsed.body))
        self.undeclared |= dict.fromkeys(self.schemas.undeclared(parsed.body))
        return parsed.body

    def _check(self, clause: str, room: str, breaches: list[Breach] | Iterator[Breach]) -> None:
        self.shape.setdefault(clause, []).extend(replace(one, room=room) for one in breaches)


def observed(room: str, answer: Answer, body: Any) -> Observation:
    """Return an answer as the clauses over time see it; cookies stay out of the report."""
    headers = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
    return Observation(room, answer.sent, answer.received, answer.at, answer.status, headers, body)


def _media_type(answer: Answer) -> Iterator[Breach]:
    received = answer.headers.get("content-type", "")
    if received.split(";")[0].strip().lower() != "application/json":
        yield Breach("Content-Type: application/json", received or "no Content-Type")


def _json(answer: Answer, parsed: Parsed) -> Iterator[Breach]:
    if answer.fault:
        yield Breach("a complete body", answer.detail)
    elif parsed.error:
        yield Breach("strictly valid JSON", parsed.error)
    elif parsed.repeated:
        names = ", ".join(map(repr, parsed.repeated))
        yield Breach("each name once in an object", f"{names} more than once", level="should")
