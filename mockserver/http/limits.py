"""The rate limit: so many requests in a window of time, for each client."""

import asyncio
from collections.abc import Awaitable, Callable

from limits import RateLimitItemPerSecond
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter

from mockserver.simulation.clock import Clock
from mockserver.simulation.randomness import digest
from openapi import Rate

__all__ = ["RateLimiter"]


class RateLimiter:
    """Counts the requests of each client, where ``storage`` keeps the counts.

    ``clock`` is the one by which the storage ends a window. ``meanwhile`` is what a request waits
    for as well, so that both take one trip to a store. Where that cannot be reached (``possible``
    says no, or it fails, of which ``failed`` hears), all may pass.
    """

    def __init__(
        self,
        limit: Rate,
        storage: Storage,
        clock: Clock,
        meanwhile: Callable[[], Awaitable[None]] | None = None,
        possible: Callable[[], bool] = lambda: True,
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        self._item = RateLimitItemPerSecond(limit.requests, limit.seconds)
        self._storage, self._clock = storage, clock
        self._windows = FixedWindowRateLimiter(storage)
        self._meanwhile, self._possible, self._failed = meanwhile, possible, failed

    async def seconds_to_wait(self, *client: str) -> float:
        """Count a request of ``client``; return 0, or how many seconds too early it comes."""
        key = digest(0, *client).hex()  # as short as any other, however long the names
        if self._meanwhile is None:
            passes = await self._passes(key)
        else:
            passes, _ = await asyncio.gather(self._passes(key), self._meanwhile())
        if passes:
            return 0.0
        try:
            window = await self._windows.get_window_stats(self._item, key)
        except self._storage.base_exceptions:
            return 0.0
        return max(window.reset_time - self._clock(), 0.0)

    async def _passes(self, key: str) -> bool:
        if not self._possible():
            return True
        try:
            return await self._windows.hit(self._item, key)
        except self._storage.base_exceptions:
            self._failed()
            return True
