"""Where exchanges are kept that several processes journal together."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import NamedTuple, Protocol

__all__ = ["Counts", "ExchangeStore", "Kept", "Written"]


class Written(NamedTuple):
    """An exchange that is to be kept, in one piece of bytes.

    ``own`` says that it is the console's, or for the mock's own pages. An exchange with a ``mark``
    is written twice: ``waiting``, and when it is over. In between it may have been forgotten.
    """

    packed: bytes
    own: bool
    mark: str = ""
    waiting: bool = False


class Kept(NamedTuple):
    """An exchange that is kept, and its number, which grows with each."""

    number: int
    packed: bytes


class Counts(NamedTuple):
    """The highest number so far, and the one up to which exchanges were forgotten on request."""

    latest: int
    cleared: int


class ExchangeStore(Protocol):
    """The latest exchanges of all processes. Each method but ``listen`` raises StoreError."""

    pause: float
    """Seconds in which exchanges are gathered before they are written."""

    async def write(self, exchanges: Sequence[Written], skipped: int) -> None:
        """Keep exchanges, of which ``skipped`` older ones are left out but counted."""

    async def read(self, after: int, own: bool) -> Sequence[Kept]:
        """Return those numbered above ``after``; with ``own`` the mock's own as well."""

    async def counts(self) -> Counts:
        """Return how far the numbers go."""

    async def remove(self, numbers: Collection[int] | None) -> None:
        """Forget exchanges; for None all that are over."""

    async def listen(self, write_pending: Callable[[], Awaitable[None]]) -> None:
        """Write what is pending whenever another process asks for it, for ever."""

    async def settle(self) -> None:
        """Return once every process has written what was over before the call."""
