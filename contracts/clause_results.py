"""What became of each clause, as the reports show it."""

from collections.abc import Container
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from contracts.asking.session import Session
from contracts.judging.baseline import Baseline, BaselineError, Usual, read, spots
from contracts.judging.clauses import catalogue
from contracts.judging.conclusion import conclude
from contracts.judging.findings import Breach, Finding, failed
from contracts.judging.results import Clause, ClauseResult, Spot
from contracts.traffic.exchange import Request
from contracts.values import UsageError

__all__ = ["LEFT_OUT", "ClauseResults"]

LEFT_OUT = "left out by --only or --skip"


class ClauseResults:
    """Makes a result of each finding, and keeps it: without secrets, and without what is known.

    ``baseline`` is what is known to fail.

    Raises:
        UsageError: where the baseline cannot be read.

    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._settings = session.settings
        self._selected = session.settings.selected
        self.baseline = _known(session.settings.baseline)
        self._failing: dict[Spot, None] = {}
        self._results: dict[str, ClauseResult] = {}
        self._seconds: dict[str, float] = {}

    def __contains__(self, clause: str) -> bool:
        """Return whether there is a result of the clause with this id."""
        return clause in self._results

    def record(self, clause: Clause, finding: Finding) -> ClauseResult:
        """Keep what became of a clause, and return it as the reports show it."""
        finding = self._unless_required(clause, finding)
        found = spots(clause, finding, self._usual())
        self._failing |= dict.fromkeys(found)
        sifted = self.baseline.sifted(finding, found)
        redacted = self._session.target.secrets.redacted
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
        shape = clause.id.endswith(".shape") and clause.group in self._settings.required_operations
        if finding.status != "not offered" or not shape:
            return finding
        expected = f"an implementation that offers it (--require {clause.group})"
        asked = self._session.history.siblings.of(clause.group)
        request = next((one.request for one in asked), None)
        return failed(Breach(expected, finding.reason, request=request))

    def _usual(self) -> Usual:
        """Return how a client asks for the rooms that are known by now."""
        rooms = [*self._session.names, *self._settings.expendable_rooms]
        valid = self._session.valid(rooms[0] if rooms else "-")
        return Usual(valid, rooms, self._settings.other_workspace_id)

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
        request = step if isinstance(step, Request) else self._session.valid(str(step))
        return self._session.target.curl(request)


def _known(path: Path | None) -> Baseline:
    try:
        return read(path) if path else Baseline()
    except BaselineError as error:
        raise UsageError(f"--baseline: {error}") from None
