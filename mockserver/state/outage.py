"""A store that cannot be reached: when it is asked again, and what is told of it."""

import logging
from collections.abc import Callable

from mockserver.simulation.clock import stopwatch
from mockserver.state.log import StoreError

__all__ = ["Outage"]

_log = logging.getLogger(__name__)

# How long a store is not asked again that could not be reached; polls are answered meanwhile. The
# longer one is for a store that lets everybody wait.
_PAUSE, _LONG_PAUSE = 0.05, 1.0


class Outage:
    """Whether a store is away; ``failed`` hears of each failure."""

    def __init__(self, failed: Callable[[], None]) -> None:
        self.is_on = False
        self._failed, self._pause = failed, 0.0
        self._retry_at = self._others_know_at = 0.0

    @property
    def pauses(self) -> bool:
        """Whether it is too early to ask the store again."""
        return self.is_on and stopwatch() < self._retry_at

    @property
    def seconds_until_others_know(self) -> float:
        """For how long others may go on with what they know, and not ask a store that is back."""
        return max(self._others_know_at - stopwatch(), 0.0)

    def begins(self, error: StoreError) -> None:
        """Note that the store could not be reached."""
        self._failed()
        if not self.is_on:
            self.is_on = True
            _log.warning("the store cannot be reached: %s", error)
        self._pause = _LONG_PAUSE if error.slow else _PAUSE
        self._retry_at = stopwatch() + self._pause

    def ends(self) -> None:
        """Note that the store has answered."""
        if self.is_on:
            self.is_on = False
            self._others_know_at = stopwatch() + self._pause
            _log.warning("the store can be reached again")
