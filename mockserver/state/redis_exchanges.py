"""Exchanges in Redis, of the workers of all machines."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from redis.exceptions import RedisError

from mockserver.simulation.clock import stopwatch
from mockserver.state import scripts
from mockserver.state.exchanges import Counts, Kept, Written
from mockserver.state.log import StoreError
from mockserver.state.redis import Server, failure

__all__ = ["RedisExchanges"]

_MOST_OWN = 100
_EXPIRED_SECONDS = 8 * 86_400
_PATIENCE_SECONDS = 1.0
_RETRY_SECONDS = 0.5
_QUIET_SECONDS = 60.0
_CHANNEL = "{active-calls}:journal:bell"
_HEARD = "{active-calls}:journal:heard:"


class RedisExchanges:
    """An ``ExchangeStore`` of the latest ``size`` exchanges of applications.

    Who wants to read rings a bell, to which all processes listen; each answers when it has written.
    """

    pause = 0.0

    def __init__(self, server: Server, size: int) -> None:
        self._server, self._size = server, size
        self._write = server.script(scripts.WRITE_EXCHANGES)
        self._remove = server.script(scripts.REMOVE_EXCHANGES)
        self._clear = server.script(scripts.CLEAR_EXCHANGES)

    async def _run(self, script: Any, *arguments: Any) -> Any:
        return await self._server.run(script, *arguments, keys=scripts.EXCHANGE_KEYS)

    async def write(self, exchanges: Sequence[Written], skipped: int) -> None:
        """Keep exchanges, of which ``skipped`` older ones are left out but counted."""
        fields: list[str | bytes] = []
        for one in exchanges:
            state = "" if not one.mark else "waiting" if one.waiting else "over"
            fields += (one.mark, state, "1" if one.own else "0", one.packed)
        own = min(self._size, _MOST_OWN)
        await self._run(self._write, _EXPIRED_SECONDS, self._size, own, skipped, *fields)

    async def read(self, after: int, own: bool) -> Sequence[Kept]:
        """Return those numbered above ``after``; with ``own`` the mock's own as well."""
        found: list[bytes] = []
        for key in scripts.EXCHANGE_KEYS[1 : 3 if own else 2]:
            found += await self._call("ZRANGEBYSCORE", key, f"({after}", "+inf")
        parted = [one.partition(b":") for one in found]
        return [Kept(int(number), packed) for number, _, packed in parted]

    async def counts(self) -> Counts:
        """Return how far the numbers go."""
        keys = scripts.EXCHANGE_KEYS[0], scripts.EXCHANGE_KEYS[4]
        latest, cleared = await self._call("MGET", *keys)
        return Counts(int(latest or 0), int(cleared or 0))

    async def remove(self, numbers: Collection[int] | None) -> None:
        """Forget exchanges; for None all that are over."""
        if numbers is None:
            await self._run(self._clear, _EXPIRED_SECONDS)
        elif numbers:
            await self._run(self._remove, *numbers)

    async def listen(self, write_pending: Callable[[], Awaitable[None]]) -> None:
        """Write what is pending whenever another process asks for it, for ever."""
        while True:
            try:
                async with self._server.client.pubsub(ignore_subscribe_messages=True) as bell:
                    await bell.subscribe(_CHANNEL)
                    while True:
                        message = await bell.get_message(timeout=_QUIET_SECONDS)
                        if message is not None:
                            await write_pending()
                            await self._answer(message["data"].decode())
            except (RedisError, OSError, StoreError):
                await asyncio.sleep(_RETRY_SECONDS)

    async def _answer(self, ring: str) -> None:
        async with self._server.client.pipeline(transaction=False) as pipeline:
            pipeline.rpush(_HEARD + ring, "1")
            pipeline.expire(_HEARD + ring, 10)
            await pipeline.execute()

    async def settle(self) -> None:
        """Return once every process has written what was over before the call."""
        ring = secrets.token_hex(8)
        listening = int(await self._call("PUBLISH", _CHANNEL, ring))
        until = stopwatch() + _PATIENCE_SECONDS
        while listening and (left := until - stopwatch()) > 0:
            # Less than the client's own patience; a worker that hangs must not stop the reader.
            answer = await self._call("BLPOP", _HEARD + ring, min(left, 0.25))
            listening -= answer is not None

    async def _call(self, *command: Any) -> Any:
        try:
            client: Any = self._server.client
            return await client.execute_command(*command)
        except (RedisError, OSError) as error:
            raise failure(error) from None
