"""Words that are not taken for names, and what makes spellings of a word the same."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from openapi import load_contract

__all__ = ["HUMP", "folded", "ordinary", "prose", "tasks"]

HUMP = re.compile(r"[A-Z\u00c0-\u00de]?[^A-Z\u00c0-\u00de]+|[A-Z\u00c0-\u00de]+")
"""A part of a word in camel case."""

_COMMON = Path(__file__).with_name("ordinary_words.txt")
_PROSE = Path(__file__).with_name("prose_words.txt")
_TASKS = Path(__file__).with_name("task_words.txt")


@cache
def ordinary() -> frozenset[str]:
    """Return the words, folded, that are never taken for a name: those of the contract as well."""
    words = _words(_COMMON)
    for schema in load_contract()["components"]["schemas"].values():
        for name in schema.get("properties", {}):
            words |= {name.casefold(), *(folded(one) for one in HUMP.findall(name))}
    return frozenset(words)


@cache
def tasks() -> frozenset[str]:
    """Return the words, folded, that say that a name is a task's."""
    return frozenset(_words(_TASKS))


@cache
def prose() -> frozenset[str]:
    """Return the words, folded, that are names too: in a sentence, they are words."""
    return frozenset(_words(_PROSE))


def _words(path: Path) -> set[str]:
    lines = path.read_text("utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


@cache
def folded(text: str) -> str:
    """Return a text without what tells its spellings apart: case, accents, width."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(one for one in bare if not unicodedata.combining(one)).casefold()
