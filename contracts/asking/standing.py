"""Whether the target still stands, and still lets us in: asked of a room that is known to be good.

One request that fails says nothing of the target; a good one that fails as well does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from contracts.asking.pace import Clock
from contracts.judging.findings import BudgetError
from contracts.traffic.exchange import Exchange

__all__ = ["Gone", "Standing", "is_gone", "is_refused"]

_PAUSES = (0.0, 0.25, 0.5)  # seconds before each good request; a lapse is over by the third
_WAITS = (0.5, 1.0, 2.0, 2.0, 2.0, 2.0)  # seconds in which a target that restarts may come back
_LONGEST = 10.0  # seconds of either, where each answer is waited for as well


def is_gone(exchange: Exchange) -> bool:
    """Return whether no target answered: a failure of the network, or a gateway's word for it."""
    if exchange.status == 407:
        return True
    if exchange.status in (502, 503, 504) and not exchange.is_challenge:
        return "json" not in exchange.headers.get("content-type", "")
    return exchange.fault in ("unreachable", "dropped", "timeout")


def is_refused(exchange: Exchange) -> bool:
    """Return whether we were not let in."""
    return exchange.status in (401, 403) or exchange.is_challenge


@dataclass(frozen=True)
class Gone:
    """A target that stopped answering.

    ``suspect`` was on its way then, or came just before. ``guilty`` says that it is to blame: it
    did the same again, or it was hostile and the target never came back. ``away`` is for how many
    seconds the target was gone, None where it did not come back.
    """

    suspect: Exchange
    guilty: bool
    away: float | None


class Standing:
    """Asks ``good``, which sends a valid request, until it is clear how the target stands."""

    def __init__(
        self, clock: Clock, good: Callable[[], Exchange], again: Callable[[Exchange], Exchange]
    ) -> None:
        """Take what sends a good request, and what sends the request of an exchange again."""
        self._clock = clock
        self._good = good
        self._again = again

    def ask(self) -> list[Exchange]:
        """Return the answers to good requests: the first that is fine ends them.

        They may be none, where the requests of the profile are spent.
        """
        seen: list[Exchange] = []
        try:
            for _ in self._after(_PAUSES):
                seen.append(self._good())
                if not is_gone(seen[-1]) and not is_refused(seen[-1]):
                    break
        except BudgetError:
            pass
        return seen

    def gone(self, failed: Exchange, before: Exchange | None, seen: list[Exchange]) -> Gone | None:
        """Return how the target is gone, None if it is not. ``seen`` came after the failure.

        ``before`` is the exchange before the one that failed.
        """
        down = bool(seen) and is_gone(seen[-1])
        if not down and not any(one.fault == "unreachable" for one in seen):
            return None
        back = not down or self._comes_back()
        away = self._clock.monotonic() - failed.sent if back else None
        reached = failed.mark != "" and failed.fault != "unreachable"
        # What failed may never have reached the target, or be a good request.
        earlier = before if before and not reached and before.mark != "" else None
        suspect = earlier or failed
        if suspect.mark == "" or suspect.fault == "unreachable":
            return Gone(suspect, False, away)
        guilty = self._goes_again(suspect) if back else reached and suspect.mark == "hostile"
        return Gone(suspect, guilty, away)

    def _after(self, pauses: Sequence[float]) -> Iterator[None]:
        """Go on after each pause, as long as all of it does not take too long."""
        began = self._clock.monotonic()
        for seconds in pauses:
            if self._clock.monotonic() - began > _LONGEST:
                return
            if seconds:
                self._clock.sleep(seconds)
            yield

    def _comes_back(self) -> bool:
        try:
            for _ in self._after(_WAITS):
                if not is_gone(self._good()):
                    return True
        except BudgetError:
            pass
        return False

    def _goes_again(self, suspect: Exchange) -> bool:
        """Return whether the same request takes the target down once more."""
        try:
            self._again(suspect)
            for _ in self._after(_PAUSES[:2]):
                if is_gone(self._good()):
                    return True
        except BudgetError:
            pass
        return False
