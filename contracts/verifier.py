"""Runs the suite within pytest: what to run, in which order, and what became of each clause."""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from contracts.asking.opening import CannotSayError, InconclusiveError
from contracts.asking.pace import Budget, Clock
from contracts.asking.plan import plan
from contracts.asking.session import Session
from contracts.asking.target import Target
from contracts.contract import Operation
from contracts.judging.clauses import catalogue
from contracts.judging.findings import Breach, Finding, NotReachedError
from contracts.judging.results import (
    Clause,
    ClauseResult,
    Evidence,
    Level,
    Observation,
    Result,
    Verdict,
)
from contracts.settings import Settings

__all__ = ["VERIFIER", "Verifier"]

VERIFIER = pytest.StashKey["Verifier"]()
"""Where the suite's fixtures find the verification under way."""

Judge = Callable[[Finding], None]

# What a clause needs: to ask, to ask what may do harm, to ask often, or all of that done.
_STAGES = ("ask", "break", "repeat", "review")
_SHOWN = 5  # pieces of evidence per clause
_WEIGHT: dict[Level, int] = {"must": 0, "should": 1, "information": 2}


class Verifier:
    """A pytest plugin for one verification; ``result`` is what it came to.

    ``progress`` is told what is being done and how many requests are spent. ``clock`` and
    ``transport`` stand in for time and network in tests.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        progress: Callable[[str, int], None] | None = None,
        clock: Clock | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.settings = settings
        self.stopped: CannotSayError | None = None
        self._selected = settings.selected
        self._progress = progress or (lambda doing, requests: None)
        self._doing = ""
        self._plan = plan(settings.profile)
        self._budget = Budget(self._plan.total)
        self._clock = clock or Clock()
        self._target = Target(
            settings,
            self._budget,
            clock=self._clock,
            transport=transport,
            progress=lambda spent: self._progress(self._doing, spent),
            waiting=lambda seconds: self._progress(
                f"waiting for the rate limit, {seconds:.0f} s", self._budget.spent
            ),
        )
        self.session = Session(settings, self._target, self._plan)
        self.session.doing = self._say
        self._results: dict[str, ClauseResult] = {}
        self._crash = ""
        self._started: tuple[datetime, float] = (self._clock.now(), self._clock.monotonic())

    def _say(self, doing: str) -> None:
        self._doing = doing
        self._progress(doing, self._budget.spent)

    # What pytest asks.

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marker of the suite known, and itself to its fixtures."""
        config.stash[VERIFIER] = self
        line = "clause(id, stage='ask'): the clause that a test judges, and when it can"
        config.addinivalue_line("markers", line)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out what is not selected; review only when all the asking is done."""
        ours = {id(item): _clause(item) for item in items if _clause(item)}
        dropped = [i for i in items if id(i) in ours and ours[id(i)] not in self._selected]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        kept = [item for item in items if item not in dropped]
        items[:] = sorted(kept, key=lambda item: _stage(item) if id(item) in ours else -1)

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Look for the rooms first: without one, there is nothing to run."""
        items = [item for item in session.items if _clause(item)]
        if not items or session.config.option.collectonly:
            return None
        self._started = (self._clock.now(), self._clock.monotonic())
        try:
            self.session.open()
        except CannotSayError as error:
            self.stopped = error
            return True
        if any("watched" in getattr(item, "fixturenames", ()) for item in items):
            self.session.start_watch()
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record a clause that could not be exercised, because of what it needs first."""
        return (yield from self._guarded(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record a clause that could not be exercised, and one whose judge itself failed."""
        return (yield from self._guarded(item))

    def _guarded(self, item: pytest.Item) -> Generator[None, Any, Any]:
        id_ = _clause(item)
        try:
            return (yield)
        except NotReachedError as error:
            self._record(catalogue()[id_], Finding("not reached", reason=str(error)))
            pytest.skip(f"not reached: {error}")
        except Exception as error:
            if id_:
                self._crash = f"the verifier failed at {id_}: {type(error).__name__}: {error}"
                self._record(catalogue()[id_], Finding("not reached", reason=self._crash))
            raise

    def pytest_unconfigure(self) -> None:
        """Close every connection."""
        self._target.close()

    def judge(self, item: pytest.Item) -> Judge:
        """Return what records the finding about a test's clause, and ends the test accordingly."""
        clause = catalogue()[_clause(item)]
        if _stage(item) == 3:
            self._say("reviewing what was seen")
        else:
            self._doing = clause.title  # said with the first request, if one is sent at all
        named = (("clause", clause.id), ("level", clause.level), ("provenance", clause.provenance))
        item.user_properties.extend(named)

        def record(finding: Finding) -> None:
            self._conclude(self._record(clause, finding))

        return record

    def _conclude(self, result: ClauseResult) -> None:
        if result.status in ("skipped", "not reached"):
            pytest.skip(f"{result.status}: {result.reason}")
        if result.status == "failed":
            lines = [f"{result.level}: {result.clause.title}", result.reason]
            for one in result.evidence:
                lines += [f"Expected: {one.expected}", f"Received: {one.received}", one.curl]
            text = "\n".join(line for line in lines if line)
            if _violates(result, self.settings):
                pytest.fail(text, pytrace=False)
            pytest.xfail(text)

    # What comes out of it.

    def _record(self, clause: Clause, finding: Finding) -> ClauseResult:
        breaches = sorted(finding.breaches, key=lambda one: _WEIGHT[one.level or clause.level])
        level = (breaches[0].level if breaches else None) or clause.level
        reason = finding.reason
        if len(breaches) > _SHOWN:
            rest = f"{len(breaches) - _SHOWN} more ways to see it are left out"
            reason = f"{reason}; {rest}" if reason else rest
        evidence = tuple(self._evidence(one) for one in breaches[:_SHOWN])
        redacted = self._target.secrets.redacted(reason)
        result = ClauseResult(clause, finding.status, level, redacted, evidence)
        self._results[clause.id] = result
        return result

    def _evidence(self, breach: Breach) -> Evidence:
        curl = breach.curl
        if not curl and breach.room:
            curl = self._target.curl(self.session.valid(breach.room))
        redacted = self._target.secrets.redacted
        return Evidence(redacted(breach.expected), redacted(breach.received), curl, breach.count)

    def result(self) -> Result:
        """Return the whole verification, also of one that could not begin."""
        results = tuple(self._outcome(clause) for clause in catalogue().values())
        verdict, reason = self._verdict(results)
        started, since = self._started
        return Result(
            target=self._target.url,
            contract=Operation.load().contract,
            started=started,
            seconds=self._clock.monotonic() - since,
            requests=self._budget.spent,
            budget=self._budget.total,
            profile=self.settings.profile,
            seed=self.settings.seed,
            verdict=verdict,
            reason=self._target.secrets.redacted(reason),
            results=results,
            observations=tuple(map(self._shown, self.session.journal.observations)),
        )

    def _shown(self, one: Observation) -> Observation:
        """Return an observation as a report may show it: without headers, and what was said."""
        body = one.body
        if isinstance(body, dict) and isinstance(body.get("transcript"), list):
            body = body | {"transcript": [None] * len(body["transcript"])}
        return replace(one, headers={}, body=self._target.secrets.scrubbed(body))

    def _outcome(self, clause: Clause) -> ClauseResult:
        if clause.id not in self._selected:
            return ClauseResult(clause, "skipped", clause.level, "left out by --only or --skip")
        why = str(self.stopped) if self.stopped else "it was not run"
        missing = ClauseResult(clause, "not reached", clause.level, why)
        return self._results.get(clause.id, missing)

    def _verdict(self, results: tuple[ClauseResult, ...]) -> tuple[Verdict, str]:
        if any(_violates(one, self.settings) for one in results):
            return "violates", ""
        if self.stopped or self._crash:
            return "inconclusive", str(self.stopped or self._crash)
        if not any(room.live for room in self.session.rooms):
            return "inconclusive", "every room's call ended before the verification did"
        if not any(one.status == "passed" for one in results):
            return "inconclusive", "no clause could be exercised"
        return "conforms", ""

    @property
    def exit_status(self) -> int:
        """0 conforms, 1 violates, 2 nobody is there, 3 inconclusive."""
        if self.stopped and not isinstance(self.stopped, InconclusiveError):
            return 2
        return {"conforms": 0, "violates": 1, "inconclusive": 3}[self.result().verdict]


def _violates(result: ClauseResult, settings: Settings) -> bool:
    return result.status == "failed" and _WEIGHT[result.level] <= _WEIGHT[settings.fail_on]


def _clause(item: pytest.Item) -> str:
    marker = item.get_closest_marker("clause")
    return str(marker.args[0]) if marker else ""


def _stage(item: pytest.Item) -> int:
    marker = item.get_closest_marker("clause")
    return _STAGES.index(marker.kwargs.get("stage", "ask")) if marker else 0
