"""Answers that are held back, and how the mock's end ends that."""

import asyncio

from starlette.types import Receive

__all__ = ["HELD", "Held"]


async def _client_leaves(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Held:
    """The answers that wait, until ``let_go``."""

    def __init__(self) -> None:
        self._waits: set[asyncio.Task[None]] = set()
        self._over = False

    async def leaves_within(self, seconds: float, receive: Receive) -> bool:
        """Wait so many seconds, or until the client has left; return whether it has."""
        if not seconds or self._over:
            return False
        wait = asyncio.create_task(_client_leaves(receive))
        self._waits.add(wait)
        try:
            await asyncio.wait((wait,), timeout=seconds)
            return wait.done() and not wait.cancelled()
        finally:
            self._waits.discard(wait)
            wait.cancel()

    def let_go(self) -> None:
        """End each wait as if its time were over, and let none begin any more."""
        self._over = True
        for wait in self._waits:
            wait.cancel()


HELD = Held()
"""The answers of this process, which the signals are for."""
