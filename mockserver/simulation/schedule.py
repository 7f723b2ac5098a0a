"""Which call a room hosts at an instant: arithmetic on the clock, nothing remembered.

An ordinary room is cut into cycles of 28 minutes that two calls share. Where the first one ends is
drawn for each cycle, so that both last 8 to 20 minutes and the cycle of any instant, however far
from the start, is one division away.
"""

from dataclasses import dataclass
from math import inf
from typing import NamedTuple, Protocol

from mockserver.simulation.randomness import digest

__all__ = [
    "BEGUN",
    "MAXIMUM_SECONDS",
    "MINIMUM_SECONDS",
    "Cycle",
    "Once",
    "Ordinary",
    "Schedule",
    "Series",
    "Window",
    "turn",
]

BEGUN = 2**32
"""Calls that somebody has begun are counted apart from those of the schedule, and from each other:
so far are their numbers from these, or a multiple of it."""

MINIMUM_SECONDS, MAXIMUM_SECONDS = 8 * 60, 20 * 60
_CYCLE_SECONDS = MINIMUM_SECONDS + MAXIMUM_SECONDS
# A call that began at most 180 s before the mock did has at least 300 s to go.
_EARLIEST_ELAPSED, _LATEST_ELAPSED = 5, 180
_NUMBERS = 32  # drawn for a room: when it began, then lengths, which come again after 14 hours
_NUMBER_BYTES = 2


class Window(NamedTuple):
    """The stretch of time in which a room hosts one call; instants in UTC Unix seconds.

    ``started`` is the call's own start: before ``live_from`` where callers first see it midway.
    From ``live_until`` to ``next_from`` there is none. ``number`` tells the room's calls apart.
    """

    number: int
    started: int
    live_from: int
    live_until: float
    next_from: float

    @property
    def length(self) -> float:
        """Seconds from the call's start to its end."""
        return self.live_until - self.started


class Schedule(Protocol):
    """When the calls of a room begin and end."""

    def window(
        self, seed: int, workspace: str, room: str, epoch: int, now: float, *, begun: bool = False
    ) -> Window:
        """Return the call that is live in the room at ``now``, or that was before the gap.

        The room's calls are counted from ``epoch``; if somebody has ``begun`` one then, it is the
        first.
        """

    def numbered(
        self, seed: int, workspace: str, room: str, epoch: int, number: int, *, begun: bool = False
    ) -> Window:
        """Return the call with ``number``; the first one has 0."""


def turn(number: int) -> int:
    """Return the number of a window's call among those of the schedule, or since one was begun."""
    return (number + BEGUN // 2) % BEGUN - BEGUN // 2


def _between(low: int, high: int, key: bytes, number: int) -> int:
    """Return a whole number from ``low`` to ``high`` for one of the numbers that ``key`` holds."""
    at = number * _NUMBER_BYTES
    return low + int.from_bytes(key[at : at + _NUMBER_BYTES]) % (high - low + 1)


@dataclass(frozen=True, slots=True)
class Ordinary:
    """Calls of 8 to 20 minutes, one after the other."""

    def window(
        self, seed: int, workspace: str, room: str, epoch: int, now: float, *, begun: bool = False
    ) -> Window:
        """Return the call that is live in the room at ``now``: there always is one."""
        key = digest(seed, "schedule", workspace, room, size=_NUMBERS * _NUMBER_BYTES)
        origin = epoch if begun else epoch - _between(_EARLIEST_ELAPSED, _LATEST_ELAPSED, key, 0)
        cycle = int((now - origin) // _CYCLE_SECONDS)
        opened = origin + cycle * _CYCLE_SECONDS
        first = 1 + cycle % (_NUMBERS - 1)
        handed_over = opened + _between(MINIMUM_SECONDS, MAXIMUM_SECONDS, key, first)
        if now < handed_over:
            return Window(2 * cycle, opened, opened, handed_over, handed_over)
        closed = opened + _CYCLE_SECONDS
        return Window(2 * cycle + 1, handed_over, handed_over, closed, closed)

    def numbered(
        self, seed: int, workspace: str, room: str, epoch: int, number: int, *, begun: bool = False
    ) -> Window:
        """Return the call with ``number``; the first one has 0."""
        # The call at the epoch is the first of its cycle: the earliest ends after five minutes.
        opened = self.window(seed, workspace, room, epoch, epoch, begun=begun).started
        cycle, second = divmod(number, 2)
        within = opened + cycle * _CYCLE_SECONDS + (_CYCLE_SECONDS - 1 if second else 0)
        return self.window(seed, workspace, room, epoch, within, begun=begun)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Calls that are live for ``live`` seconds, with ``gap`` seconds of no call after each.

    When a call comes into view it has been going on for ``lead`` seconds already.
    """

    live: int
    gap: int = 0
    lead: int = 0

    def window(
        self, seed: int, workspace: str, room: str, epoch: int, now: float, *, begun: bool = False
    ) -> Window:
        """Return the call that is live in the room at ``now``, or that was before the gap."""
        period = self.live + self.gap
        number = int((now - epoch) // period)
        live_from = epoch + number * period
        live_until = live_from + self.live
        return Window(number, live_from - self.lead, live_from, live_until, live_from + period)

    def numbered(
        self, seed: int, workspace: str, room: str, epoch: int, number: int, *, begun: bool = False
    ) -> Window:
        """Return the call with ``number``; the first one has 0."""
        return self.window(seed, workspace, room, epoch, epoch + number * (self.live + self.gap))


@dataclass(frozen=True, slots=True)
class Series:
    """The calls of several schedules in turn, one of each, over and over."""

    cycles: tuple[Cycle, ...]

    def window(
        self, seed: int, workspace: str, room: str, epoch: int, now: float, *, begun: bool = False
    ) -> Window:
        """Return the call that is live in the room at ``now``, or that was before the gap."""
        number = int((now - epoch) // self._period) * len(self.cycles)
        while True:
            found = self.numbered(seed, workspace, room, epoch, number, begun=begun)
            if now < found.next_from:
                return found
            number += 1

    def numbered(
        self, seed: int, workspace: str, room: str, epoch: int, number: int, *, begun: bool = False
    ) -> Window:
        """Return the call with ``number``; the first one has 0."""
        rounds, place = divmod(number, len(self.cycles))
        before = sum(one.live + one.gap for one in self.cycles[:place])
        opened = epoch + rounds * self._period + before
        return (
            self.cycles[place].window(seed, workspace, room, opened, opened)._replace(number=number)
        )

    @property
    def _period(self) -> int:
        return sum(one.live + one.gap for one in self.cycles)


@dataclass(frozen=True, slots=True)
class Once:
    """One call, and none before or after it."""

    only: Window

    def window(
        self, seed: int, workspace: str, room: str, epoch: int, now: float, *, begun: bool = False
    ) -> Window:
        """Return the call; before it begins, a window in which it never is live."""
        if now >= self.only.live_from:
            return self.only._replace(next_from=inf)
        return self._never(until=self.only.live_from)

    def numbered(
        self, seed: int, workspace: str, room: str, epoch: int, number: int, *, begun: bool = False
    ) -> Window:
        """Return the call as the first one; there is no other."""
        return self.only if number == 0 else self._never(inf)

    def _never(self, until: float) -> Window:
        began = self.only.started
        return Window(self.only.number, began, began, -inf, until)
