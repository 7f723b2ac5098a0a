"""The ledger in Redis or Valkey, for any number of machines."""

import secrets
import ssl
from collections.abc import Sequence
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
from mockserver.state.seen import MOST_ROOMS, MOST_SEEN
from mockserver.state.shared_clock import SharedClock

__all__ = ["RedisLedger", "Server", "agree", "client_options", "failure"]

_FAILURES: dict[type[Exception], str] = {
    redis.AuthenticationError: "it refuses the name or the password.",
    redis.TimeoutError: "it does not answer in time.",
    redis.ConnectionError: "nobody answers.",
    redis.ReadOnlyError: "it takes no changes.",
    redis.OutOfMemoryError: "it has no memory left.",
    UnicodeError: "its host has no possible name.",
}
# The latter is that of a start, for which no request waits.
_PATIENCE_SECONDS, _START_PATIENCE_SECONDS = 1.5, 5.0
_EXPIRED_SECONDS = 8 * 86_400  # a day longer than a workspace that nobody uses
_SEEN_SECONDS = 3600
_MOST_MARKS = 1024


def client_options(patience: float, retry: type = AsyncRetry) -> dict[str, Any]:
    """Return how a client of Redis waits for each answer: ``patience`` seconds, and only once."""
    return {
        "socket_timeout": patience,
        "socket_connect_timeout": patience,
        "retry": retry(NoBackoff(), 0),
    }


class Server:
    """One Redis as one process uses it; ``url`` is never part of a message.

    It is waited for not longer than ``patience`` seconds, since requests wait with it.
    """

    def __init__(self, url: str, patience: float = _PATIENCE_SECONDS) -> None:
        self.client = Redis.from_url(url, **client_options(patience))

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
    slow = isinstance(error, redis.TimeoutError)
    return StoreError(_words(error), slow=slow)


def _words(error: Exception) -> str:
    reasons = [error, error.__cause__, error.__context__]
    if any(isinstance(reason, ssl.SSLCertVerificationError) for reason in reasons):
        return "its certificate is not trusted; ?ssl_ca_certs=FILE names who has signed it."
    if any(isinstance(reason, ssl.SSLError) for reason in reasons):
        return "TLS fails; a Redis without TLS is redis://, and not rediss://."
    if isinstance(error, redis.ResponseError) and "out of range" in str(error):
        return "it has no database of that number."
    words = (text for kind, text in _FAILURES.items() if isinstance(error, kind))
    return next(words, f"it fails with {type(error).__name__}.")


class RedisLedger:
    """A ``Ledger`` in Redis.

    ``world`` is what is agreed on there, as text; ``clock`` follows the server's.
    """

    def __init__(self, server: Server, world: str, clock: SharedClock) -> None:
        self._server, self._world, self._clock = server, world, clock
        self._marks: dict[int, bytes] = {}
        self._since, self._append = server.script(scripts.SINCE), server.script(scripts.APPEND)
        self._restore, self._see = server.script(scripts.RESTORE), server.script(scripts.SEE)

    def unchanged(self) -> bool:
        """Return False: only Redis knows."""
        return False

    async def since(self, position: int) -> Batch:
        """Return what was appended after ``position``; all of it for 0."""
        return await self._asked(self._since, position)

    async def append(
        self, position: int, entries: Sequence[Entry], *, alone: bool = False
    ) -> Batch:
        """Append entries, and return all that was appended after ``position``."""
        mark = secrets.token_hex(6)
        named = [
            entry if entry.id else entry._replace(id=f"{mark}-{number}")
            for number, entry in enumerate(entries)
        ]
        fields = [field for entry in named for field in _fields(entry)]
        return await self._asked(
            self._append, position, mark, _EXPIRED_SECONDS, int(alone), *fields
        )

    async def _asked(self, script: Any, position: int, *more: Any) -> Batch:
        asked = self._clock.machine()
        answer = await self._server.run(script, position, self._marks.get(position, b""), *more)
        answered = self._clock.machine()
        lost, last, mark, entries, (seconds, microseconds), own = answer
        if lost:
            raise LostError("Redis has lost events.")
        self._note(last, mark)
        self._clock.compare(asked, int(seconds) + int(microseconds) / 1e6, answered)
        return Batch([_entry(*one) for one in entries], last, own)

    def _note(self, position: int, mark: bytes) -> None:
        """Remember a mark; of very many, all of the latest and ever fewer of the older ones."""
        self._marks.pop(position, None)
        self._marks[position] = mark
        if len(self._marks) > _MOST_MARKS:
            for old in list(self._marks)[1 : _MOST_MARKS // 2 : 2]:
                del self._marks[old]

    async def remove(self, positions: Sequence[int]) -> None:
        """Remove entries that count no longer."""
        try:
            await self._server.client.xdel(scripts.KEYS[2], *(f"{one}-0" for one in positions))
        except (RedisError, OSError) as error:
            raise failure(error) from None

    async def restore(self, position: int, entries: Sequence[Entry]) -> int | None:
        """Write entries back into a store that has lost everything."""
        marks = sorted(one for one in self._marks.items() if 0 < one[0] <= position and one[1])
        fields = [field for entry in entries for field in (entry.position, *_fields(entry))]
        wrote, known = await self._server.run(
            self._restore, position, self._marks.get(position, b""), self._world, _EXPIRED_SECONDS,
            len(marks), *(field for mark in marks for field in mark), *fields,
        )  # fmt: skip
        return None if wrote else int(known)

    async def see(self, events: Sequence[tuple[str, Event]]) -> None:
        """Keep the latest event of kind ``seen`` of each room, by workspace."""
        fields = [one for name, event in events for one in (name, event.room, event.at)]
        bounds = (_SEEN_SECONDS, MOST_SEEN, MOST_ROOMS, clock.real())
        await self._server.run(self._see, *bounds, *fields)

    async def seen(self, workspace: str) -> Sequence[Event]:
        """Return a workspace's events of kind ``seen``."""
        key = f"{scripts.KEYS[5]}:{workspace}"
        try:
            rooms: Any = await self._server.client.zrange(key, 0, -1, withscores=True)
        except (RedisError, OSError) as error:
            raise failure(error) from None
        return [Event("seen", at, room.decode()) for room, at in rooms]


def _fields(entry: Entry) -> tuple[str, int, str, str, str]:
    event = entry.event
    sort = "other" if event.kind in WITHOUT_NUMBER else "event"
    if event.kind == "forget" and event.room is None:
        sort = "forget"
    return entry.workspace, event.number, encoded(entry), entry.id, sort


def _entry(identifier: bytes, fields: Any) -> Entry:
    values = dict(zip(fields[::2], fields[1::2], strict=True))
    workspace, position = values[b"w"].decode(), int(identifier.partition(b"-")[0])
    entry = decoded(workspace, int(values[b"n"]), values[b"e"], position)
    return entry._replace(id=values[b"i"].decode())


def agree(url: str, world: str, patience: float = _START_PATIENCE_SECONDS) -> str:
    """Return the world that holds in a store: the first one that was offered.

    It is waited for ``patience`` seconds: where machines start together, Redis may still be busy.

    Raises:
        StoreError: Redis cannot be reached, or refuses.
        ValueError: the address is none; the message says why.
    """
    with redis.Redis.from_url(url, **client_options(patience, Retry)) as client:
        try:
            held = client.eval(scripts.AGREE, len(scripts.KEYS), *scripts.KEYS, world)
        except (RedisError, OSError, UnicodeError) as error:
            told = failure(error)
            raise StoreError(f"{told}{_hint(url, error)}") from None
        return bytes(held).decode()


def _hint(url: str, error: Exception) -> str:
    """Return what else may be wrong where a server was never reached; empty for nothing."""
    with_tls = url.startswith("rediss:")
    if with_tls and isinstance(error, redis.TimeoutError):
        return " A Redis without TLS is redis://, and not rediss://."
    refused = isinstance(error.__context__, ConnectionResetError) or "closed by" in str(error)
    if not with_tls and refused:
        return " A Redis with TLS is rediss://, and not redis://."
    return ""
