"""One verification: what it is made of, and the result that comes of it."""

import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

from contracts import defects
from contracts.asking.board import listed
from contracts.asking.opening import CannotSayError, InconclusiveError
from contracts.asking.pace import Budget, Clock
from contracts.asking.plan import plan
from contracts.asking.session import Session
from contracts.asking.target import Target
from contracts.asking.waiting import wait_for_a_call
from contracts.clause_results import ClauseResults, Showing
from contracts.contract import LIST, Operation
from contracts.judging.baseline import Usual
from contracts.judging.clauses import catalogue
from contracts.judging.conclusion import verdict
from contracts.judging.findings import Finding
from contracts.judging.history import History
from contracts.judging.judge import JUDGES
from contracts.judging.results import Clause, ClauseResult, Result
from contracts.settings import Settings
from contracts.shown import done_shown, observations_shown, rooms_shown
from contracts.signals import TerminatedError
from contracts.traffic.exchange import Exchange, Request

if TYPE_CHECKING:
    from contracts.traffic.archive import Archive

__all__ = ["Verification"]


class Verification:
    """Holds what was found of each clause, and says what that comes to.

    ``progress`` is told what is being done and how many requests are spent. ``clock`` and
    ``transport`` stand in for time and network in tests.

    Raises:
        OSError: where the archive of the exchanges cannot be written.
        UsageError: where the baseline cannot be read.

    """

    def __init__(
        self,
        settings: Settings,
        *,
        progress: Callable[[str, int], None] = lambda doing, requests: None,
        clock: Clock | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.settings = settings
        self.stopped: CannotSayError | None = None
        self._progress = progress
        self._doing = ""
        share = plan(settings.profile)
        self._budget = Budget(share.total)
        self._clock = clock or Clock()
        self._history = History()
        self._target = self._reached_by(transport)
        self.session = Session(settings, self._target, share, self._history, self.say)
        self._results = ClauseResults(settings, self._showing())
        self._archive = self._archived(settings.report_har)
        self._waits = False
        self._opened = False
        self._defect = ""
        self._cut_short = ""
        self._signal = 0
        self._started: tuple[datetime, float] = (self._clock.now(), self._clock.monotonic())

    def _reached_by(self, transport: httpx2.BaseTransport | None) -> Target:
        """Return the target, which tells of each exchange, and of what it waits for."""
        return Target(
            self.settings,
            self._budget,
            clock=self._clock,
            transport=transport,
            progress=lambda spent: self._progress(self._doing, spent),
            waiting=lambda seconds: self._progress(
                f"waiting for the rate limit, {seconds:.0f} s", self._budget.spent
            ),
            refused=self._refused,
            exchanged=self._keep,
            surplus=self._history.add,
        )

    def _archived(self, path: Path | None) -> "Archive | None":
        if path is None:
            return None
        from contracts.traffic.archive import Archive  # imports a library

        return Archive(path, self._target.origin, self._target.secrets)

    def _showing(self) -> Showing:
        session, target = self.session, self._target

        def usual() -> Usual:
            rooms = [*session.names, *self.settings.expendable_rooms]
            valid = session.valid(rooms[0] if rooms else "-")
            return Usual(valid, rooms, self.settings.other_workspace_id)

        def asked(operation: str) -> Request | None:
            answers = self._history.siblings.of(operation)
            return next((one.request for one in answers), None)

        return Showing(usual, session.valid, target.curl, target.secrets.redacted, asked)

    def say(self, doing: str) -> None:
        """Report what is being done now."""
        self.say_with_next(doing)
        self._progress(doing, self._budget.spent)

    def say_with_next(self, doing: str) -> None:
        """Report it with the next request, if there is one."""
        self._doing = doing

    def open(self) -> bool:
        """Look for the rooms; return whether the clauses can be asked for.

        Where not, the result says why; ``stopped`` does where it is for the target's answers.
        """
        try:
            self._wait()
            self._started = (self._clock.now(), self._clock.monotonic())
            self.session.open()
        except CannotSayError as error:
            waited = f", after a wait of {self.settings.wait:g} s" if self.settings.wait else ""
            self.stopped = type(error)(f"{error}{waited}")
        except Exception as error:
            self._fail(error)
        self._opened = not self.stopped and not self._defect
        return self._opened

    def _wait(self) -> None:
        if not self.settings.wait:
            return
        self._waits = True
        if self.session.discovers:
            requests, is_on = [self._target.request(of=LIST)], lambda one: bool(listed(one))
            wait_for_a_call(self._target, requests, self.settings.wait, self.say, is_on)
        else:
            requests = [self.session.valid(room) for room in self.settings.rooms]
            wait_for_a_call(self._target, requests, self.settings.wait, self.say)
        self._waits = False
        self._target.begin()

    def _refused(self, exchange: Exchange) -> None:
        if not self._waits:
            self._history.add(exchange)

    def redacted(self, text: str) -> str:
        """Return a text without secrets."""
        return self._target.secrets.redacted(text)

    def _keep(self, exchange: Exchange) -> None:
        if self._archive:
            self._archive.add(exchange)

    def close(self) -> None:
        """Close every connection, and the archive."""
        self._target.close()
        if self._archive:
            self._archive.close()

    def record(self, clause: Clause, finding: Finding) -> ClauseResult:
        """Keep what became of a clause, and return it as the reports show it."""
        return self._results.record(clause, finding)

    def took(self, clause: Clause, seconds: float) -> None:
        """Keep how long a part of a clause's test took."""
        self._results.took(clause, seconds)

    def now(self) -> float:
        """Return monotonic seconds."""
        return self._clock.monotonic()

    def record_crash(self, clause: Clause, error: Exception) -> None:
        """Keep that the verifier itself failed at a clause: that is no breach of the target's."""
        self._fail(error, f"the verifier failed at {clause.id}: ")
        self.record(clause, Finding("not reached", reason=self._defect))

    def _fail(self, error: Exception, where: str = "") -> None:
        self._defect = where + defects.line(error)
        defects.trace(error, self._target.secrets.redacted)

    def interrupt(self, error: BaseException) -> None:
        """Keep that the run ends here: by Ctrl-C, by SIGTERM, or because pytest was told to.

        A breach that was seen by now is told, also of a clause whose turn had not come. Nothing
        holds that was not asked for to the end.
        """
        if isinstance(error, TerminatedError):
            self._signal, why = signal.SIGTERM, "by SIGTERM"
        elif type(error) is KeyboardInterrupt:
            self._signal, why = signal.SIGINT, "by Ctrl-C"
        else:
            why = str(error)
        self._cut_short = f"the run was cut short {why}".strip()
        if self._opened:  # before that, a room may wait for its second chance
            for id_ in self.settings.selected & JUDGES.keys():
                if id_ not in self._results:
                    self._judge(catalogue()[id_])

    def _judge(self, clause: Clause) -> None:
        try:
            finding = JUDGES[clause.id](self._history)
        except Exception as error:
            self.record_crash(clause, error)
            return
        if finding.status == "passed":
            held = f"{self._cut_short}; it held in what was seen"
            self.record(clause, Finding("not reached", reason=held))
        elif finding.status == "failed":
            self.record(clause, finding)

    def result(self) -> Result:
        """Return the whole verification, also of one that could not begin."""
        settings, secrets = self.settings, self._target.secrets
        why = self.stopped or self._cut_short or "it was not run"
        results = self._results.whole(secrets.redacted(str(why)))
        came_to, reason = verdict(results, settings.fail_on, self._hindrance(), settings.required)
        started, since = self._started
        exercised = {one.clause.id for one in results if not one.unexercised}
        failing = self._results.failing(exercised)
        return Result(
            target=self._target.url,
            contract=Operation.load().contract,
            started=started,
            seconds=self._clock.monotonic() - since,
            requests=self._budget.spent,
            budget=self._budget.total,
            profile=settings.profile,
            seed=settings.seed,
            verdict=came_to,
            cut_short=bool(self._cut_short),
            reason=secrets.redacted(self._with_remarks(reason)),
            results=results,
            observations=observations_shown(self._history.observations, secrets),
            fail_on=settings.fail_on,
            left_out=self.session.left_out,
            rooms=rooms_shown(self.session.rooms, secrets),
            failing=failing,
            mended=self._results.baseline.mended(exercised, failing),
            untried=self._results.baseline.untried(exercised),
            done=done_shown(self.session.done, secrets),
            unwritten=self._archive.problem if self._archive else "",
        )

    @property
    def exit_status(self) -> int:
        """0 conforms, 1 violates, 2 nobody is there or a defect, 3 inconclusive, 128 + signal."""
        if self._signal:
            return 128 + self._signal
        if self.stopped and not isinstance(self.stopped, InconclusiveError):
            return 2
        result = self.result()
        return 2 if result.verdict == "inconclusive" and self._defect else result.exit_status

    def _hindrance(self) -> str:
        """Return why nothing can be said of the target as a whole, empty if something can."""
        if self.stopped or self._cut_short or self._defect:
            return str(self.stopped or self._cut_short or self._defect)
        if self.session.asker.stopped:
            return self.session.asker.stopped
        if not any(room.live for room in self.session.rooms):
            return "every room's call ended before the verification did"
        return ""

    def _with_remarks(self, reason: str) -> str:
        """Return the reason with what nobody may overlook, whatever the verdict."""
        remarks = [reason, self._cut_short, self._defect]
        return "; ".join(dict.fromkeys(filter(None, remarks)))
