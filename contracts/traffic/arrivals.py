"""Recorded exchanges in the order in which they were sent, and when their answers really came."""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from contracts.traffic.exchange import http_date
from openapi.har import Entry

__all__ = ["Trip", "in_order"]

_OUT_OF_ORDER = 500  # entries by which one may stand too late: some tools write at the end
_NEAR = 30.0  # seconds: hardly any request waits longer; a clock that is set may look like it
_SECOND = 1.0  # a Date leaves out what is less


class Trip(NamedTuple):
    """A request and its answer, which is another entry's where redirects were followed.

    ``redirects`` are the headers of each answer that redirected, by lower-case name.
    """

    began: Entry
    entry: Entry
    redirects: tuple[dict[str, str], ...]
    headers: dict[str, str]

    @property
    def sent(self) -> float:
        """When what was answered was asked for, in UTC Unix seconds."""
        return self.entry.at.timestamp()


def in_order(found: Iterable[Trip]) -> Iterator[Trip]:
    """Yield by time of request what is nearly so already.

    Where a file does not count how long a request waited for a connection, the answer may have
    come seconds after the time that the file tells: then its Date says so.
    """
    clock, waiting = _Clock(), deque[Trip]()
    for trip in _sorted(found):
        clock.learn(trip)
        waiting.append(trip)
        while trip.sent - waiting[0].sent > _NEAR or len(waiting) > _OUT_OF_ORDER:
            yield clock.corrected(waiting.popleft())
    yield from map(clock.corrected, waiting)


def _sorted(found: Iterable[Trip]) -> Iterator[Trip]:
    waiting: list[tuple[float, int, Trip]] = []
    for number, trip in enumerate(found):
        heapq.heappush(waiting, (trip.began.at.timestamp(), number, trip))
        if len(waiting) > _OUT_OF_ORDER:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


class _Clock:
    """Knows by how much the server's clock is ahead at most, from what it answered lately.

    Its clock read the Date after the request was sent. A Date that is not newer than all before
    tells nothing: the answer may have been kept by a cache. What was answered long before or after
    tells nothing either: clocks drift, and are set.
    """

    def __init__(self) -> None:
        self._ahead: deque[tuple[float, float]] = deque()  # since when, how far at most
        self._newest = 0.0

    def learn(self, trip: Trip) -> None:
        date = http_date(trip.headers, "date")
        if date and date.timestamp() > self._newest:
            self._newest = date.timestamp()
            self._ahead.append((trip.sent, self._newest + _SECOND - trip.sent))

    def corrected(self, trip: Trip) -> Trip:
        """Return it with the time that the answer took, if it came later than the file tells."""
        while self._ahead and trip.sent - self._ahead[0][0] > _NEAR:
            self._ahead.popleft()
        entry, date = trip.entry, http_date(trip.headers, "date")
        if entry.counts_waiting or not date or not self._ahead:
            return trip
        earliest = date.timestamp() - min(most for _, most in self._ahead)
        if not entry.answered.timestamp() < earliest <= trip.sent + _NEAR:
            return trip
        return trip._replace(entry=replace(entry, seconds=earliest + _SECOND - trip.sent))
