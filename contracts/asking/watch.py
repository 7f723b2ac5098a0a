"""Polls rooms at even intervals: between other requests first, and alone at the end."""

from collections.abc import Callable, Sequence

from contracts.asking.pace import Clock
from contracts.judging.findings import NotReachedError

__all__ = ["Watch"]

_SHORTEST = 0.25  # seconds between two polls of a room; a shorter pause shows nothing new
_LEAST = 0.001  # seconds of sleep; less than that may be too little for a clock to move on
_SLICE = 0.2  # seconds of sleep, after each of which a call may have ended


class Watch:
    """Calls each of ``polls`` in turn, evenly over ``seconds``, at most ``most`` times in all.

    A round calls each of them once. The first round is due at once, the last one at the end. A
    round that comes too late is left out.
    """

    def __init__(
        self, polls: Sequence[Callable[[], object]], seconds: float, most: int, clock: Clock
    ) -> None:
        self._polls = polls
        self._clock = clock
        self._rounds = max(2, most // len(polls))
        self._interval = max(_SHORTEST, seconds / (self._rounds - 1))
        self._started = clock.monotonic()
        self._ends = self._started + seconds
        self._due = self._started
        self._done = 0
        self._over = False
        self._polling = False

    @property
    def outstanding(self) -> int:
        """How many requests the watch may still send."""
        if self._over:
            return 0
        left = max(0.0, self._ends - self._clock.monotonic())
        rounds = min(self._rounds - self._done, int(left / self._interval) + 1)
        return max(1, rounds) * len(self._polls)

    def tick(self) -> None:
        """Make a round if one is due. The last one belongs to ``finish``."""
        now = self._clock.monotonic()
        if not self._over and now >= self._due and self._done < self._rounds - 1:
            self._round(now)

    def _round(self, now: float) -> None:
        if self._polling:  # a poll may call tick: no round within a round
            return
        self._polling = True
        try:
            self._done += 1
            for poll in self._polls:
                poll()
        finally:
            # Where answers are slow, half of the time is left for other requests.
            taken = self._clock.monotonic() - now
            self._due = now + max(self._interval, 2 * taken)
            self._polling = False

    def _next_in(self) -> float:
        """Return the seconds until the next round. Where none is left: the longest sleep."""
        if self._done >= self._rounds - 1:
            return _SLICE
        return max(_LEAST, self._due - self._clock.monotonic())

    def finish(self, worthwhile: Callable[[], bool]) -> None:
        """Poll until the time is over, and once more. End as soon as it is not worthwhile."""
        if self._over:
            return
        try:
            while worthwhile() and (left := self._ends - self._clock.monotonic()) > 0:
                self.tick()
                self._clock.sleep(max(_LEAST, min(_SLICE, left, self._next_in())))
            if worthwhile():
                self._round(self._clock.monotonic())
        except NotReachedError:
            pass  # no more requests: the clauses judge what was seen by now
        finally:
            self._over = True
