"""How many requests each part of a verification may send, by profile."""

from dataclasses import dataclass, replace

from contracts.settings import Profile

__all__ = ["Plan", "plan"]


@dataclass(frozen=True)
class Plan:
    """Numbers of requests, of which ``total`` are all. ``watched`` alone is a number of rooms.

    ``polls`` are sent by the watch, ``concurrent`` all at once, ``repeats`` one after another.
    ``absent`` ask for rooms that do not exist, ``keys`` come with a wrong key or none, each batch
    with one to see whether we are locked out. ``robust`` look for a request that breaks the
    server, and make it smaller. ``conditional`` ask whether a call has changed. The rest is for
    finding the rooms, and for a few probes of workspaces, spellings and methods.
    """

    total: int
    watched: int
    polls: int
    concurrent: int
    repeats: int
    absent: int
    keys: int
    robust: int
    conditional: int

    def fitting(self, requests: float) -> "Plan":
        """Return the plan cut to so many requests: what is sent many times comes less often."""
        if requests >= self.total:
            return self
        many = {name: getattr(self, name) for name in ("polls", "concurrent", "repeats", "robust")}
        all_of_them = sum(many.values())
        share = max(0.0, requests - (self.total - all_of_them)) / all_of_them
        return replace(self, **{name: max(2, int(n * share)) for name, n in many.items()})


_QUICK = Plan(
    total=60,
    watched=2,
    polls=14,
    concurrent=8,
    repeats=5,
    absent=3,
    keys=3,
    robust=11,
    conditional=1,
)
_FULL = Plan(
    total=600,
    watched=4,
    polls=120,
    concurrent=48,
    repeats=120,
    absent=6,
    keys=6,
    robust=270,
    conditional=2,
)


def plan(profile: Profile) -> Plan:
    """Return the plan of a profile."""
    return _QUICK if profile == "quick" else _FULL
