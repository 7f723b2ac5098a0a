"""The rate limit: so many requests in a window of time, for each client."""

import re
from collections import OrderedDict
from dataclasses import dataclass

from mockserver.simulation.clock import Clock
from mockserver.simulation.randomness import digest

__all__ = ["RateLimit", "RateLimiter"]

_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600}
_MOST_CLIENTS = 10_000


@dataclass(frozen=True)
class RateLimit:
    """At most ``requests`` in each window of ``seconds``."""

    requests: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "RateLimit":
        """Read the form ``60/m``: a number of requests a second, minute or hour (s, m, h).

        Raises:
            ValueError: the text has another form.
        """
        match = re.fullmatch(r"([1-9][0-9]{0,8})/([smh])", text)
        if match is None:
            raise ValueError(text)
        return cls(int(match[1]), _UNIT_SECONDS[match[2]])


class RateLimiter:
    """Counts the requests of each client; of very many clients, the latest."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
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
