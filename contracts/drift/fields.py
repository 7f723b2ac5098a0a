"""Fields and parameters, as a page and a contract both have them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from contracts.drift.kinds import Kind

__all__ = ["ABSENT", "Field", "Key", "Path", "Place", "Spot", "ancestors", "items_of", "keyed"]

Place = Literal["header", "path", "query", "cookie", "body", "response"]
Path = tuple[str, ...]
"""The names from the outermost to the own; that of an array whose items are meant ends in []."""
Key = tuple[Place, Path]
"""A place, and a path without the marks of arrays; header names in lower case."""

_WORDS: dict[Place, str] = {
    "header": "header",
    "path": "path parameter",
    "query": "query parameter",
    "cookie": "cookie",
    "body": "field of the request",
    "response": "field of the response",
}


class _Absent:
    """Stands for a default that there is none of: null may be one."""


ABSENT = _Absent()


@dataclass(frozen=True)
class Spot:
    """A line of a file or of a page behind a URL, as it may be shown. Lines count from 1."""

    name: str
    line: int
    is_file: bool = True

    def __str__(self) -> str:
        return f"{self.name}:{self.line}"


@dataclass(frozen=True)
class Field:
    """Something that a request or an answer carries.

    ``required`` and ``kind`` are None where nothing is said of it. ``shown`` is a field that only
    an example shows. ``tacit`` is one that the other side may leave unsaid, ``open`` one in which
    anything may be.
    """

    place: Place
    path: Path
    spot: Spot
    kind: Kind | None = None
    required: bool | None = None
    deprecated: bool = False
    default: Any = ABSENT
    shown: bool = False
    tacit: bool = False
    open: bool = False

    @property
    def name(self) -> str:
        """How it is written, such as ``data[].id``."""
        return ".".join(self.path)

    @property
    def key(self) -> Key:
        """What the same field has on the other side."""
        parts = (part.removesuffix("[]") for part in self.path)
        path = tuple(part for part in parts if part)
        return self.place, tuple(map(str.lower, path)) if self.place == "header" else path

    @property
    def words(self) -> str:
        """How a report names it: its place, its name, and what is known of it."""
        known = [self.kind.words] if self.kind and self.kind.words else []
        known += ["required"] if self.required else []
        return f"{_WORDS[self.place]} {self.name}" + (f" ({', '.join(known)})" if known else "")


def items_of(path: Path) -> Path:
    """Return the path of what an array holds; that of the whole body is empty."""
    return (*path[:-1], f"{path[-1]}[]") if path else ("[]",)


def keyed(fields: Iterable[Field]) -> dict[Key, Field]:
    """Return the fields by what names them; of two of one name, the first."""
    found: dict[Key, Field] = {}
    for one in fields:
        found.setdefault(one.key, one)
    return found


def ancestors(key: Key) -> Iterable[Key]:
    """Yield the keys of what a field is within, the outermost first."""
    place, path = key
    for count in range(1, len(path)):
        yield place, path[:count]
