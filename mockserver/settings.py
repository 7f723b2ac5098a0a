"""What the options add up to: frozen, and small enough to hand to a worker process."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mockserver.simulation import Catalogue, Scenario, builtin_scenarios, clock
from mockserver.state.log import Limits
from mockserver.state.store import Store
from openapi import Rate

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """How one mock is to run.

    Instants are in UTC Unix seconds: ``epoch``, in whole seconds, at which the world begins;
    ``started``, when the mock does, from which a clock with a ``time_scale`` runs on;
    ``freeze_at``, which stops the clock. ``allowed_hosts`` are names of the mock elsewhere, as
    ``is_own_name`` reads them. ``rooms`` are pairs of workspace, or None for any, and room; where
    there are none, every room is live. ``fleet`` is about how many calls of each workspace come and
    go by themselves. ``scenarios`` are a team's own, and ``scenario_files`` where
    they are read from again; ``recorded`` are those of recordings. ``journal`` is
    how many requests are remembered; 0 for none. ``store`` is where state lives, None for this
    process's memory, and ``world`` what all who use it have agreed on.
    """

    epoch: int
    started: float = 0.0
    host: str = "127.0.0.1"
    allowed_hosts: tuple[str, ...] = ()
    port: int = 4010
    seed: int = 0
    freeze_at: float | None = None
    time_scale: float = 1.0
    locale: str = "en_US"
    api_key: str | None = None
    rate_limit: Rate | None = None
    rooms: tuple[tuple[str | None, str], ...] = ()
    fleet: int = 12
    scenarios: tuple[Scenario, ...] = ()
    scenario_files: tuple[Path, ...] = ()
    recorded: tuple[Scenario, ...] = ()
    workers: int = 1
    journal: int = 500
    limits: Limits = field(default_factory=Limits)
    console: bool = True
    log_level: str = "info"
    store: Store | None = None
    world: str = ""
    metrics: bool = False

    def catalogue(self, own: Iterable[Scenario]) -> Catalogue:
        """Return all scenarios: the built-in ones, those of recordings, and a team's ``own``."""
        return builtin_scenarios().extended(self.recorded).extended(own)

    def clock(self, real: clock.Clock = clock.real) -> clock.Clock:
        """Return the clock that the mock's calls go by; ``real`` shows reality."""
        if self.freeze_at is not None:
            return clock.frozen(self.freeze_at)
        if self.time_scale != 1.0:
            return clock.scaled(self.started, self.time_scale, real)
        return real
