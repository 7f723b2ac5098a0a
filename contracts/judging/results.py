"""What a verification finds, as plain data: the suite fills it, the reports read it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

__all__ = [
    "ABSENT",
    "Clause",
    "ClauseResult",
    "Done",
    "Evidence",
    "Level",
    "Observation",
    "Result",
    "RoomShown",
    "Spot",
    "Traffic",
    "Verdict",
]

ABSENT = (404, 410)
"""What a room answers that has no call, or no longer one."""

Level = Literal["must", "should", "information"]
Provenance = Literal["documented", "example", "inferred"]
# known: it failed in ways that the baseline lists, and in no other. not offered: it is about an
# operation that an implementation may lack, and this one does.
Status = Literal["passed", "failed", "known", "skipped", "not reached", "not offered"]
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

    ``curl`` holds no secret: keys stand as shell variables. What shows over time has a line for
    each request, and ``sleep`` with the seconds between them. ``count`` is how often it was seen.
    ``variants`` say in which ways, this one first, where there is more than one. ``seen`` is where
    it showed first in recorded traffic: the entry, its file and its time.
    """

    expected: str
    received: str
    curl: str
    count: int = 1
    variants: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True)
class ClauseResult:
    """What became of one clause. ``reason`` says why, where it did not simply pass.

    ``level`` is the level that the outcome counts at: the clause's own, but for the few clauses
    whose milder breach is only a should. ``evidence`` is all that was found, the hardest first.
    ``seconds`` is how long its test took, with the waiting for what it needs.
    """

    clause: Clause
    status: Status
    level: Level
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    seconds: float = 0.0

    @property
    def unexercised(self) -> bool:
        """Whether nothing can be said of the clause."""
        return self.status in ("skipped", "not reached", "not offered")


class Spot(NamedTuple):
    """Where a clause fails: what is the same in the next run of the same failure.

    ``level`` is that of the breach, ``request`` the kind of request that shows it, without a name
    or a value, ``path`` that of a field, as in ``participants[].metadata``. Both may be empty.
    """

    clause: str
    level: Level
    request: str = ""
    path: str = ""


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
class RoomShown:
    """A room that was given. ``live`` says whether it showed a call; ``answer`` is the last other.

    ``answer`` is a status or a fault in words, empty where the room showed a call or was not asked.
    """

    name: str
    live: bool
    answer: str = ""


@dataclass(frozen=True)
class Done:
    """What a verification did to the call in a room that it was told it may end."""

    room: str
    agent_muted: bool
    call_ended: bool


@dataclass(frozen=True)
class Traffic:
    """What a verdict rests on that was recorded: the ``files`` that it was in.

    ``left_out`` says what was not judged, and how much of it.
    """

    files: tuple[str, ...]
    left_out: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Result:
    """One whole verification.

    ``cut_short`` says that it was ended before everything was asked; ``reason`` then says by what.
    ``target`` is the base URL without user info; ``contract`` names title and version of the
    contract; ``seconds`` is the wall time spent; ``requests`` what was sent and
    ``budget`` what the profile allowed; ``observations`` are those of the watch, in order, their
    transcripts without what was said; ``fail_on`` is the level from which on a failure violates.
    ``left_out`` says what there was no time for. ``failing`` are the places that fail; of the
    baseline's, ``mended`` fail no longer and ``untried`` belong to clauses that were not exercised.
    ``traffic`` is there where nothing was asked: ``started`` and ``seconds`` are those of the
    recording then, ``requests`` what was judged of it. ``unwritten`` says which file could not be
    written while it went on, and why.
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
    fail_on: Level = "must"
    left_out: str = ""
    rooms: tuple[RoomShown, ...] = ()
    failing: tuple[Spot, ...] = ()
    mended: tuple[Spot, ...] = ()
    untried: tuple[Spot, ...] = ()
    cut_short: bool = False
    done: tuple[Done, ...] = ()
    traffic: Traffic | None = None
    unwritten: str = ""

    @property
    def exit_status(self) -> int:
        """The status of a command that came to its end."""
        return {"conforms": 0, "violates": 1, "inconclusive": 3}[self.verdict]
