"""What is known to fail: the places of one run, kept in a file, told from what is new in another.

A place must be the same in the next run, so it has no time, no id and no name in it: rooms, keys
and made-up names differ from run to run, and what a fault shows of itself does too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.baselines import BaselineError, Listing
from contracts.contract import CALL
from contracts.judging.clauses import catalogue
from contracts.judging.findings import Breach, Finding
from contracts.judging.question import Question, question
from contracts.judging.results import Clause, Spot
from contracts.traffic.exchange import Request
from openapi.paths import segment

__all__ = ["Baseline", "Usual", "read", "rendered", "spots"]

_LISTING = Listing("active-calls-verify", "failing", Spot._fields)
# Any answer may show these, so that the request which did is no part of the place.
_ANYWHERE = ("absence.error-body", "errors.no-leak", "limit.retry-after")


@dataclass(frozen=True)
class Usual:
    """How a client asks: a valid request for one of ``rooms``, by which others are described."""

    request: Request
    rooms: Sequence[str]
    other_workspace: str | None = None

    def kind(self, request: Request) -> str:
        """Return in words how a request differs, without a name or a value; empty if it does not.

        Such as ``GET another room`` or ``GET a room, without x-workspace-id``.
        """
        path, _, query = request.target.partition("?")
        words = [f"{request.method} {self._what(request, path)}", *self._headers(request)]
        words += ["with a query"] if query else []
        return "" if words == ["GET a room"] else ", ".join(words)

    def _what(self, request: Request, path: str) -> str:
        asked = question(request)
        if asked is None:
            return "another path"
        if asked.of == CALL:
            return self._room(asked, path)
        return f"{asked.of} of {self._room(asked, path)}" if asked.room else asked.of

    def _room(self, asked: Question, path: str) -> str:
        path = path.removesuffix(f"/{asked.of}")
        if asked.room not in self.rooms:
            return "another room"
        return "a room" if path.endswith(f"/{segment(asked.room)}") else "a room spelt otherwise"

    def _headers(self, request: Request) -> Iterator[str]:
        sent, right = dict(request.headers), dict(self.request.headers)
        if request.content:
            sent.pop("content-type", None)
        for name in sorted({*sent, *right}):
            if sent.get(name) != right.get(name):
                yield f"{self._how(sent.get(name), right.get(name))} {name}"

    def _how(self, sent: str | None, right: str | None) -> str:
        if sent is None:
            return "without"
        if right is None:
            return "with"
        if sent == self.other_workspace:
            return "with the other"
        if not sent:
            return "with an empty"
        longer = "with a longer" if sent.startswith(right) else "with another"
        return "with a shorter" if right.startswith(sent) else longer


def spots(clause: Clause, finding: Finding, usual: Usual) -> tuple[Spot, ...]:
    """Return the place of each breach of a clause that failed, in their order."""
    if finding.status != "failed" or clause.level == "information":
        return ()
    return tuple(_spot(clause, breach, usual) for breach in finding.breaches)


def _spot(clause: Clause, breach: Breach, usual: Usual) -> Spot:
    shown = breach.request if clause.id not in _ANYWHERE else None
    kind = usual.kind(shown) if shown else ""
    return Spot(clause.id, breach.level or clause.level, kind, breach.path)


@dataclass(frozen=True)
class Baseline:
    """The places that are known to fail."""

    known: frozenset[Spot] = frozenset()

    def sifted(self, finding: Finding, found: Sequence[Spot]) -> Finding:
        """Return a finding with only its new breaches, or as known where it has none.

        ``found`` are the places of its breaches, in their order.
        """
        new = tuple(
            breach
            for breach, spot in zip(finding.breaches, found, strict=False)
            if spot not in self.known
        )
        known = len(found) - len(new)
        if not known:
            return finding
        if not new:
            reason = _joined(finding.reason, "known to fail (baseline)")
            return replace(finding, status="known", reason=reason)
        left_out = f"{known} more known to fail (baseline)"
        return replace(finding, breaches=new, reason=_joined(finding.reason, left_out))

    def mended(self, exercised: Iterable[str], failing: Iterable[Spot]) -> tuple[Spot, ...]:
        """Return the known places that fail no longer, of clauses that were exercised."""
        tried, still = set(exercised), set(failing)
        return tuple(sorted(one for one in self.known - still if one.clause in tried))

    def untried(self, exercised: Iterable[str]) -> tuple[Spot, ...]:
        """Return the known places of clauses that were not exercised."""
        tried = set(exercised)
        return tuple(sorted(one for one in self.known if one.clause not in tried))


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def rendered(failing: Iterable[Spot]) -> str:
    """Return the file that lists these places, in the order of the report; JSON, to be kept."""
    order = list(catalogue())
    ordered = sorted(set(failing), key=lambda one: (order.index(one.clause), one))
    return _LISTING.rendered(one._asdict() for one in ordered)


def read(path: Path) -> Baseline:
    """Read a file that ``rendered`` made.

    Raises:
        BaselineError: where it cannot be read, or is none.

    """
    known = set()
    for number, given in enumerate(_LISTING.read(path), 1):
        entry = f"{str(path)!r}: entry {number}"
        if given["clause"] not in catalogue():
            raise BaselineError(f"{entry} names no clause: {given['clause']!r}")
        if given["level"] not in ("must", "should"):
            raise BaselineError(f"{entry} has no level must or should")
        known.add(Spot(**given))
    return Baseline(frozenset(known))
