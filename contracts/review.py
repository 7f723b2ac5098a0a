"""A verification of traffic that somebody has recorded: nothing is asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

from contracts.clause_results import ClauseResults, Showing
from contracts.contract import CALL, Operation
from contracts.judging.baseline import Usual
from contracts.judging.clauses import SEARCHES, catalogue
from contracts.judging.conclusion import verdict
from contracts.judging.findings import Finding
from contracts.judging.question import Question, question
from contracts.judging.results import Result, RoomShown, Traffic
from contracts.judging.rolling import Rolling
from contracts.settings import Review, UsageError
from contracts.shown import observations_shown
from contracts.traffic.address import Address
from contracts.traffic.curl import curl
from contracts.traffic.exchange import Exchange, Request
from contracts.traffic.recorded import HostError, Recorded
from contracts.traffic.secrets import Secrets
from openapi.har import ArchiveError
from openapi.paths import segment

__all__ = ["review"]

_SEARCHED = "somebody has to ask for it: recorded traffic cannot show it"
_ROOMS = 5000  # that are remembered by name
_EVERY_SECONDS = 0.25  # how often it is told how far it is


class _Known:
    """What the traffic shows of how its clients ask."""

    def __init__(self) -> None:
        self.valid: dict[str, Request] = {}
        self.siblings: dict[str, Request] = {}
        self.live: dict[str, bool] = {}
        self.first: datetime | None = None
        self.last = datetime.min.replace(tzinfo=UTC)

    def add(self, exchange: Exchange) -> None:
        """Learn from one exchange."""
        asked = question(exchange.request)
        if asked is None:
            return
        self.first = self.first or exchange.at
        self.last = max(self.last, exchange.at)
        if asked.of != CALL:
            self.siblings.setdefault(asked.of, exchange.request)
        elif asked.valid and (asked.room in self.valid or len(self.valid) < _ROOMS):
            self._room(asked, exchange)

    def _room(self, asked: Question, exchange: Exchange) -> None:
        opened = exchange.status == 200
        if opened or asked.room not in self.valid:
            self.valid[asked.room] = exchange.request
        self.live[asked.room] = self.live.get(asked.room, False) or opened

    def request(self, room: str) -> Request:
        """Return the valid request for a room: as it was sent, or else as one like it would be."""
        if room in self.valid:
            return self.valid[room]
        like = next(iter(self.valid.values()), None)
        operation = Operation.load()
        target = operation.path.expand({operation.parameter: segment(room)})
        return Request("GET", target, like.headers if like else ())


def review(
    settings: Review, progress: Callable[[str, int], None] = lambda doing, exchanges: None
) -> tuple[Result, int]:
    """Judge recorded traffic; return the result and the exit status of the command.

    ``progress`` is told what is being done, and how many exchanges were judged so far.

    Raises:
        UsageError: a file cannot be read, or it is not clear whose answers are meant.
    """
    recorded, known = Recorded(settings.traffic, settings.host), _Known()
    rolling = Rolling(settings.selected)
    number, told = 0, monotonic()
    try:
        for number, seen in enumerate(recorded, 1):
            rolling.add(seen)
            known.add(seen.exchange)
            if monotonic() - told > _EVERY_SECONDS:
                progress(f"reading {seen.where}", number)
                told = monotonic()
    except ArchiveError as error:
        raise UsageError(f"--traffic: {error}") from None
    except HostError as error:
        raise UsageError(f"--traffic: {error}; choose one with --host") from None
    progress("judging", number)
    result = _result(settings, recorded, known, rolling, number)
    return result, {"conforms": 0, "violates": 1, "inconclusive": 3}[result.verdict]


def _result(
    settings: Review, recorded: Recorded, known: _Known, rolling: Rolling, number: int
) -> Result:
    secrets = _secrets(recorded)
    results = ClauseResults(settings, _showing(recorded, known, secrets))
    for clause, finding in rolling.findings().items():
        results.record(catalogue()[clause], finding)
    for clause in SEARCHES:
        results.record(catalogue()[clause], Finding("not reached", reason=_SEARCHED))
    whole = results.whole(_SEARCHED)
    exercised = {one.clause.id for one in whole if not one.unexercised}
    failing = results.failing(exercised)
    files = tuple(path.name if path else "standard input" for path in settings.traffic)
    empty = "" if number else _nothing(settings, files)
    came_to, reason = verdict(whole, settings.fail_on, empty, settings.required)
    first = known.first or datetime.now(UTC)
    return Result(
        target=secrets.redacted(recorded.origin or ", ".join(files)),
        contract=Operation.load().contract,
        started=first,
        seconds=max(0.0, (known.last - first).total_seconds()),
        requests=number,
        budget=number,
        profile="traffic",
        seed=0,
        verdict=came_to,
        reason=secrets.redacted(reason),
        results=whole,
        observations=observations_shown(rolling.observations, secrets),
        fail_on=settings.fail_on,
        rooms=tuple(
            RoomShown(secrets.redacted(room), live) for room, live in known.live.items() if live
        ),
        failing=failing,
        mended=results.baseline.mended(exercised, failing),
        untried=results.baseline.untried(exercised),
        traffic=Traffic(files, number, tuple(recorded.left_out.most_common())),
    )


def _nothing(settings: Review, files: tuple[str, ...]) -> str:
    """Return that there was nothing to judge."""
    where = f" of {settings.host}" if settings.host else ""
    return (
        f"no exchange{where} with the contract's operations could be judged in {', '.join(files)}"
    )


def _secrets(recorded: Recorded) -> Secrets:
    """Return what lets somebody in, as it stands in the files."""
    values = recorded.credentials.items()
    headers = [(f"{name}_{n}", one) for name, found in values for n, one in enumerate(found)]
    return Address(recorded.origin, "").secrets(headers, None)


def _showing(recorded: Recorded, known: _Known, secrets: Secrets) -> Showing:
    def usual() -> Usual:
        rooms = list(known.valid)
        return Usual(known.request(rooms[0] if rooms else "-"), rooms)

    return Showing(
        usual,
        known.request,
        lambda request: curl(request, recorded.origin, secrets),
        secrets.redacted,
        known.siblings.get,
    )
