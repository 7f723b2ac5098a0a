"""Looks for a request that breaks the server, and for the smallest one that does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice, takewhile
from typing import Any
from urllib.parse import unquote

from contracts.asking.reading import UnsendableError
from contracts.asking.session import Session
from contracts.contract import Operation
from contracts.judging.baseline import Usual
from contracts.judging.findings import Breach, Finding, LateError, NotReachedError, failed
from contracts.probing.cases import Probe, catalogued
from contracts.traffic.differences import differences
from contracts.traffic.exchange import Exchange, Request
from openapi.paths import segment

__all__ = ["Robustness", "smallest"]

_LONGEST = 30.0  # seconds after which nothing new is tried, however slow the target is
_ENOUGH = 3  # requests of the catalogue that break the server, after which no more are looked for
_KINDS = 6  # requests of the catalogue among which each kind of them is
_FEW = 12  # characters that are worth being tried one by one
_WORTHWHILE = 20  # requests; with fewer, the catalogue finds more than what is made up
_EXPECTED = "an answer that is no 5xx"


class Robustness:
    """Sends probes within an allowance of requests and of time, each one once."""

    def __init__(self, session: Session, allowance: int) -> None:
        self._session = session
        self._allowance = allowance
        self._started = session.target.worked()
        self._outcomes: dict[Request, Exchange | None] = {}
        self._broken: list[Request] = []
        self._stopped: NotReachedError | None = None

    @property
    def tried(self) -> int:
        """How many different requests were sent."""
        return len(self._outcomes)

    def examine(self) -> Finding:
        """Try the catalogue, then what Schemathesis and Hypothesis make up."""
        rooms = tuple(room.name for room in self._session.live)
        failures = 0
        for probe in self._first(rooms[0]):
            if self._breaks(probe):
                self._shrink(probe, rooms[0])
                failures += 1
                if failures == _ENOUGH or self._hangs:
                    break
        if not failures:
            self._explore(rooms)
        self._settle()
        found = tuple(self._breaches())
        cut = isinstance(self._stopped, LateError) and self.tried >= _KINDS
        if self._stopped and not found and not cut:
            raise self._stopped
        tried = f"{self.tried} different requests were tried"
        return failed(*found, reason=tried) if found else Finding("passed", reason=tried)

    def _settle(self) -> None:
        """Make sure that the target still stands; what took it down broke it."""
        try:
            self._session.settle()
        except NotReachedError as error:
            self._stopped = error

    @property
    def _killer(self) -> Exchange | None:
        """The hostile request that took the target down, if one did."""
        killer = self._session.asker.killer
        return killer if killer and killer.mark == "hostile" else None

    @property
    def _hangs(self) -> bool:
        """Whether the last failure cost as much time as an answer may take."""
        exchange = self._outcomes[self._broken[-1]]
        return exchange is not None and exchange.fault == "timeout"

    def _first(self, room: str) -> Iterator[Probe]:
        """Yield as much of the catalogue as leaves a share for what is made up."""
        made_up = self._allowance * 4 // 10
        share = made_up if made_up >= _WORTHWHILE else 0
        return islice(catalogued(room), self._allowance - share)

    def _breaks(self, probe: Probe) -> bool:
        """Return whether the probe breaks the server; False also where nothing is left to spend."""
        request = self._request(probe)
        if request in self._outcomes:
            return self._outcomes[request] is not None
        if self._is_over():
            return False
        try:
            # On a new connection: what one request did to its own is not blamed on the next.
            exchange = self._session.ask(request, "hostile", fresh=True)
        except UnsendableError:
            return False
        except NotReachedError as error:
            self._stopped = error
            return False
        # A 200 whose body stops short does so without provocation too: shape.json says it.
        broken = exchange.broken or (exchange.fault == "incomplete" and exchange.status != 200)
        self._outcomes[request] = exchange if broken else None
        if broken:
            self._broken.append(request)
        return broken

    def _is_over(self) -> bool:
        target = self._session.target
        late = target.worked() - self._started > _LONGEST
        if self._stopped:
            return True
        return late or self.tried >= self._allowance or self._session.spare < 4

    def _request(self, probe: Probe) -> Request:
        header = Operation.load().workspace_header
        return self._session.target.request(
            probe.path,
            workspace=probe.workspace,
            query=probe.query,
            extra=probe.headers,
            without=(header,) if probe.bare else (),
        )

    def _shrink(self, probe: Probe, room: str) -> None:
        """Look for a smaller request that breaks the server too, part by part."""
        usual = segment(room)
        for part in ({"headers": ()}, {"query": ""}, {"workspace": None, "bare": False}):
            probe = self._smaller(probe, **part)
        for header in probe.headers if len(probe.headers) > 1 else ():
            rest = tuple(one for one in probe.headers if one != header)
            probe = self._smaller(probe, headers=rest)
        probe = self._smaller(probe, path=usual)
        if probe.path != usual and _is_text(probe.path):
            name = unquote(probe.path)
            smallest(name, lambda text: self._breaks(replace(probe, path=segment(text))))

    def _smaller(self, probe: Probe, **part: Any) -> Probe:
        """Return the probe with that part in place of its own, if that breaks the server too."""
        other = replace(probe, **part)
        return other if other != probe and self._breaks(other) else probe

    def _explore(self, rooms: tuple[str, ...]) -> None:
        """Send what is made up, and shrink the first that breaks the server."""
        if self._allowance - self.tried < _WORTHWHILE or self._is_over():
            return
        # Imported late: importing and drawing take longer than all else in a quick verification.
        from contracts.probing.drawing import drawn

        probes = drawn(self._session.settings.seed, rooms, self._allowance - self.tried)
        probes = takewhile(lambda _: not self._is_over(), probes)
        broken = next(filter(self._breaks, probes), None)
        if broken:
            first = len(self._broken) - 1
            self._shrink(broken, rooms[0])
            del self._broken[first:-1]  # the last one is the smallest

    def _breaches(self) -> Iterator[Breach]:
        """Yield one breach per kind of failure and of request, shown by its smallest request."""
        if self._killer:
            received = f"the target stopped answering after this request: {self._killer.told}"
            yield Breach(_EXPECTED, received, request=self._killer.request)
        rooms = self._session.names
        usual = Usual(self._session.valid(rooms[0]), rooms)
        kinds: dict[tuple[str, str], list[Request]] = {}
        for request in self._broken:
            kind = (self._outcome(request), usual.kind(request))
            kinds.setdefault(kind, []).append(request)
        for requests in kinds.values():
            shown = min(requests, key=lambda one: (len(one.target), len(str(one.headers))))
            exchange = self._outcomes[shown]
            told = exchange.told if exchange else ""
            ways = tuple(differences(requests)) if len(requests) > 1 else ()
            yield Breach(_EXPECTED, told, request=shown, count=len(requests), variants=ways)

    def _outcome(self, request: Request) -> str:
        exchange = self._outcomes[request]
        return exchange.outcome if exchange else ""


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
    characters = list(dict.fromkeys(text))
    # Among many, cutting finds the one in fewer steps.
    for character in characters if len(characters) <= _FEW else ():
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
