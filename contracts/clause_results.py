"""What became of each clause, as the reports show it."""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from itertools import zip_longest

from contracts.judging.baseline import Usual, spots
from contracts.judging.clauses import catalogue
from contracts.judging.conclusion import conclude
from contracts.judging.findings import Breach, Finding, failed
from contracts.judging.results import Clause, ClauseResult, Spot
from contracts.settings import Judgement
from contracts.traffic.exchange import Request

__all__ = ["LEFT_OUT", "ClauseResults", "Showing"]

LEFT_OUT = "left out by --only or --skip"


@dataclass(frozen=True)
class Showing:
    """How what was found can be shown.

    ``usual`` says how a client asks, by what is known so far. ``valid`` returns the request for a
    room, ``curl`` a request as a command, ``redacted`` a text without secrets, and ``asked`` a
    request for an operation that an implementation may lack, None where there was none.
    """

    usual: Callable[[], Usual]
    valid: Callable[[str], Request]
    curl: Callable[[Request], str]
    redacted: Callable[[str], str]
    asked: Callable[[str], Request | None]


class ClauseResults:
    """Makes a result of each finding, and keeps it: without secrets, and without what is known.

    ``baseline`` is what is known to fail.
    """

    def __init__(self, judgement: Judgement, showing: Showing) -> None:
        self._judgement, self._showing = judgement, showing
        self._selected = judgement.selected
        self.baseline = judgement.known
        self._failing: dict[Spot, None] = {}
        self._results: dict[str, ClauseResult] = {}
        self._seconds: dict[str, float] = {}

    def __contains__(self, clause: str) -> bool:
        """Return whether there is a result of the clause with this id."""
        return clause in self._results

    def record(self, clause: Clause, finding: Finding) -> ClauseResult:
        """Keep what became of a clause, and return it as the reports show it."""
        finding = self._unless_required(clause, finding)
        found = spots(clause, finding, self._showing.usual())
        self._failing |= dict.fromkeys(found)
        sifted = self.baseline.sifted(finding, found)
        redacted = self._showing.redacted
        result = conclude(clause, sifted, curl=self._curl, redacted=redacted)
        self._results[clause.id] = result
        return result

    def took(self, clause: Clause, seconds: float) -> None:
        """Keep how long a part of a clause's test took."""
        self._seconds[clause.id] = self._seconds.get(clause.id, 0.0) + seconds

    def whole(self, why: str) -> tuple[ClauseResult, ...]:
        """Return a result of each clause there is; ``why`` says why some have not been reached."""
        return tuple(self._of(clause, why) for clause in catalogue().values())

    def _of(self, clause: Clause, why: str) -> ClauseResult:
        if clause.id not in self._selected:
            return ClauseResult(clause, "skipped", clause.level, LEFT_OUT)
        missing = ClauseResult(clause, "not reached", clause.level, why)
        result = self._results.get(clause.id, missing)
        return replace(result, seconds=self._seconds.get(clause.id, 0.0))

    def failing(self, exercised: Container[str]) -> tuple[Spot, ...]:
        """Return the places that fail, of the clauses with these ids."""
        return tuple(one for one in self._failing if one.clause in exercised)

    def _unless_required(self, clause: Clause, finding: Finding) -> Finding:
        """Return a failure where an operation is not offered that must be."""
        shape = clause.id.endswith(".shape") and clause.group in self._judgement.required_operations
        if finding.status != "not offered" or not shape:
            return finding
        expected = f"an implementation that offers it (--require {clause.group})"
        request = self._showing.asked(clause.group)
        return failed(Breach(expected, finding.reason, request=request))

    def _curl(self, breach: Breach) -> str:
        """Return a line for each request that shows a breach, with the seconds between them."""
        first = breach.request or breach.room
        if not first:
            return ""
        further = breach.steps or (first,) * len(breach.pauses)
        lines = [self._command(first)]
        for step, pause in zip_longest(further, breach.pauses[: len(further)], fillvalue=0.0):
            lines += [f"sleep {pause:g}"] if pause else []
            lines.append(self._command(step))
        return "\n".join(lines)

    def _command(self, step: Request | str | float) -> str:
        """Return the command that sends a request, or asks for the call in a room."""
        request = step if isinstance(step, Request) else self._showing.valid(str(step))
        return self._showing.curl(request)
