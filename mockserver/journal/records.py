"""A journal as the operations on it see it, wherever it is kept."""

from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

from mockserver.http.delivery import Recorder
from mockserver.journal.exchange import Exchange

__all__ = ["Numbers", "Records"]


class Numbers(NamedTuple):
    """The highest number so far, and the one up to which exchanges were forgotten on request."""

    latest: int
    cleared: int


class Records(Recorder, Protocol):
    """The latest ``size`` exchanges of applications, and some of the console's own.

    Exchanges are numbered from 1. ``started`` is the instant, in UTC Unix seconds, from which the
    numbers count.
    """

    size: int
    started: float

    def arrived(self, exchange: Exchange) -> float:
        """Return when the exchange's request arrived, in UTC Unix seconds."""

    async def numbers(self) -> Numbers:
        """Return how far the numbers go."""

    async def newest_first(self, after: int = 0, own: bool = False) -> Iterable[Exchange]:
        """Return the exchanges numbered above ``after``; with ``own``, the console's as well."""

    async def find(self, number: int) -> Exchange | None:
        """Return the exchange with this number, or None if it is not kept."""

    async def clear(self, numbers: Collection[int] | None = None) -> None:
        """Forget the exchanges that are over: all, or those with one of ``numbers``."""

    async def forget_workspace(self, workspace: str) -> None:
        """Forget what one workspace has asked, also what is still to be answered."""
