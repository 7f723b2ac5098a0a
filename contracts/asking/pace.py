"""When a request may go out: the profile's budget and the target's rate limit."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.judging.findings import BudgetError, LateError
from openapi import Rate

__all__ = ["Budget", "Clock", "Pace"]


_NOTICED = 1.5  # seconds


@dataclass(frozen=True)
class Clock:
    """Where the time comes from. ``monotonic`` and ``sleep`` are in seconds, ``now`` in UTC."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class Budget:
    """How many requests may be sent in all. The limit is hard, and holds for all threads."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.spent = 0
        self._counts = True
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        """How many more requests may be sent."""
        return self.total - self.spent

    @contextmanager
    def unspent(self) -> Iterator[None]:
        """Within it, requests are not taken out: they are no part of what was budgeted."""
        self._counts = False
        try:
            yield
        finally:
            self._counts = True

    def spend(self) -> None:
        """Take one request out.

        Raises:
            BudgetError: where none is left.

        """
        with self._lock:
            if self.spent >= self.total:
                raise BudgetError(f"all {self.total} requests of the profile are spent")
            self.spent += self._counts


class Pace:
    """Holds requests back: to keep a given rate, and while the target asks to wait.

    ``waited`` is how many seconds that took so far; threads that wait at once count as one.
    ``waiting`` is told of each wait that is long enough to be noticed. No wait goes on for longer
    than ``within`` seconds from the beginning.
    """

    def __init__(
        self,
        rate: Rate | None,
        clock: Clock,
        waiting: Callable[[float], None] = lambda _: None,
        within: float = math.inf,
    ) -> None:
        self._rate = rate
        self._within = within
        self._began = clock.monotonic()
        self._held = self._began  # when the target last asked to wait
        self._granted = 0  # requests since then
        self._speed = math.inf  # requests in a second, by what the target let through
        self._clock = clock
        self._waiting = waiting
        self.waited = 0.0
        self._sent: deque[float] = deque()
        self._not_before = 0.0
        self._counted = 0.0  # until when waiting is in ``waited``
        self._told = 0.0  # until when a wait was told of
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Count the time for the whole run from now on."""
        with self._lock:
            self._began = self._held = self._clock.monotonic()
            self._granted, self._speed = 0, math.inf

    def hold(self, seconds: float) -> None:
        """Send nothing for so many seconds from now."""
        with self._lock:
            until = self._clock.monotonic() + seconds
            self._not_before = max(self._not_before, until)
            if self._granted and until > self._held:
                self._speed = self._granted / (until - self._held)
                self._held, self._granted = until, 0

    def learn(self, rate: Rate) -> None:
        """Keep a rate that the target shows, where none is known."""
        with self._lock:
            self._rate = self._rate or rate

    @property
    def fitting(self) -> float:
        """How many more requests fit into the time, by the rate that is known; else infinity."""
        now = self._clock.monotonic()
        left = max(0.0, self._began + self._within - now)
        if self._rate is None and math.isinf(self._speed):
            return math.inf
        if self._rate is None:
            return left * self._speed
        recent = sum(1 for one in self._sent if one > now - self._rate.seconds)
        return max(0, math.ceil(left / self._rate.seconds) * self._rate.requests - recent)

    def wait(self) -> None:
        """Return when the next request may be sent.

        Raises:
            LateError: where that is after the time for the whole run.

        """
        while (seconds := self._take()) > 0:
            began = self._clock.monotonic()
            if began + seconds > self._began + self._within:
                raise LateError(
                    f"the rate limit leaves no time for more within {self._within:g} s (--within)"
                )
            self._tell(began, seconds)
            self._clock.sleep(seconds)
            with self._lock:
                until = self._clock.monotonic()
                self.waited += until - max(began, self._counted)
                self._counted = until

    def _tell(self, now: float, seconds: float) -> None:
        """Say that there is a wait, once for all threads that wait for the same."""
        if seconds <= _NOTICED:
            return
        with self._lock:
            known, self._told = now < self._told, max(self._told, now + seconds)
        if not known:
            self._waiting(seconds)

    def _take(self) -> float:
        """Take a place and return 0, or return the seconds to wait before asking again."""
        with self._lock:
            now = self._clock.monotonic()
            if now < self._not_before:
                return self._not_before - now
            if self._rate is None:
                self._granted += 1
                return 0.0
            while self._sent and self._sent[0] <= now - self._rate.seconds:
                self._sent.popleft()
            if len(self._sent) >= self._rate.requests:
                return self._sent[0] + self._rate.seconds - now
            self._sent.append(now)
            self._granted += 1
            return 0.0
