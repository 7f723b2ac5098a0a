"""Where the state of one process lives: its own memory, or a store that others use too."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mockserver.simulation.clock import Clock, real, stopwatch
from mockserver.state.exchanges import ExchangeStore
from mockserver.state.log import Limits, Log
from mockserver.state.memory import MemoryLog
from mockserver.state.shared import SharedLog
from mockserver.state.shared_clock import SharedClock
from mockserver.state.store import Store

if TYPE_CHECKING:  # it takes long to load, and most mocks count nothing
    from limits.aio.storage import Storage

__all__ = ["Home", "MemoryHome", "SharedHome", "open_home"]


class MemoryHome:
    """A home that ends with the process."""

    def __init__(self, limits: Limits) -> None:
        self.log: Log = MemoryLog(limits, stopwatch)
        self.clock: Clock = stopwatch
        self.shared: SharedLog | None = None

    def counts(self) -> "Storage":
        """Return where requests are counted, in windows by ``clock``."""
        from mockserver.state.counts import MemoryCounts

        return MemoryCounts(self.clock)

    def exchanges(self, size: int) -> ExchangeStore | None:
        """Return None: a process journals alone."""
        return None


class SharedHome:
    """A home in a store; ``world`` is what was agreed on there, ``failed`` hears of failures."""

    def __init__(
        self,
        store: Store,
        world: str,
        limits: Limits,
        clock: SharedClock,
        failed: Callable[[], None],
    ) -> None:
        self.clock: Clock = real
        self._opened = _File(store) if store.path else _Redis(store, world, clock)
        self.shared = SharedLog(self._opened.ledger, limits, clock, failed)
        self.log: Log = self.shared

    def counts(self) -> "Storage":
        """Return where requests are counted, in windows by ``clock``."""
        return self._opened.counts()

    def exchanges(self, size: int) -> ExchangeStore | None:
        """Return where all processes keep their latest ``size`` exchanges."""
        return self._opened.exchanges(size)


class _File:
    def __init__(self, store: Store) -> None:
        from mockserver.state.database import Database
        from mockserver.state.sqlite import SqliteLedger

        assert store.path is not None
        self._database = Database(store.path)
        self.ledger = SqliteLedger(self._database)

    def counts(self) -> "Storage":
        from mockserver.state.counts import FileCounts

        return FileCounts(self._database)

    def exchanges(self, size: int) -> ExchangeStore:
        from mockserver.state.file_exchanges import FileExchanges

        return FileExchanges(self._database, size)


class _Redis:
    def __init__(self, store: Store, world: str, clock: SharedClock) -> None:
        from mockserver.state.redis import RedisLedger, Server

        self._server = Server(store.url)
        self.ledger = RedisLedger(self._server, world, clock)

    def counts(self) -> "Storage":
        from mockserver.state.redis_counts import RedisCounts

        return RedisCounts(self._server)

    def exchanges(self, size: int) -> ExchangeStore:
        from mockserver.state.redis_exchanges import RedisExchanges

        return RedisExchanges(self._server, size)


Home = MemoryHome | SharedHome


def open_home(
    store: Store | None,
    world: str,
    limits: Limits,
    clock: SharedClock,
    failed: Callable[[], None] = lambda: None,
) -> Home:
    """Return the home of a process: in its memory where there is no store.

    ``clock`` is the mock's, which then goes by the store.
    """
    if store is None:
        return MemoryHome(limits)
    return SharedHome(store, world, limits, clock, failed)
