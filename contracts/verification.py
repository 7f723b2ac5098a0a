"""One verification: what it is made of, and the result that comes of it."""

import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

import httpx2

from contracts import defects
from contracts.asking.board import listed
from contracts.asking.opening import CannotSayError, InconclusiveError
from contracts.asking.pace import Budget, Clock
from contracts.asking.plan import plan
from contracts.asking.session import Session
from contracts.asking.target import Target
from contracts.asking.waiting import wait_for_a_call
from contracts.contract import END_CALL, LIST, REMOVE_AGENT, Operation
from contracts.judging.baseline import Baseline, BaselineError, Usual, read, spots
from contracts.judging.clauses import catalogue
from contracts.judging.conclusion import conclude, verdict
from contracts.judging.findings import Breach, Finding, failed
from contracts.judging.history import History
from contracts.judging.judge import JUDGES
from contracts.judging.results import (
    Clause,
    ClauseResult,
    Done,
    Observation,
    Result,
    RoomShown,
    Spot,
)
from contracts.judging.rooms import Room
from contracts.settings import Settings, UsageError
from contracts.signals import TerminatedError
from contracts.traffic.archive import Archive
from contracts.traffic.exchange import Exchange, Request

__all__ = ["LEFT_OUT", "Verification"]

LEFT_OUT = "left out by --only or --skip"


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
        self._selected = settings.selected
        self._progress = progress
        self._doing = ""
        share = plan(settings.profile)
        self._budget = Budget(share.total)
        self._clock = clock or Clock()
        self._history = History()
        self._target = Target(
            settings,
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
        self._waits = False
        self._baseline = _known(settings.baseline)
        self.session = Session(settings, self._target, share, self._history, self.say)
        path = settings.report_har
        self._archive = path and Archive(path, self._target.origin, self._target.secrets)
        self._failing: dict[Spot, None] = {}
        self._results: dict[str, ClauseResult] = {}
        self._seconds: dict[str, float] = {}
        self._opened = False
        self._defect = ""
        self._cut_short = ""
        self._signal = 0
        self._started: tuple[datetime, float] = (self._clock.now(), self._clock.monotonic())

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
        redacted = self._target.secrets.redacted
        finding = self._unless_required(clause, finding)
        found = spots(clause, finding, self._usual())
        self._failing |= dict.fromkeys(found)
        sifted = self._baseline.sifted(finding, found)
        result = conclude(clause, sifted, curl=self._curl, redacted=redacted)
        self._results[clause.id] = result
        return result

    def _unless_required(self, clause: Clause, finding: Finding) -> Finding:
        """Return a failure where an operation is not offered that must be."""
        shape = clause.id.endswith(".shape") and clause.group in self.settings.required_operations
        if finding.status != "not offered" or not shape:
            return finding
        expected = f"an implementation that offers it (--require {clause.group})"
        request = next((one.request for one in self._history.siblings.of(clause.group)), None)
        return failed(Breach(expected, finding.reason, request=request))

    def _usual(self) -> Usual:
        """Return how a client asks for the rooms that are known by now."""
        rooms = [*self.session.names, *self.settings.expendable_rooms]
        valid = self.session.valid(rooms[0] if rooms else "-")
        return Usual(valid, rooms, self.settings.other_workspace_id)

    def took(self, clause: Clause, seconds: float) -> None:
        """Keep how long a part of a clause's test took."""
        self._seconds[clause.id] = self._seconds.get(clause.id, 0.0) + seconds

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
            for id_ in (self._selected & JUDGES.keys()) - self._results.keys():
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
        request = step if isinstance(step, Request) else self.session.valid(str(step))
        return self._target.curl(request)

    def result(self) -> Result:
        """Return the whole verification, also of one that could not begin."""
        results = tuple(self._outcome(clause) for clause in catalogue().values())
        came_to, reason = verdict(
            results, self.settings.fail_on, self._hindrance(), self._required()
        )
        started, since = self._started
        exercised = {one.clause.id for one in results if not one.unexercised}
        failing = tuple(one for one in self._failing if one.clause in exercised)
        return Result(
            target=self._target.url,
            contract=Operation.load().contract,
            started=started,
            seconds=self._clock.monotonic() - since,
            requests=self._budget.spent,
            budget=self._budget.total,
            profile=self.settings.profile,
            seed=self.settings.seed,
            verdict=came_to,
            cut_short=bool(self._cut_short),
            reason=self._target.secrets.redacted(self._with_remarks(reason)),
            results=results,
            observations=tuple(map(self._shown, self._history.observations)),
            fail_on=self.settings.fail_on,
            left_out=self.session.left_out,
            rooms=tuple(map(self._room, self.session.rooms)),
            failing=failing,
            mended=self._baseline.mended(exercised, failing),
            untried=self._baseline.untried(exercised),
            done=tuple(self._done(room, of) for room, of in self.session.done.items()),
        )

    def _required(self) -> frozenset[str]:
        """Return the ids of the clauses that must be exercised.

        Where every must is required, those are left out that only a call's end would show.
        """
        settings = self.settings
        if not settings.requires_musts:
            return settings.required
        musts = {id_: one for id_, one in catalogue().items() if one.level == "must"}
        asked = {id_ for id_, one in musts.items() if settings.asks_for(one)}
        return settings.required | asked

    @property
    def exit_status(self) -> int:
        """0 conforms, 1 violates, 2 nobody is there or a defect, 3 inconclusive, 128 + signal."""
        if self._signal:
            return 128 + self._signal
        if self.stopped and not isinstance(self.stopped, InconclusiveError):
            return 2
        verdict = self.result().verdict
        if verdict == "inconclusive" and self._defect:
            return 2
        return {"conforms": 0, "violates": 1, "inconclusive": 3}[verdict]

    def _outcome(self, clause: Clause) -> ClauseResult:
        if clause.id not in self._selected:
            return ClauseResult(clause, "skipped", clause.level, LEFT_OUT)
        why = self.redacted(str(self.stopped or self._cut_short or "it was not run"))
        missing = ClauseResult(clause, "not reached", clause.level, why)
        result = self._results.get(clause.id, missing)
        return replace(result, seconds=self._seconds.get(clause.id, 0.0))

    def _hindrance(self) -> str:
        """Return why nothing can be said of the target as a whole, empty if something can."""
        if self.stopped or self._cut_short or self._defect:
            return str(self.stopped or self._cut_short or self._defect)
        if self.session.asker.stopped:
            return self.session.asker.stopped
        if not any(room.live for room in self.session.rooms):
            return "every room's call ended before the verification did"
        return ""

    def _room(self, room: Room) -> RoomShown:
        answer = room.refused.outcome if room.refused else ""
        redacted = self._target.secrets.redacted
        return RoomShown(redacted(room.name), room.opened, redacted(answer))

    def _done(self, room: str, of: list[str]) -> Done:
        return Done(self._target.secrets.redacted(room), REMOVE_AGENT in of, END_CALL in of)

    def _with_remarks(self, reason: str) -> str:
        """Return the reason with what nobody may overlook, whatever the verdict."""
        remarks = [reason, self._cut_short, self._defect]
        return "; ".join(dict.fromkeys(filter(None, remarks)))

    def _shown(self, one: Observation) -> Observation:
        """Return an observation as a report may show it: without headers, and what was said."""
        body = one.body
        if isinstance(body, dict) and isinstance(body.get("transcript"), list):
            body = body | {"transcript": [None] * len(body["transcript"])}
        return replace(one, headers={}, body=self._target.secrets.scrubbed(body))


def _known(path: Path | None) -> Baseline:
    try:
        return read(path) if path else Baseline()
    except BaselineError as error:
        raise UsageError(f"--baseline: {error}") from None
