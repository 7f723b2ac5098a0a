"""Looks for a request that breaks the server, and for the smallest one that does."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from tempfile import TemporaryDirectory
from urllib.parse import unquote

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky

from contracts.cases import Probe, catalogued, covering, generated
from contracts.contract import Operation
from contracts.exchange import Answer, Request
from contracts.findings import Breach, Finding, failed
from contracts.reading import UnsendableError
from contracts.session import Session
from contracts.target import segment

__all__ = ["Robustness", "smallest"]

_LONGEST = 30.0  # seconds after which nothing new is tried, however slow the target is
_EXPECTED = "an answer that is no 5xx"


class _BrokenError(Exception):
    """The server broke; Hypothesis shrinks what broke it."""


class Robustness:
    """Sends probes within an allowance of requests and of time, each one once."""

    def __init__(self, session: Session, allowance: int) -> None:
        self._session = session
        self._allowance = allowance
        self._spent_before = session.target.budget.spent
        self._started = session.target.clock.monotonic()
        self._outcomes: dict[Request, Answer | None] = {}
        self._broken: list[Request] = []

    @property
    def tried(self) -> int:
        """How many different requests were sent."""
        return len(self._outcomes)

    def examine(self) -> Finding:
        """Try the catalogue, then what Schemathesis covers, then what Hypothesis makes up."""
        rooms = tuple(room.name for room in self._session.live)
        for probe in self._first(rooms[0]):
            if self._breaks(probe):
                self._shrink(probe)
                break
        else:
            self._explore(rooms)
        if not self._broken:
            return Finding("passed", reason=f"{self.tried} different requests")
        return failed(*self._breaches(), reason=f"{self.tried} different requests were tried")

    def _first(self, room: str) -> Iterator[Probe]:
        """Yield the catalogue, and a share of covering cases that leaves room for made-up ones."""
        fixed = [*catalogued(room), *covering()]
        for number, probe in enumerate(fixed):
            if number * 10 >= self._allowance * 6:
                return
            yield probe

    def _breaks(self, probe: Probe) -> bool:
        """Return whether the probe breaks the server; False also where nothing is left to spend."""
        request = self._request(probe)
        if request in self._outcomes:
            return self._outcomes[request] is not None
        if self._is_over():
            return False
        try:
            answer = self._session.ask(request)
        except UnsendableError:
            return False
        # A body cut short may be anybody's; no body at all, or a 5xx, is the server's doing.
        broken = answer.broken or answer.fault == "incomplete"
        self._outcomes[request] = answer if broken else None
        if broken:
            self._broken.append(request)
        return broken

    def _is_over(self) -> bool:
        target = self._session.target
        spent = target.budget.spent - self._spent_before
        late = target.clock.monotonic() - self._started > _LONGEST
        return late or spent >= self._allowance or self._session.spare < 3

    def _request(self, probe: Probe) -> Request:
        header = Operation.load().workspace_header
        return self._session.target.request(
            probe.path,
            workspace=probe.workspace,
            query=probe.query,
            extra=probe.headers,
            without=(header,) if probe.bare else (),
        )

    def _shrink(self, probe: Probe) -> None:
        """Look for a smaller name that breaks the server too."""
        name = unquote(probe.path, errors="strict") if _is_text(probe.path) else ""
        if name and not (probe.query or probe.headers or probe.workspace or probe.bare):
            smallest(name, lambda text: self._breaks(Probe(segment(text))))

    def _explore(self, rooms: tuple[str, ...]) -> None:
        """Let Hypothesis make up requests, and shrink the first that breaks the server."""

        def holds(probe: Probe) -> None:
            if self._breaks(probe):
                raise _BrokenError

        with TemporaryDirectory(prefix="active-calls-verify-") as home:
            set_hypothesis_home_dir(home)  # nothing is cached between runs
            test = hypothesis.given(generated(rooms))(holds)
            test = hypothesis.settings(
                max_examples=max(1, self._allowance - self.tried),
                database=None,
                deadline=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
                report_multiple_bugs=False,
                print_blob=False,
            )(hypothesis.seed(self._session.settings.seed)(test))
            with suppress(_BrokenError, Flaky):  # what broke is kept in self._broken
                test()

    def _breaches(self) -> Iterable[Breach]:
        """Return one breach per kind of failure, shown by its smallest request."""
        kinds: dict[str, list[Request]] = {}
        for request in self._broken:
            kinds.setdefault(self._outcome(request), []).append(request)
        for outcome, requests in kinds.items():
            shown = min(requests, key=lambda one: (len(one.target), len(str(one.headers))))
            curl = self._session.target.curl(shown)
            yield Breach(_EXPECTED, outcome, curl=curl, count=len(requests))

    def _outcome(self, request: Request) -> str:
        answer = self._outcomes[request]
        return answer.outcome if answer else ""


def _is_text(path: str) -> bool:
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def smallest(text: str, fails: Callable[[str], bool]) -> str:
    """Return a shortest text found that still fails: one character of it, or what cutting leaves.

    ``fails`` is asked at most about thrice per halving and may answer False to end the search.
    """
    for character in list(dict.fromkeys(text))[:12]:
        if character != text and fails(character):
            return character
    size = len(text) // 2
    while size:
        cuts = (text[:at] + text[at + size :] for at in range(0, len(text), size))
        shorter = next((cut for cut in dict.fromkeys(cuts) if cut and fails(cut)), None)
        if shorter is None:
            size //= 2
        else:
            text = shorter
            size = min(size, len(text) // 2)
    return text
