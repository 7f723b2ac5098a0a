"""The catalogue: every clause that an implementation is held to, as data.

The words stand in ``clauses.yaml``, one entry per clause, in the order of the report.
"""

from difflib import get_close_matches
from functools import cache
from pathlib import Path

from contracts.judging.results import Clause
from openapi.documents import read_yaml

__all__ = ["SEARCHES", "UnknownClauseError", "catalogue", "select"]

SEARCHES = ("robust.no-5xx", "sequence.any")
"""Clauses for which one has to ask, and to search; all others are judged by what was seen."""


class UnknownClauseError(ValueError):
    """A name that is neither a clause nor a group of clauses."""


@cache
def catalogue() -> dict[str, Clause]:
    """Return every clause by its id, in the order of the report.

    Source: ``clauses.yaml`` beside this module.
    """
    entries: dict[str, dict[str, str]] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return {id_: _clause(id_, entry) for id_, entry in entries.items()}


def _clause(id_: str, entry: dict[str, str]) -> Clause:
    return Clause(id=id_, **entry)  # type: ignore[arg-type]  # level and provenance: a test checks


def select(name: str) -> frozenset[str]:
    """Return the ids that a name stands for: one clause, or each of a group such as ``time``.

    Raises:
        UnknownClauseError: with the nearest names, where there are any.

    """
    found = frozenset(id_ for id_, one in catalogue().items() if name in (id_, one.group))
    if found:
        return found
    known = [*catalogue(), *dict.fromkeys(one.group for one in catalogue().values())]
    # A word of the id alone ("5xx") is often what is remembered, and too short to be close.
    near = get_close_matches(name, known, n=3, cutoff=0.5) or [id_ for id_ in known if name in id_]
    hint = f"did you mean {' or '.join(near[:3])}?" if near else "--list-clauses names them all"
    raise UnknownClauseError(f"no clause is called {name!r}; {hint}")
