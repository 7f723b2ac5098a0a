"""How many requests each part of a verification may send, by profile."""

from dataclasses import dataclass, replace

from contracts.settings import Profile

__all__ = ["Plan", "left_out", "plan"]


@dataclass(frozen=True)
class Plan:
    """Numbers of requests, of which ``total`` are all. ``watched`` alone is a number of rooms.

    ``polls`` are sent by the watch, ``concurrent`` all at once, ``repeats`` one after another.
    ``absent`` ask for rooms that do not exist, ``foreign`` as other workspaces, ``methods`` by
    other methods; ``keys`` come with a wrong key or none, each batch with one to see whether we are
    locked out. ``robust`` look for a request that breaks the server, and make it smaller.
    ``conditional`` ask whether a call has changed. ``sampled`` are calls of a list that are asked
    for in detail, ``walk`` goes through the operations in any order. ``further`` is how many
    operations besides that of a call are asked by who may not. The rest is for finding the rooms,
    and for a few probes of workspaces and spellings.
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
    foreign: int = 4
    methods: int = 4
    sampled: int = 1
    walk: int = 0
    further: int = 2

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
    polls=12,
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
    methods=6,
    sampled=6,
)
# What the siblings need is taken from what is sent many times.
_QUICK_BESIDE = replace(_QUICK, polls=6, concurrent=4, repeats=1, robust=6, foreign=3)
_FULL_BESIDE = replace(_FULL, polls=100, repeats=100, robust=190, walk=80)
_QUICK_ENDING = replace(
    _QUICK_BESIDE,
    **{"polls": 4, "concurrent": 3, "repeats": 1, "robust": 5},
    **{"absent": 2, "foreign": 1, "methods": 1, "sampled": 0, "further": 1},
)
_FULL_ENDING = replace(_FULL_BESIDE, repeats=90, robust=170)


def plan(profile: Profile, *, siblings: bool = False, ending: bool = False) -> Plan:
    """Return the plan of a profile.

    ``siblings`` says that there are more operations than that of a call, ``ending`` that a call
    may be ended.
    """
    if ending:
        return _QUICK_ENDING if profile == "quick" else _FULL_ENDING
    if siblings:
        return _QUICK_BESIDE if profile == "quick" else _FULL_BESIDE
    return _QUICK if profile == "quick" else _FULL


def left_out(whole: Plan, cut: Plan) -> str:
    """Return what was cut from a plan for want of time, in one line; empty where nothing was."""
    if cut is whole:
        return ""
    parts = (
        f"{cut.polls} of {whole.polls} polls",
        f"{cut.concurrent} of {whole.concurrent} simultaneous requests",
        f"{cut.repeats} of {whole.repeats} repetitions",
        f"{cut.robust} of {whole.robust} hostile requests",
    )
    return f"the rate limit leaves time for {', '.join(parts)} (--within)"
