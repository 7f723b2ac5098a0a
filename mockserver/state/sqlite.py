"""The ledger in a file, for the workers of one machine."""

from collections.abc import Sequence
from sqlite3 import Connection

from mockserver.simulation.events import Event
from mockserver.state.database import Database, Row
from mockserver.state.kept import Entry
from mockserver.state.ledger import WITHOUT_NUMBER, Batch, decoded, encoded
from mockserver.state.log import StoreError
from mockserver.state.seen import MOST_ROOMS, MOST_SEEN

__all__ = ["SqliteLedger"]

_PAGE = 2000
_TRIM_AFTER = 200

_SINCE = "SELECT workspace, number, entry, position FROM entries WHERE position > ? ORDER BY 4"
_NUMBER = """
INSERT INTO numbers VALUES (:workspace, max(1, :given))
ON CONFLICT (workspace) DO UPDATE SET latest = max(latest + (:given = 0), :given) RETURNING latest
"""
_SEE = "INSERT OR REPLACE INTO seen (workspace, room, at) VALUES (?, ?, ?)"
_SEEN = "SELECT at, room FROM seen WHERE workspace = ? ORDER BY noted DESC LIMIT ?"
_UNSEE = """
DELETE FROM seen WHERE workspace = ? AND noted <= (
    SELECT noted FROM seen WHERE workspace = ? ORDER BY noted DESC LIMIT 1 OFFSET ?)
"""
_UNSEE_OLDEST = """
DELETE FROM seen WHERE noted <= (SELECT noted FROM seen ORDER BY noted DESC LIMIT 1 OFFSET ?)
"""


class SqliteLedger:
    """A ``Ledger`` in a file."""

    def __init__(self, database: Database) -> None:
        self._database, self._version, self._seen = database, -1, 0

    def unchanged(self) -> bool:
        """Return whether nothing was appended since the latest ``since``."""
        try:
            return self._database.version() == self._version
        except StoreError:
            return False

    async def since(self, position: int) -> Batch:
        """Return what was appended after ``position``; all of it for 0."""
        version = self._database.version()
        found: list[Entry] = []
        page = _PAGE
        while page == _PAGE:
            rows = self._database.read(f"{_SINCE} LIMIT {_PAGE}", (position,))
            found += [_entry(row) for row in rows]
            page, position = len(rows), found[-1].position if rows else position
        self._version = version
        return Batch(found, position)

    async def append(
        self, position: int, entries: Sequence[Entry], *, alone: bool = False
    ) -> Batch:
        """Append entries, and return all that was appended after ``position``.

        ``alone`` is for entries that are put back, of which there are none in a file.
        """
        texts = [(entry, encoded(entry)) for entry in entries]

        def work(connection: Connection) -> tuple[list[Row], int]:
            own = 0
            for entry, text in texts:
                number = _number(connection, entry)
                cursor = connection.execute(
                    "INSERT INTO entries (workspace, number, entry) VALUES (?, ?, ?)",
                    (entry.workspace, number, text),
                )
                own = own or int(cursor.lastrowid or 0)
            return connection.execute(_SINCE, (position,)).fetchall(), own

        rows, own = await self._database.write(work)
        found = [_entry(row) for row in rows]
        return Batch(found, found[-1].position, own)

    async def remove(self, positions: Sequence[int]) -> None:
        """Remove entries that count no longer."""

        def work(connection: Connection) -> None:
            connection.executemany(
                "DELETE FROM entries WHERE position = ?", [(one,) for one in positions]
            )

        await self._database.write(work)

    async def restore(self, position: int, entries: Sequence[Entry]) -> int | None:
        """Return ``position``: a file loses no entries."""
        return position

    async def see(self, events: Sequence[tuple[str, Event]]) -> None:
        """Keep the latest event of kind ``seen`` of each room, by workspace."""
        self._seen += len(events)
        trim, self._seen = self._seen > _TRIM_AFTER, self._seen % (_TRIM_AFTER + 1)

        def work(connection: Connection) -> None:
            values = [(workspace, event.room, event.at) for workspace, event in events]
            connection.executemany(_SEE, values)
            if trim:
                for workspace in {workspace for workspace, _ in events}:
                    connection.execute(_UNSEE, (workspace, workspace, MOST_SEEN))
                connection.execute(_UNSEE_OLDEST, (MOST_ROOMS,))

        await self._database.write(work)

    async def seen(self, workspace: str) -> Sequence[Event]:
        """Return a workspace's events of kind ``seen``."""
        rows = self._database.read(_SEEN, (workspace, MOST_SEEN))
        return [Event("seen", at, room) for at, room in reversed(rows)]


def _number(connection: Connection, entry: Entry) -> int:
    """Return the number of a new entry; what forgets a workspace lets it count anew."""
    event = entry.event
    if event.kind in WITHOUT_NUMBER:
        if event.kind == "forget" and event.room is None:
            connection.execute("DELETE FROM numbers WHERE workspace = ?", (entry.workspace,))
            connection.execute("DELETE FROM seen WHERE workspace = ?", (entry.workspace,))
        return 0
    values = {"workspace": entry.workspace, "given": event.number}
    (number,) = connection.execute(_NUMBER, values).fetchone()
    return event.number or int(number)


def _entry(row: Row) -> Entry:
    workspace, number, text, position = row
    return decoded(workspace, number, text, position)
