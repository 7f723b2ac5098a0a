"""Probes that Schemathesis makes up from the contract, valid and not, drawn by Hypothesis.

They are drawn first and sent afterwards: what is drawn depends on the seed and the rooms alone, and
is drawn once a process.
"""

from collections.abc import Iterator
from functools import cache
from math import ceil
from typing import Any
from urllib.parse import quote, urlencode

import hypothesis
import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation

from contracts.contract import Operation
from contracts.probing.cases import Probe
from contracts.probing.home import nothing_kept, settings
from contracts.probing.hostile import HEADERS
from openapi import load_contract
from openapi.paths import segment

__all__ = ["drawn"]

# Of these about 190 differ: what the full profile has requests for. What Hypothesis does around a
# test takes longer than a draw, so that each has many. The first has the simplest probe alone.
_TIMES, _AT_ONCE = 6, 40
_SPARE = 1.25  # times as many are drawn as can be sent: some are the same, or cannot be

# What a client may not make up: it belongs to the connection, asks for another method, or (Prefer)
# for the very failure that is looked for. Credentials are the user's.
_NOT_OURS = frozenset(
    (
        *("connection", "content-length", "expect", "host", "http2-settings", "keep-alive"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
        *("x-http-method", "x-http-method-override", "x-method-override", "prefer"),
        *("authorization", "proxy-authorization"),
    )
)


def drawn(seed: int, rooms: tuple[str, ...], most: int) -> Iterator[Probe]:
    """Yield the probes that ``seed`` gives, each once; some of them ask for ``rooms``.

    Drawing takes long, so no more are drawn at first than ``most`` requests need.
    """
    enough = min(_TIMES, 1 + ceil(most * _SPARE / _AT_ONCE))
    probes = _drawn(seed, rooms, enough)
    yield from probes
    if enough < _TIMES:
        yield from _drawn(seed, rooms, _TIMES)[len(probes) :]  # it begins with the same


@cache
def _drawn(seed: int, rooms: tuple[str, ...], times: int) -> tuple[Probe, ...]:
    found: dict[Probe, None] = {}

    def keep(probes: list[Probe]) -> None:
        found.update(dict.fromkeys(probes))

    lists = st.lists(_probes(rooms), min_size=_AT_ONCE, max_size=_AT_ONCE)
    with nothing_kept():
        settings(times)(hypothesis.seed(seed)(hypothesis.given(lists)(keep)))()
    return tuple(found)


def _probes(rooms: tuple[str, ...]) -> st.SearchStrategy[Probe]:
    """Return a strategy of probes: valid and invalid cases, live rooms among their names."""
    operation = _operation()
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    ).map(_probe)
    letters = st.characters(exclude_categories=["Cs"])
    texts = st.text(letters, min_size=1).map(lambda text: Probe(segment(text)))
    words = st.text(letters, max_size=8)
    pairs = st.lists(st.tuples(words, words), max_size=2)
    return st.builds(
        _mixed,
        st.one_of(texts, cases),
        st.sampled_from((None, *map(segment, rooms))),
        st.booleans(),
        pairs.map(urlencode),
        st.sampled_from((None, None, *HEADERS)),
    )


def _mixed(
    probe: Probe,
    room: str | None,
    own_workspace: bool,
    query: str,
    header: tuple[str, str] | None,
) -> Probe:
    """Return the probe for a live room where there is one, with further parts added."""
    return Probe(
        room or probe.path,
        probe.workspace if own_workspace else None,
        query,
        (*probe.headers, header) if header else probe.headers,
        probe.bare and own_workspace,
    )


def _operation() -> APIOperation[Any, Any, Any, Any]:
    # A configuration of its own: none is looked for on the machine, and nothing is stored.
    schema = schemathesis.openapi.from_dict(load_contract(), config=SchemathesisConfig())
    # To know what a codec encodes, Hypothesis lists every code point: 200 MB. Without a codec,
    # surrogates are left out all the same, and they are what UTF-8 cannot encode. Schemathesis's
    # coverage phase knows no other way, and makes nothing of this contract that is not made here.
    schema.config.generation.codec = None
    return schema[str(Operation.load().path)]["GET"]


def _probe(case: Case[Any]) -> Probe:
    operation = Operation.load()
    name = str(case.path_parameters[operation.parameter])
    headers = {key.lower(): str(value) for key, value in case.headers.items()}
    workspace = headers.pop(operation.workspace_header, None)
    ours = tuple((key, value) for key, value in headers.items() if key not in _NOT_OURS)
    path = segment(name) if set(name) <= {"."} else quote(name, safe="%")
    return Probe(path, workspace, headers=ours, bare=workspace is None)
