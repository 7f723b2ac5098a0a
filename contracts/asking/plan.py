"""How a profile's requests are shared out among the clauses that have to ask for something."""

from dataclasses import dataclass

from contracts.settings import Profile

__all__ = ["Plan", "plan"]


@dataclass(frozen=True)
class Plan:
    """Numbers of requests, but for ``watched`` (rooms).

    Opening the rooms and the few probes of tenancy, authentication, absence and methods take what
    is over; ``robust`` is what may be spent on looking for and shrinking a failure.
    """

    total: int
    watched: int
    polls: int
    concurrent: int
    repeats: int
    absent: int
    robust: int


_QUICK = Plan(total=60, watched=2, polls=14, concurrent=8, repeats=5, absent=3, robust=13)
_FULL = Plan(total=600, watched=4, polls=120, concurrent=48, repeats=120, absent=6, robust=270)


def plan(profile: Profile) -> Plan:
    """Return the shares of a profile."""
    return _QUICK if profile == "quick" else _FULL
