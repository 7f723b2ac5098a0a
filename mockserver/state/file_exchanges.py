"""Exchanges in the file that the workers of one machine share."""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from itertools import groupby
from sqlite3 import Connection

from mockserver.simulation.clock import stopwatch
from mockserver.state.database import Database
from mockserver.state.exchanges import Counts, Kept, Written
from mockserver.state.log import StoreError
from mockserver.state.processes import is_alive

__all__ = ["FileExchanges"]

_MOST_OWN = 100
# How often a process looks whether another one wants its exchanges, and how long that one waits.
_LOOK_SECONDS = 0.02
_PATIENCE_SECONDS = 1.0

_SKIP = "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'exchanges'"
_NEW = "INSERT INTO exchanges (own, waiting, packed) VALUES "
_MOST_AT_ONCE = 1000
_OVER = "UPDATE exchanges SET packed = ?, waiting = NULL WHERE waiting = ?"
_TRIM = """
DELETE FROM exchanges WHERE own = :own AND number <= (
    SELECT number FROM exchanges WHERE own = :own ORDER BY number DESC LIMIT 1 OFFSET :most)
"""
_FACT = "SELECT value FROM facts WHERE name = ?"
_SET_FACT = "INSERT OR REPLACE INTO facts VALUES (?, ?)"


class FileExchanges:
    """An ``ExchangeStore`` of the latest ``size`` exchanges of applications.

    Processes hear of each other through the file: who wants to read rings a bell there, and each
    that is alive notes up to which ring it has written.
    """

    pause = 1.0  # who reads rings

    def __init__(self, database: Database, size: int) -> None:
        self._database, self._size = database, size
        self._worker, self._version = secrets.token_hex(8), -1
        self._own_bell = 0

    async def write(self, exchanges: Sequence[Written], skipped: int) -> None:
        """Keep exchanges, of which ``skipped`` older ones are left out but counted."""

        def work(connection: Connection) -> None:
            if skipped:
                connection.execute(_SKIP, (skipped,))
            for over, some in groupby(exchanges, lambda one: bool(one.mark) and not one.waiting):
                _write(connection, list(some), over)
            for own, most in ((0, self._size), (1, min(self._size, _MOST_OWN))):
                connection.execute(_TRIM, {"own": own, "most": most})

        await self._database.write(work)

    async def read(self, after: int, own: bool) -> Sequence[Kept]:
        """Return those numbered above ``after``; with ``own`` the mock's own as well."""
        rows = self._database.read(
            "SELECT number, packed FROM exchanges WHERE number > ? AND own <= ?", (after, own)
        )
        return [Kept(number, packed) for number, packed in rows]

    async def counts(self) -> Counts:
        """Return how far the numbers go."""
        rows = self._database.read("SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'")
        cleared = self._database.read(_FACT, ("cleared",))
        return Counts(rows[0][0] if rows else 0, int(cleared[0][0]) if cleared else 0)

    async def remove(self, numbers: Collection[int] | None) -> None:
        """Forget exchanges; for None all that are over."""
        latest = (await self.counts()).latest

        def work(connection: Connection) -> None:
            if numbers is None:
                query = "DELETE FROM exchanges WHERE waiting IS NULL AND number <= ?"
                connection.execute(query, (latest,))
                connection.execute(_SET_FACT, ("cleared", str(latest)))
            else:
                values = [(number,) for number in numbers]
                connection.executemany("DELETE FROM exchanges WHERE number = ?", values)

        await self._database.write(work)

    async def listen(self, write_pending: Callable[[], Awaitable[None]]) -> None:
        """Write what is pending whenever another process asks for it, for ever."""
        registered = False
        while True:
            try:
                version = self._database.version()
                bell = self._bell() if version != self._version else self._own_bell
                if bell > self._own_bell or not registered:
                    await write_pending()
                    await self._database.write(partial(self._note, bell=bell))
                self._version, self._own_bell, registered = version, bell, True
            except StoreError:
                pass
            await asyncio.sleep(_LOOK_SECONDS)

    def _bell(self) -> int:
        rows = self._database.read(_FACT, ("bell",))
        return int(rows[0][0]) if rows else 0

    def _note(self, connection: Connection, *, bell: int) -> None:
        values = (self._worker, os.getpid(), bell)
        connection.execute("INSERT OR REPLACE INTO workers VALUES (?, ?, ?)", values)

    async def settle(self) -> None:
        """Return once every process has written what was over before the call."""
        bell = await self._database.write(_ring)
        until = stopwatch() + _PATIENCE_SECONDS
        while late := self._late(bell):
            if stopwatch() >= until:
                # Its number was given to another process, or it hangs; it enters itself again.
                await self._database.write(partial(_leave_out, workers=late))
                return
            await asyncio.sleep(_LOOK_SECONDS / 4)

    def _late(self, bell: int) -> list[str]:
        """Return who is alive and has not written up to a ring of the bell."""
        rows = self._database.read("SELECT worker, process FROM workers WHERE settled < ?", (bell,))
        return [worker for worker, process in rows if is_alive(process)]


def _write(connection: Connection, exchanges: list[Written], over: bool) -> None:
    """Write exchanges that are new, or those that have waited and are over."""
    if over:
        values = [(one.packed, one.mark) for one in exchanges]
        connection.executemany(_OVER, values)
        return
    # In few statements: after each step SQLite asks for Python's lock, which the loop has.
    for start in range(0, len(exchanges), _MOST_AT_ONCE):
        some = exchanges[start : start + _MOST_AT_ONCE]
        fields = [field for one in some for field in (one.own, one.mark or None, one.packed)]
        connection.execute(_NEW + ", ".join(["(?, ?, ?)"] * len(some)), fields)


def _ring(connection: Connection) -> int:
    rows = connection.execute(_FACT, ("bell",)).fetchall()
    bell = 1 + (int(rows[0][0]) if rows else 0)
    connection.execute(_SET_FACT, ("bell", str(bell)))
    workers = connection.execute("SELECT worker, process FROM workers").fetchall()
    _leave_out(connection, [worker for worker, process in workers if not is_alive(process)])
    return bell


def _leave_out(connection: Connection, workers: Sequence[str]) -> None:
    values = [(worker,) for worker in workers]
    connection.executemany("DELETE FROM workers WHERE worker = ?", values)
