"""From what was found to what is reported: the evidence, the level, and what all of it comes to."""

from collections.abc import Callable, Iterable

from contracts.judging.findings import Breach, Finding
from contracts.judging.results import Clause, ClauseResult, Evidence, Level, Verdict

__all__ = ["conclude", "verdict", "violates"]

_SHOWN = 5  # pieces of evidence per clause
_WEIGHT: dict[Level, int] = {"must": 0, "should": 1, "information": 2}


def conclude(
    clause: Clause,
    finding: Finding,
    *,
    curl: Callable[[Breach], str],
    redacted: Callable[[str], str],
) -> ClauseResult:
    """Return the result of a clause, the hardest of its breaches first.

    ``curl`` returns the command that shows a breach again, ``redacted`` a text without secrets.
    """
    breaches = sorted(finding.breaches, key=lambda one: _WEIGHT[one.level or clause.level])
    level = (breaches[0].level if breaches else None) or clause.level
    reason = finding.reason
    if len(breaches) > _SHOWN:
        rest = f"{len(breaches) - _SHOWN} more ways to see it are left out"
        reason = f"{reason}; {rest}" if reason else rest
    evidence = tuple(
        Evidence(redacted(one.expected), redacted(one.received), curl(one), one.count)
        for one in breaches[:_SHOWN]
    )
    return ClauseResult(clause, finding.status, level, redacted(reason), evidence)


def violates(result: ClauseResult, fail_on: Level) -> bool:
    """Return whether a result is a failure of at least this level."""
    return result.status == "failed" and _WEIGHT[result.level] <= _WEIGHT[fail_on]


def verdict(
    results: Iterable[ClauseResult], fail_on: Level, hindrance: str = ""
) -> tuple[Verdict, str]:
    """Return what the results come to, and the reason where that is inconclusive.

    ``hindrance`` says why nothing can be said where no clause is violated, empty if it can.
    """
    results = tuple(results)
    if any(violates(one, fail_on) for one in results):
        return "violates", ""
    if hindrance:
        return "inconclusive", hindrance
    if not any(one.status in ("passed", "failed") for one in results):
        return "inconclusive", "no clause could be exercised"
    return "conforms", ""
