"""What the options add up to: frozen, and small enough to hand to a worker process."""

from dataclasses import dataclass
from pathlib import Path

from .limits import RateLimit
from .simulation import clock

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """How one mock is to run.

    ``epoch`` is the instant at which the world begins, in whole UTC Unix seconds; ``freeze_at``,
    likewise but with fractions, stops the clock. ``rooms`` are pairs of workspace, or None for
    any, and room; where there are none, every room is live. ``journal`` is how many requests are
    remembered; 0 for none.
    """

    epoch: int
    host: str = "127.0.0.1"
    port: int = 4010
    seed: int = 0
    freeze_at: float | None = None
    time_scale: float = 1.0
    locale: str = "en_US"
    api_key: str | None = None
    rate_limit: RateLimit | None = None
    rooms: tuple[tuple[str | None, str], ...] = ()
    scenarios: Path | None = None
    workers: int = 1
    journal: int = 500
    console: bool = True
    log_level: str = "info"

    def clock(self) -> clock.Clock:
        """Return the clock that the mock's calls go by."""
        if self.freeze_at is not None:
            return clock.frozen(self.freeze_at)
        if self.time_scale != 1.0:
            return clock.scaled(self.epoch, self.time_scale)
        return clock.real
