"""A file that the workers of one machine share: a database of SQLite.

Reading happens at once: a reader never waits for a writer, and asks first whether anything has
changed, which takes 2 µs. Writing happens in a thread, since a writer waits for the others.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from mockserver.state.log import StoreError

__all__ = ["Database", "Row", "prepare"]

Row = tuple[Any, ...]

_FORMAT = 1
_APPLICATION = 0x41435354  # says whose database it is
_BUSY_SECONDS = 2.0

_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL,
    number INTEGER NOT NULL, entry TEXT NOT NULL);
CREATE TABLE numbers (workspace TEXT PRIMARY KEY, latest INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE seen (
    noted INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, room TEXT NOT NULL,
    at REAL NOT NULL, UNIQUE (workspace, room));
CREATE TABLE counts (
    client TEXT PRIMARY KEY, count INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE exchanges (
    number INTEGER PRIMARY KEY AUTOINCREMENT, own INTEGER NOT NULL, waiting TEXT, packed BLOB);
CREATE INDEX exchanges_own ON exchanges (own, number);
CREATE INDEX exchanges_waiting ON exchanges (waiting) WHERE waiting IS NOT NULL;
CREATE TABLE workers (
    worker TEXT PRIMARY KEY, process INTEGER NOT NULL, settled INTEGER NOT NULL) WITHOUT ROWID;
"""

_T = TypeVar("_T")


def _connected(path: Path, patience: float = _BUSY_SECONDS) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=patience, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def prepare(path: Path) -> None:
    """Make a file the mock's database, unless it is one already.

    Raises:
        StoreError: it cannot be opened, or is something else.
    """
    try:
        connection = _connected(path)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            _demand_own(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"{error}.") from None


def _demand_own(connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_FORMAT}")
    elif application != _APPLICATION:
        raise StoreError("this is a database of another program.")
    elif version != _FORMAT:
        raise StoreError("another version of the mock has written this.")


class Database:
    """One file as one process uses it, which waits for others ``patience`` seconds at most."""

    def __init__(self, path: Path, patience: float = _BUSY_SECONDS) -> None:
        self._path, self._patience = path, patience
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    def read(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """Return the rows that a query finds.

        Raises:
            StoreError: the file cannot be read.
        """
        try:
            if self._reader is None:
                self._reader = _connected(self._path, self._patience)
            return self._reader.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{error}.") from None

    def version(self) -> int:
        """Return a number that changes whenever another connection has written."""
        return int(self.read("PRAGMA data_version")[0][0])

    async def write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Let ``work`` change the file, all or nothing, and return what it does.

        Raises:
            StoreError: the file cannot be written.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(self.write_now, work))

    def write_now(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do what ``write`` does, in the calling thread."""
        try:
            if self._writer is None:
                self._writer = _connected(self._path, self._patience)
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                result = work(self._writer)
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            return result
        except sqlite3.Error as error:
            raise StoreError(f"{error}.") from None

    def close(self) -> None:
        """Close the file."""
        self._thread.shutdown()
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
