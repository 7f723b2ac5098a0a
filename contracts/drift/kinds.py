"""What kind of value something is, and how pages word it."""

import re
from dataclasses import dataclass

__all__ = ["Kind", "kind_of_words"]

# The words that pages have for the kinds of JSON. A date or an id is told by no kind of its own.
_WORDS = {
    "string": "string str text enum",
    "number": "number float double decimal",
    "integer": "integer int long",
    "boolean": "boolean bool true false",
    "object": "object dict dictionary map record json",
    "array": "array list",
    "null": "null none nil",
    "any": "any unknown mixed",
}
_NAMES = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_WRAPPED = re.compile(r"(?:array|list)\s*(?:<(?P<angle>.+)>|\[(?P<square>.+)]|of\s+(?P<of>.+))")
_PLURAL = re.compile(r"(?<=[a-rt-z])s$")
_ASIDE = re.compile(r"\s*\([^()]*\)$")  # string (ISO 8601)
_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")


@dataclass(frozen=True)
class Kind:
    """One of several names of JSON's kinds; none at all is any. ``items`` are those of an array.

    ``words`` is how a report names it.
    """

    names: frozenset[str]
    items: "Kind | None" = None
    words: str = ""

    @property
    def holds_fields(self) -> bool:
        """Whether it is an object, or an array that may hold some."""
        inner = self.items is None or not self.items.names or self.items.holds_fields
        return "object" in self.names or ("array" in self.names and inner)

    def agrees(self, other: "Kind") -> bool:
        """Return whether what this page's kind says is what ``other``, a contract's, says.

        What only the contract says (a value may be null, what an array holds) is no difference.
        """
        if self.names - {"null"} != other.names - {"null"} or not self.names <= other.names:
            return False
        return self.items is None or other.items is None or self.items.agrees(other.items)


def kind_of_words(words: str) -> Kind:
    """Return what a page's ``type`` says: ``string``, ``string[]``, ``array of objects``.

    A word that is none of the known ones is a kind of its own, and like no other.
    """
    names: set[str] = set()
    items = None
    for part in _alternatives(words):
        found = _kind(part)
        names |= found.names
        items = items or found.items
    return Kind(frozenset(names - {"any"}), items, words)


def _alternatives(words: str) -> list[str]:
    parts = re.split(r"\s*\|\s*|\s+or\s+", words.strip())
    whole = all(part.count("<") == part.count(">") for part in parts)
    return [part for part in parts if part] if whole else [words.strip()]


def _kind(words: str) -> Kind:
    plain = _ASIDE.sub("", words.strip().lower())
    if _LITERAL.fullmatch(plain):
        return Kind(frozenset({"string"}))
    if plain.endswith("[]"):
        return Kind(frozenset({"array"}), kind_of_words(plain[:-2].strip("()")))
    if wrapped := _WRAPPED.fullmatch(plain):
        return Kind(
            frozenset({"array"}), kind_of_words(next(one for one in wrapped.groups() if one))
        )
    plain = plain.partition("<")[0].strip()  # enum<string>, map<string, number>
    name = _NAMES.get(plain) or _NAMES.get(_PLURAL.sub("", plain), plain)
    return Kind(frozenset({name}))
