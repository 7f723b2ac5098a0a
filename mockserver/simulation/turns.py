"""How dialogue files write turns, and which of them are spoken, by what has been said before.

A turn is ``customer:`` or ``agent:`` with one wording or a list of them; ``[one|another]`` in a
wording stands for either. ``identify:`` is what the agent says once the caller has told who they
are; ``asks:`` names a fact, with the ``turns`` that ask for it, and those to speak where it is
``known``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from mockserver.simulation.performance import Note, Turn

__all__ = ["Identification", "Identify", "Inquiry", "Part", "parts_of", "read_turns",
           "spoken_turns"]  # fmt: skip

_SPEAKERS = ("agent", "customer")
_OPTIONS = ("mood", "hold", "joins", "transfer", "waits")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_ACCOUNT, _ANONYMOUS = "account", "anonymous"


@dataclass(frozen=True)
class Identify:
    """Here the caller has to have said who they are; the ``turn`` is the agent's, afterwards."""

    turn: Turn


@dataclass(frozen=True)
class Inquiry:
    """``turns`` that ask for a ``fact``, and those that are spoken where it is ``known``."""

    fact: str
    turns: tuple[Turn, ...]
    known: tuple[Turn, ...]


Part = Turn | Identify | Inquiry


@dataclass(frozen=True)
class Identification:
    """How a caller says who they are, in pieces for the lines around.

    The agent ``ask``s at the end of a line; the customer's ``answer`` is a line; the agent's next
    one begins with ``thanks``. Who does not say their name ``declines``, and the agent ``accept``s.
    """

    ask: tuple[str, ...]
    answer: Turn
    thanks: tuple[str, ...]
    decline: Turn
    accept: tuple[str, ...]

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Identification":
        """Return what ``common.yaml`` has."""
        answer, decline = read_turns([entry["answer"], entry["decline"]])
        ask, thanks, accept = (_wordings(entry[name]) for name in ("ask", "thanks", "accept"))
        return cls(ask, answer, thanks, decline, accept)


def _wordings(entry: str | Sequence[str]) -> tuple[str, ...]:
    """Return all wordings that an entry stands for."""
    texts = (entry,) if isinstance(entry, str) else entry
    return tuple(one for text in texts for one in _expanded(text))


def _expanded(text: str) -> list[str]:
    pieces = _CHOICE.split(text)  # every second one is a choice
    options = [[p] if i % 2 == 0 else p.split("|") for i, p in enumerate(pieces)]
    return ["".join(one) for one in product(*options)]


def _turn(entry: Mapping[str, Any]) -> Turn:
    role = next(speaker for speaker in _SPEAKERS if speaker in entry)
    options = {key: entry[key] for key in _OPTIONS if key in entry}
    return Turn(role=role, variants=_wordings(entry[role]), note=_note(entry), **options)


def _note(entry: Mapping[str, Any]) -> Note | None:
    if "tells" not in entry and "suggests" not in entry:
        return None
    return Note(entry.get("tells", ""), tuple(entry.get("suggests", ())))


def read_turns(entries: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """Return the turns of entries that are turns and nothing else."""
    return tuple(map(_turn, entries))


def parts_of(entries: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Return what the entries of a topic are."""
    return tuple(map(_part, entries))


def _part(entry: Mapping[str, Any]) -> Part:
    if "identify" in entry:
        return Identify(_turn({**entry, "agent": entry["identify"]}))
    if "asks" in entry:
        known = read_turns(entry.get("known", ()))
        return Inquiry(entry["asks"], read_turns(entry["turns"]), known)
    return _turn(entry)


def spoken_turns(
    parts: Sequence[Part], said: frozenset[str], who: Identification, joint: str
) -> tuple[Turn, ...]:
    """Return the turns that are spoken when these facts have been said.

    ``joint`` stands between what one speaker says in a line.
    """
    turns: list[Turn] = []
    for part in parts:
        if isinstance(part, Inquiry):
            turns = _continued(turns, part.known if part.fact in said else part.turns, joint)
        elif isinstance(part, Identify):
            turns[-1:] = _identified(turns[-1], part.turn, said, who, joint)
        else:
            turns.append(part)
    return tuple(turns)


def _continued(before: list[Turn], after: Sequence[Turn], joint: str) -> list[Turn]:
    """Return turns that follow each other; who goes on speaking does so in the same line."""
    if not after or after[0].role != before[-1].role or before[-1].hold:
        return [*before, *after]
    last, first = before[-1], after[0]
    variants = _joined(last.variants, first.variants, joint)
    note = first.note or last.note
    return [*before[:-1], replace(first, variants=variants, note=note), *after[1:]]


def _identified(
    before: Turn, after: Turn, said: frozenset[str], who: Identification, joint: str
) -> list[Turn]:
    """Return the agent's turns ``before`` and ``after``, with what has to be said between them."""
    if _ACCOUNT in said:
        joined = _joined(before.variants, after.variants, joint)
        return [replace(after, variants=joined, note=after.note or before.note)]
    anonymous = _ANONYMOUS in said
    answer, begin = (who.decline, who.accept) if anonymous else (who.answer, who.thanks)
    return [
        replace(before, variants=_joined(before.variants, who.ask, joint)),
        answer,
        replace(after, variants=_joined(begin, after.variants, joint)),
    ]


def _joined(first: Sequence[str], second: Sequence[str], joint: str) -> tuple[str, ...]:
    return tuple(joint.join(one) for one in product(first, second))
