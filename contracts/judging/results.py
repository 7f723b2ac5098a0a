"""What a verification finds, as plain data: the suite fills it, the reports read it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

__all__ = [
    "ABSENT",
    "Clause",
    "ClauseResult",
    "Evidence",
    "Level",
    "Observation",
    "Result",
    "Verdict",
]

ABSENT = (404, 410)
"""What a room answers that has no call, or no longer one."""

Level = Literal["must", "should", "information"]
Provenance = Literal["documented", "example", "inferred"]
Status = Literal["passed", "failed", "skipped", "not reached"]
Verdict = Literal["conforms", "violates", "inconclusive"]


@dataclass(frozen=True)
class Clause:
    """One statement about an implementation that can hold or not.

    ``id`` is dotted (``time.duration-rate``); the part before the dot is its group. ``evidence``
    says in words what a failure shows. ``breach`` and ``fine`` are short examples of each side.
    """

    id: str
    level: Level
    provenance: Provenance
    title: str
    reason: str
    evidence: str
    breach: str
    fine: str

    @property
    def group(self) -> str:
        """The part of the id before the dot."""
        return self.id.split(".", 1)[0]


@dataclass(frozen=True)
class Evidence:
    """One way to see a failure: what should be, what was, and a command that shows it again.

    ``curl`` holds no secret: keys stand as shell variables. ``count`` is how often it was seen.
    """

    expected: str
    received: str
    curl: str
    count: int = 1


@dataclass(frozen=True)
class ClauseResult:
    """What became of one clause. ``reason`` says why, where it did not simply pass.

    ``level`` is the level that the outcome counts at: the clause's own, but for the few clauses
    whose milder breach is only a should.
    """

    clause: Clause
    status: Status
    level: Level
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Observation:
    """One answer to one valid request for a live room, as the clauses over time see it.

    ``sent`` and ``received`` are seconds on one monotonic clock; ``at`` is the wall clock (aware
    UTC) when the answer had arrived. ``body`` is the parsed JSON, or None where there is none.
    Rooms of two workspaces are two rooms, also under one name.
    """

    room: str
    sent: float
    received: float
    at: datetime
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    workspace: str = ""


@dataclass(frozen=True)
class Result:
    """One whole verification.

    ``cut_short`` says that it was ended before everything was asked; ``reason`` then says by what.
    ``target`` is the base URL without user info; ``contract`` names title and version of the
    contract; ``seconds`` is the wall time spent; ``requests`` what was sent and
    ``budget`` what the profile allowed; ``observations`` are those of the watch, in order, their
    transcripts without what was said.
    """

    target: str
    contract: str
    started: datetime
    seconds: float
    requests: int
    budget: int
    profile: str
    seed: int
    verdict: Verdict
    reason: str
    results: tuple[ClauseResult, ...]
    observations: tuple[Observation, ...] = ()
    cut_short: bool = False
