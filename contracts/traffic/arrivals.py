"""Recorded exchanges in the order in which they were sent, and when their answers really came."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from contracts.traffic.exchange import http_date
from openapi.har import Entry

__all__ = ["Trip", "in_order"]

_OUT_OF_ORDER = 500  # entries by which one may stand too late: some tools write at the end
_SECOND = 1.0  # a Date leaves out what is less


class Trip(NamedTuple):
    """A request and its answer, which is another entry's where redirects were followed.

    ``redirects`` are the headers of each answer that redirected, by lower-case name.
    """

    began: Entry
    entry: Entry
    redirects: tuple[dict[str, str], ...]
    headers: dict[str, str]


def in_order(found: Iterable[Trip]) -> Iterator[Trip]:
    """Yield by time of request what is nearly so already.

    Where a file does not count how long a request waited for a connection, the answer may have
    come seconds after the time that the file tells: then its Date says so.
    """
    arrivals = _Arrivals()
    waiting: list[tuple[float, int, Trip]] = []
    for number, trip in enumerate(found):
        arrivals.learn(trip)
        heapq.heappush(waiting, (trip.began.at.timestamp(), number, trip))
        if len(waiting) > _OUT_OF_ORDER:
            yield arrivals.corrected(heapq.heappop(waiting)[2])
    while waiting:
        yield arrivals.corrected(heapq.heappop(waiting)[2])


class _Arrivals:
    """Knows by how much the server's clock is ahead at most, from what it answered.

    Its clock read the Date after the request was sent. A Date that is not newer than all before
    tells nothing: the answer may have been kept by a cache.
    """

    def __init__(self) -> None:
        self._ahead = float("inf")
        self._newest = 0.0

    def learn(self, trip: Trip) -> None:
        date = http_date(trip.headers, "date")
        if date and date.timestamp() > self._newest:
            self._newest = date.timestamp()
            self._ahead = min(self._ahead, self._newest + _SECOND - trip.entry.at.timestamp())

    def corrected(self, trip: Trip) -> Trip:
        """Return it with the time that the answer took, if it came later than the file tells."""
        entry, date = trip.entry, http_date(trip.headers, "date")
        if entry.counts_waiting or not date:
            return trip
        earliest = date.timestamp() - self._ahead
        if earliest <= entry.answered.timestamp():
            return trip
        seconds = earliest + _SECOND - entry.at.timestamp()
        return trip._replace(entry=replace(entry, seconds=seconds))
