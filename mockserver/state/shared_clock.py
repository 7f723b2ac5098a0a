"""The mock's clock where several machines are one world."""

from collections.abc import Callable

from mockserver.simulation import clock
from mockserver.simulation.clock import Clock

__all__ = ["SharedClock"]


class SharedClock:
    """The mock's clock, never behind an event that another machine has appended.

    ``settings_clock`` makes the mock's clock of one that shows reality. ``held`` is for a clock
    that stands still, and needs neither.
    """

    def __init__(
        self,
        settings_clock: Callable[[Clock], Clock] = lambda real: real,
        real: Clock = clock.real,
        held: bool = False,
    ) -> None:
        self._real, self._held = real, held
        self._offset, self._doubt = 0.0, float("inf")
        self._least = float("-inf")
        self._clock = settings_clock(self.real)

    def machine(self) -> float:
        """Return the instant by this machine's clock, in UTC Unix seconds."""
        return self._real()

    def real(self) -> float:
        """Return the instant by the store's clock, in UTC Unix seconds."""
        return self._real() + self._offset

    def __call__(self) -> float:
        """Return what the mock's clock shows, in UTC Unix seconds."""
        now = self._clock()
        return now if now >= self._least else self._least

    def passed(self, shown: float) -> None:
        """Note that the mock's clock has shown an instant, wherever that was."""
        if not self._held and shown > self._least:
            self._least = shown

    def compare(self, asked: float, instant: float, answered: float) -> None:
        """Follow the store's clock, which showed ``instant`` between two of this machine's.

        The closer the two, the more it counts; what was compared long ago counts less.
        """
        doubt = (answered - asked) / 2
        if doubt <= self._doubt:
            self._doubt, self._offset = doubt, instant - (asked + answered) / 2
        else:
            self._doubt *= 1.01
