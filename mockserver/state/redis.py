"""The ledger in Redis or Valkey, for any number of machines."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

import redis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from mockserver.simulation import clock
from mockserver.simulation.events import Event
from mockserver.state import scripts
from mockserver.state.kept import Entry
from mockserver.state.ledger import WITHOUT_NUMBER, Batch, LostError, decoded, encoded
from mockserver.state.log import StoreError
from mockserver.state.seen import MOST_SEEN
from mockserver.state.shared_clock import SharedClock

__all__ = ["RedisLedger", "Server", "agree", "client_options", "failure"]

_FAILURES: dict[type[Exception], str] = {
    redis.AuthenticationError: "it refuses the name or the password.",
    redis.TimeoutError: "it does not answer in time.",
    redis.ConnectionError: "nobody answers.",
    redis.ReadOnlyError: "it takes no changes.",
    redis.OutOfMemoryError: "it has no memory left.",
}
_TIMEOUT_SECONDS = 0.5
_EXPIRED_SECONDS = 8 * 86_400  # a day longer than a workspace that nobody uses
_SEEN_SECONDS = 3600


def client_options(retry: type = AsyncRetry) -> dict[str, Any]:
    """Return how a client of Redis waits: not for long, since requests wait with it."""
    return {
        "socket_timeout": _TIMEOUT_SECONDS,
        "socket_connect_timeout": _TIMEOUT_SECONDS,
        "retry": retry(NoBackoff(), 0),
    }


class Server:
    """One Redis as one process uses it; ``url`` is never part of a message."""

    def __init__(self, url: str) -> None:
        self.client = Redis.from_url(url, **client_options())

    async def run(self, script: Any, *arguments: Any, keys: Sequence[str] = scripts.KEYS) -> Any:
        """Return what a script does.

        Raises:
            StoreError: Redis cannot be reached, or cannot do it.
        """
        try:
            return await script(keys=keys, args=arguments)
        except (RedisError, OSError) as error:
            raise failure(error) from None

    async def close(self) -> None:
        """Close the connections."""
        await self.client.aclose()

    def script(self, text: str) -> Any:
        """Return a script that ``run`` takes."""
        return self.client.register_script(text)


def failure(error: Exception) -> StoreError:
    """Return what may be told of a failure: not the address, which can hold a password."""
    words = next((text for kind, text in _FAILURES.items() if isinstance(error, kind)), None)
    slow = isinstance(error, redis.TimeoutError)
    return StoreError(words or f"it fails with {type(error).__name__}.", slow=slow)


class RedisLedger:
    """A ``Ledger`` in Redis.

    ``world`` is what is agreed on there, as text; ``clock`` follows the server's.
    """

    def __init__(self, server: Server, world: str, clock: SharedClock) -> None:
        self._server, self._world, self._clock = server, world, clock
        self._life = b""
        self._since, self._append = server.script(scripts.SINCE), server.script(scripts.APPEND)
        self._restore, self._see = server.script(scripts.RESTORE), server.script(scripts.SEE)

    def unchanged(self) -> bool:
        """Return False: only Redis knows."""
        return False

    async def since(self, position: int) -> Batch:
        """Return what was appended after ``position``; all of it for 0."""
        return await self._asked(self._since, self._life if position else b"", position)

    async def append(self, position: int, entries: Sequence[Entry]) -> Batch:
        """Append entries, and return all that was appended after ``position``."""
        arguments = (_EXPIRED_SECONDS, *_arguments(entries))
        return await self._asked(self._append, self._life, position, *arguments)

    async def _asked(self, script: Any, life: bytes, position: int, *more: Any) -> Batch:
        asked = self._clock.machine()
        answer = await self._server.run(script, life, position, *more)
        answered = self._clock.machine()
        there, last, lost, entries, (seconds, microseconds), *own = answer
        if lost:
            raise LostError("Redis has lost events.")
        self._life = there
        self._clock.compare(asked, int(seconds) + int(microseconds) / 1e6, answered)
        return Batch([_entry(*one) for one in entries], last, *own)

    async def remove(self, positions: Sequence[int]) -> None:
        """Remove entries that count no longer."""
        try:
            await self._server.client.xdel(scripts.KEYS[2], *(f"{one}-0" for one in positions))
        except (RedisError, OSError) as error:
            raise failure(error) from None

    async def restore(self, position: int, entries: Sequence[Entry]) -> None:
        """Write entries back into a store that has lost its own, unless another process has."""
        life = secrets.token_hex(8)
        arguments = (life, self._world, *_arguments(entries))
        await self._server.run(self._restore, self._life, position, *arguments)

    async def see(self, events: Sequence[tuple[str, Event]]) -> None:
        """Keep the latest event of kind ``seen`` of each room, by workspace."""
        fields = [one for name, event in events for one in (name, event.room, event.at)]
        bounds = (_SEEN_SECONDS, MOST_SEEN, MOST_SEEN, clock.real())
        await self._server.run(self._see, *bounds, *fields)

    async def seen(self, workspace: str) -> Sequence[Event]:
        """Return a workspace's events of kind ``seen``."""
        key = f"{scripts.KEYS[5]}:{workspace}"
        try:
            rooms: Any = await self._server.client.zrange(key, 0, -1, withscores=True)
        except (RedisError, OSError) as error:
            raise failure(error) from None
        return [Event("seen", at, room.decode()) for room, at in rooms]


def _arguments(entries: Sequence[Entry]) -> Iterator[str | int]:
    for entry in entries:
        event = entry.event
        sort = "other" if event.kind in WITHOUT_NUMBER else "event"
        if event.kind == "forget" and event.room is None:
            sort = "forget"
        yield from (entry.workspace, event.number, encoded(entry), sort)


def _entry(identifier: bytes, fields: Any) -> Entry:
    values = dict(zip(fields[::2], fields[1::2], strict=True))
    workspace, position = values[b"w"].decode(), int(identifier.partition(b"-")[0])
    return decoded(workspace, int(values[b"n"]), values[b"e"], position)


def agree(url: str, world: str) -> str:
    """Return the world that holds in a store: the first one that was offered.

    Raises:
        StoreError: Redis cannot be reached, or refuses.
        ValueError: the address is none; the message says why.
    """
    with redis.Redis.from_url(url, **client_options(Retry)) as client:
        arguments = (secrets.token_hex(8), world)
        try:
            held = client.eval(scripts.AGREE, len(scripts.KEYS), *scripts.KEYS, *arguments)
        except (RedisError, OSError) as error:
            raise failure(error) from None
        return bytes(held).decode()
