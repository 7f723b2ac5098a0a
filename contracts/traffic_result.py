"""A verdict on traffic: what it shows of its clients, and what became of each clause."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts.clause_results import ClauseResults, Showing
from contracts.contract import CALL, Operation
from contracts.judging.baseline import Usual
from contracts.judging.clauses import SEARCHES, catalogue
from contracts.judging.conclusion import verdict
from contracts.judging.findings import Finding
from contracts.judging.question import Question, question
from contracts.judging.results import Observation, Result, RoomShown, Traffic
from contracts.settings import Judgement
from contracts.shown import observations_shown
from contracts.traffic.address import Address
from contracts.traffic.curl import curl
from contracts.traffic.exchange import Exchange, Request
from contracts.traffic.secrets import Secrets
from openapi.paths import segment

__all__ = ["Known", "Source", "result"]

_SEARCHED = "somebody has to ask for it: traffic that is looked at cannot show it"
_ROOMS = 5000  # that are remembered by name


@dataclass(frozen=True)
class Source:
    """Where the traffic comes from: the names of its ``files``, or of whom it passed through.

    ``origin`` is scheme and host of who answered. ``credentials`` are the values that let somebody
    in, by header. ``left_out`` says what was not judged, and how much.
    """

    files: tuple[str, ...]
    origin: str = ""
    credentials: Mapping[str, Sequence[str]] = field(default_factory=dict)
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def secrets(self) -> Secrets:
        """What may be in no report."""
        found = self.credentials.items()
        headers = [(f"{name}_{n}", one) for name, values in found for n, one in enumerate(values)]
        return Address(self.origin, "").secrets(headers, None)


class Known:
    """What the traffic shows of how its clients ask."""

    def __init__(self) -> None:
        self.valid: dict[str, Request] = {}
        self.siblings: dict[str, Request] = {}
        self.live: dict[str, bool] = {}
        self.first: datetime | None = None
        self.last = datetime.min.replace(tzinfo=UTC)
        self.number = 0

    @property
    def seconds(self) -> float:
        """From the first exchange to the last one."""
        return max(0.0, (self.last - self.first).total_seconds()) if self.first else 0.0

    def add(self, exchange: Exchange) -> None:
        """Learn from one exchange."""
        self.number += 1
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
        # A conditional one may be answered 304, which shows nothing.
        plain = not any(name.lower().startswith("if-") for name, _ in exchange.request.headers)
        if (opened and plain) or asked.room not in self.valid:
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


def result(
    judgement: Judgement,
    source: Source,
    known: Known,
    findings: Mapping[str, Finding],
    observations: Sequence[Observation] = (),
    *,
    empty: str,
) -> Result:
    """Return the verdict on traffic.

    ``empty`` is the reason where there was none to judge.
    """
    secrets = source.secrets
    results = _recorded(ClauseResults(judgement, _showing(source, known, secrets)), findings)
    whole = results.whole(_SEARCHED)
    exercised = {one.clause.id for one in whole if not one.unexercised}
    failing = results.failing(exercised)
    hindrance = "" if known.number else empty
    came_to, reason = verdict(whole, judgement.fail_on, hindrance, judgement.required)
    return Result(
        target=secrets.redacted(source.origin or ", ".join(source.files)),
        contract=Operation.load().contract,
        started=known.first or datetime.now(UTC),
        seconds=known.seconds,
        requests=known.number,
        budget=known.number,
        profile="traffic",
        seed=0,
        verdict=came_to,
        reason=secrets.redacted(reason),
        results=whole,
        observations=observations_shown(observations, secrets),
        fail_on=judgement.fail_on,
        rooms=_rooms(known, secrets),
        failing=failing,
        mended=results.baseline.mended(exercised, failing),
        untried=results.baseline.untried(exercised),
        traffic=Traffic(source.files, source.left_out),
    )


def _rooms(known: Known, secrets: Secrets) -> tuple[RoomShown, ...]:
    live = (room for room, opened in known.live.items() if opened)
    return tuple(RoomShown(secrets.redacted(room), live=True) for room in live)


def _recorded(results: ClauseResults, findings: Mapping[str, Finding]) -> ClauseResults:
    for clause, finding in findings.items():
        results.record(catalogue()[clause], finding)
    for clause in SEARCHES:
        results.record(catalogue()[clause], Finding("not reached", reason=_SEARCHED))
    return results


def _showing(source: Source, known: Known, secrets: Secrets) -> Showing:
    def usual() -> Usual:
        rooms = list(known.valid)
        return Usual(known.request(rooms[0] if rooms else "-"), rooms)

    show: Callable[[Request], str] = lambda request: curl(request, source.origin, secrets)  # noqa: E731
    return Showing(usual, known.request, show, secrets.redacted, known.siblings.get)
