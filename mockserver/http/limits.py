"""The rate limit: so many requests in a window of time, for each client."""

from collections import OrderedDict

from mockserver.simulation.clock import Clock
from mockserver.simulation.randomness import digest
from openapi import Rate

__all__ = ["RateLimiter"]

_MOST_CLIENTS = 10_000


class RateLimiter:
    """Counts the requests of each client; of very many clients, the latest."""

    def __init__(self, limit: Rate, clock: Clock) -> None:
        self._limit, self._clock = limit, clock
        self._windows: OrderedDict[bytes, tuple[float, int]] = OrderedDict()

    def seconds_to_wait(self, *client: str) -> float:
        """Count a request of ``client``; return 0, or how many seconds too early it comes."""
        now = self._clock()
        key = digest(0, *client)  # as short as any other, however long the names
        opened, count = self._windows.pop(key, (now, 0))
        if now >= opened + self._limit.seconds:
            opened, count = now, 0
        self._windows[key] = opened, min(count + 1, self._limit.requests)
        if len(self._windows) > _MOST_CLIENTS:
            self._windows.popitem(last=False)
        return 0.0 if count < self._limit.requests else opened + self._limit.seconds - now
