"""The differences that are known: kept in a file, told from what is new another night.

A place has no line and no value in it, so that it is the same tomorrow.
"""

from collections.abc import Iterable
from pathlib import Path

from contracts.baselines import BaselineError, Listing
from contracts.drift.findings import RULES, Place

__all__ = ["read", "rendered"]

_LISTING = Listing("active-calls-drift", "differences", Place._fields)


def rendered(places: Iterable[Place]) -> str:
    """Return the file that lists these places; JSON, to be kept."""
    order = list(RULES)
    ordered = sorted(set(places), key=lambda one: (one.operation, order.index(one.rule), one))
    return _LISTING.rendered(one._asdict() for one in ordered)


def read(path: Path) -> frozenset[Place]:
    """Read a file that ``rendered`` made.

    Raises:
        BaselineError: where it cannot be read, or is none.

    """
    known = set()
    for number, given in enumerate(_LISTING.read(path), 1):
        if given["rule"] not in RULES:
            said = f"names no kind of difference: {given['rule']!r}"
            raise BaselineError(f"{str(path)!r}: entry {number} {said}")
        known.add(Place(**given))
    return frozenset(known)
