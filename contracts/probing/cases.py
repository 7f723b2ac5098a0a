"""Requests that nobody should be able to break a server with, and the catalogue of them.

A ``Probe`` says what is unusual about a request; the right room, workspace and credentials are
filled in where it has none of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from contracts.probing.hostile import HEADERS, NAMES, QUERIES, SEGMENTS, WORKSPACES
from openapi.paths import segment

__all__ = ["Probe", "catalogued"]


@dataclass(frozen=True)
class Probe:
    """A GET in parts.

    ``path`` is the percent-encoded segment of the room, ``query`` is percent-encoded without its
    ``?``; ``workspace`` is None for the right one; ``bare`` leaves its header out.
    """

    path: str
    workspace: str | None = None
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    bare: bool = False


def catalogued(room: str) -> Iterator[Probe]:
    """Yield the hostile requests, two names to each other part; the others ask for ``room``."""
    names = [Probe(one) for one in chain(map(segment, NAMES), SEGMENTS)]
    live = Probe(segment(room))
    parts = zip_longest(
        (replace(live, query=query) for query in QUERIES),
        (replace(live, headers=(header,)) for header in HEADERS),
        (replace(live, workspace=workspace) for workspace in WORKSPACES),
    )
    others = [one for row in parts for one in row if one]
    for row in zip_longest(names[0::2], names[1::2], others):
        yield from (one for one in row if one)
