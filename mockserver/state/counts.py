"""Where requests are counted for the rate limit: what the library ``limits`` calls a storage."""

from collections import OrderedDict
from sqlite3 import Connection

from limits.aio.storage import Storage

from mockserver.simulation.clock import Clock, real
from mockserver.state.database import Database
from mockserver.state.log import StoreError

__all__ = ["FileCounts", "MemoryCounts"]

_MOST_CLIENTS = 10_000


class _Counts(Storage):
    """What the library demands of every storage beyond counting."""

    @property
    def base_exceptions(self) -> type[Exception]:
        """What says that counting is not possible now."""
        return StoreError

    async def check(self) -> bool:
        """Return whether it can be counted."""
        return True

    async def reset(self) -> int | None:
        """Forget all clients."""
        raise NotImplementedError

    async def clear(self, key: str) -> None:
        """Forget one client."""
        raise NotImplementedError


class MemoryCounts(_Counts):
    """Counts in this process; of very many clients, the latest."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._windows: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in a window of ``expiry`` seconds from the first request on."""
        now = self._clock()
        count, until = self._windows.pop(key, (0, now))
        if now >= until:
            count, until = 0, now + expiry
        self._windows[key] = count + amount, until
        if len(self._windows) > _MOST_CLIENTS:
            self._windows.popitem(last=False)
        return count + amount

    async def get(self, key: str) -> int:
        """Return how many were counted."""
        count, until = self._windows.get(key, (0, 0.0))
        return count if self._clock() < until else 0

    async def get_expiry(self, key: str) -> float:
        """Return when the window ends, by the clock."""
        return self._windows.get(key, (0, self._clock()))[1]


_COUNT = """
INSERT INTO counts VALUES (:key, :amount, :now + :expiry)
ON CONFLICT (client) DO UPDATE SET
    count = CASE WHEN until <= :now THEN 0 ELSE count END + :amount,
    until = CASE WHEN until <= :now THEN :now + :expiry ELSE until END
RETURNING count
"""


class FileCounts(_Counts):
    """Counts in the file that the workers of one machine share."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database, self._swept = database, 0.0

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in a window of ``expiry`` seconds from the first request on."""
        now = real()
        sweep = now - self._swept > expiry  # windows that are over, once in a window's time
        self._swept = now if sweep else self._swept

        def work(connection: Connection) -> int:
            if sweep:
                connection.execute("DELETE FROM counts WHERE until <= ?", (now,))
            values = {"key": key, "amount": amount, "now": now, "expiry": expiry}
            return int(connection.execute(_COUNT, values).fetchone()[0])

        return await self._database.write(work)

    async def get(self, key: str) -> int:
        """Return how many were counted."""
        rows = self._database.read(
            "SELECT count FROM counts WHERE client = ? AND until > ?", (key, real())
        )
        return int(rows[0][0]) if rows else 0

    async def get_expiry(self, key: str) -> float:
        """Return when the window ends, in UTC Unix seconds."""
        rows = self._database.read("SELECT until FROM counts WHERE client = ?", (key,))
        return float(rows[0][0]) if rows else real()
