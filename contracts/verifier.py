"""Runs the suite within pytest: what to run, in which order, and how each test ends."""

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

import pytest

from contracts import signals
from contracts.clause_results import LEFT_OUT
from contracts.judging.clauses import catalogue
from contracts.judging.conclusion import violates
from contracts.judging.findings import Finding, NotReachedError
from contracts.judging.results import Clause, ClauseResult
from contracts.report.wording import left_out, shown, ways
from contracts.suite.feeds import fed
from contracts.suite.keys import SESSION, VERDICT
from contracts.verification import Verification

__all__ = ["Verifier"]

# What a clause needs: to ask, to ask often, to ask with wrong keys, to ask what may do harm, to
# end calls, or all of that done. What may get us locked out comes after what must not be disturbed.
_STAGES = ("ask", "repeat", "key", "break", "end", "review")


class Verifier:
    """A pytest plugin: the suite's tests as the clauses of one verification."""

    def __init__(self, verification: Verification) -> None:
        self.verification = verification
        self._restore: Callable[[], object] = lambda: None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marker of the suite known, and to its fixtures what they need."""
        config.stash[SESSION] = self.verification.session
        config.stash[VERDICT] = self._end
        line = "clause(id, stage='ask'): the clause that a test judges, and when it can"
        config.addinivalue_line("markers", line)
        self._restore = signals.catch_sigterm()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out what nothing selected needs; review only when all the asking is done."""
        needed = fed(self.verification.settings.selected)
        clauses = {id(item): clause.id for item in items if (clause := _clause(item))}
        dropped = [item for item in items if clauses.get(id(item), "") not in {"", *needed}]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        kept = [item for item in items if item not in dropped]
        items[:] = sorted(kept, key=lambda item: _stage(item) if id(item) in clauses else -1)

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Look for the rooms first: without one, there is nothing to run."""
        items = [item for item in session.items if _clause(item)]
        if not items or session.config.option.collectonly:
            return None
        if not self.verification.open():
            return True
        needed = {name for item in items for name in getattr(item, "fixturenames", ())}
        if "offered" in needed:
            with suppress(NotReachedError):  # each clause says so that needs it
                self.verification.session.meet()
        if {"watched", "watching"} & needed:
            self.verification.session.start_watch()
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record a clause that could not be exercised, because of what it needs first."""
        return (yield from self._guarded(_clause(item)))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record a clause that could not be exercised, and one whose judge itself failed."""
        clause = _clause(item)
        if clause:
            self._announce(item, clause)
        return (yield from self._guarded(clause))

    def _announce(self, item: pytest.Item, clause: Clause) -> None:
        if _stage(item) == _STAGES.index("review"):
            self.verification.say("reviewing what was seen")
        else:
            self.verification.say_with_next(clause.title)
        named = (("clause", clause.id), ("level", clause.level), ("provenance", clause.provenance))
        item.user_properties.extend(named)

    def _guarded(self, clause: Clause | None) -> Generator[None, Any, Any]:
        began = self.verification.now()
        try:
            return (yield)
        except NotReachedError as error:
            if clause:
                self.verification.record(clause, Finding("not reached", reason=str(error)))
            pytest.skip(self.verification.redacted(f"not reached: {error}"))
        except Exception as error:
            if clause:
                self.verification.record_crash(clause, error)
            raise
        finally:
            if clause:
                self.verification.took(clause, self.verification.now() - began)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep that there is no more to come."""
        self.verification.interrupt(excinfo.value)

    def pytest_unconfigure(self) -> None:
        """Close every connection."""
        self._restore()
        self.verification.close()

    def _end(self, item: pytest.Item, finding: Finding) -> None:
        """Record what was found of a test's clause, and end the test accordingly."""
        clause = _clause(item)
        if clause is None:
            raise ValueError(f"{item.nodeid} judges no clause")
        result = self.verification.record(clause, finding)
        if clause.id not in self.verification.settings.selected:
            pytest.skip(f"{LEFT_OUT}; what it asks for serves other clauses")
        if result.unexercised:
            pytest.skip(f"{result.status}: {result.reason}")
        if result.status in ("failed", "known"):
            if violates(result, self.verification.settings.fail_on):
                pytest.fail(_words(result), pytrace=False)
            pytest.xfail(_words(result))


def _words(result: ClauseResult) -> str:
    lines = [f"{result.level}: {result.clause.title}", result.reason]
    for one in shown(result):
        lines += [f"Expected: {one.expected}", f"Received: {one.received}"]
        lines += [f"With: {ways(one)}" if one.variants else "", one.curl]
    return "\n".join(line for line in (*lines, left_out(result)) if line)


def _clause(item: pytest.Item) -> Clause | None:
    marker = item.get_closest_marker("clause")
    return catalogue()[str(marker.args[0])] if marker else None


def _stage(item: pytest.Item) -> int:
    marker = item.get_closest_marker("clause")
    return _STAGES.index(marker.kwargs.get("stage", "ask")) if marker else 0
