"""From what was found to what is reported: the evidence, the level, and what all of it comes to."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from contracts.judging.findings import Breach, Finding
from contracts.judging.results import Clause, ClauseResult, Evidence, Level, Verdict

__all__ = ["Gap", "conclude", "gaps", "verdict", "violates"]

_NAMED = 6  # clauses required in vain that are named; more are counted
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
    evidence = tuple(
        Evidence(
            redacted(one.expected),
            redacted(one.received),
            curl(one),
            one.count,
            tuple(map(redacted, one.variants)),
            redacted(one.seen),
        )
        for one in breaches
    )
    return ClauseResult(clause, finding.status, level, redacted(finding.reason), evidence)


def violates(result: ClauseResult, fail_on: Level) -> bool:
    """Return whether a result is a failure of at least this level."""
    return result.status == "failed" and _WEIGHT[result.level] <= _WEIGHT[fail_on]


def verdict(
    results: Iterable[ClauseResult],
    fail_on: Level,
    hindrance: str = "",
    required: Container[str] = (),
) -> tuple[Verdict, str]:
    """Return what the results come to, and the reason where that is inconclusive.

    ``hindrance`` says why nothing can be said where no clause is violated, empty if it can.
    ``required`` are the ids of the clauses without which nothing can be said either.
    """
    results = tuple(results)
    if any(violates(one, fail_on) for one in results):
        return "violates", ""
    if hindrance:
        return "inconclusive", hindrance
    missed = gaps(one for one in results if one.clause.id in required)
    if missed:
        named = "; ".join(f"{gap.named(_NAMED)} ({gap.reason})" for gap in missed)
        return "inconclusive", f"required but not exercised: {named}"
    if all(one.unexercised for one in results):
        return "inconclusive", "no clause could be exercised"
    return "conforms", ""


@dataclass(frozen=True)
class Gap:
    """Clauses that were not exercised, all for one reason."""

    reason: str
    clauses: tuple[str, ...]

    def named(self, most: int) -> str:
        """Name the clauses, or count them where they are more than ``most``."""
        few = len(self.clauses) <= most
        return ", ".join(self.clauses) if few else f"{len(self.clauses)} clauses"


def gaps(results: Iterable[ClauseResult]) -> list[Gap]:
    """Return what was not exercised, by reason, those with the fewest clauses first.

    What an implementation need not offer, and does not, is no gap.
    """
    found: dict[str, list[str]] = {}
    for one in results:
        if one.unexercised and one.status != "not offered":
            found.setdefault(one.reason, []).append(one.clause.id)
    return sorted(
        (Gap(why, tuple(ids)) for why, ids in found.items()), key=lambda gap: len(gap.clauses)
    )
