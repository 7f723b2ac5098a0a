"""A page of the API's documentation: the operation, its fields, and the examples it prints."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal, get_args

from contracts.drift.fields import ABSENT, Place, Spot
from contracts.drift.jsx import Computed, Tag
from contracts.drift.kinds import Kind, kind_of_words
from contracts.drift.mdx import Fence, PageError, read

__all__ = ["Described", "Example", "Page", "read_page"]

_FIELDS = frozenset({"ParamField", "ResponseField"})
_EXAMPLES: dict[str, Literal["body", "response"]] = {
    "RequestExample": "body",
    "ResponseExample": "response",
}
_PLACES = get_args(Place)[:-1]
_DEEPEST = 50  # fields within fields, and levels of an example
_API = re.compile(r"(?:\S+\s+)?(?P<method>[A-Za-z]+)\s+(?P<path>\S+)")
_STATUS = re.compile(r"\b[1-5]\d\d\b")
_PHRASES = {one.phrase.lower(): str(one.value) for one in HTTPStatus}
_ADDED = re.compile(r"\s+(?:error|response|example)$")
_ERROR = re.compile(r"error|fail|invalid", re.I)


@dataclass
class Described:
    """A field as a page's tags nest it; ``parts`` are the names that its own is made of."""

    place: Place
    parts: list[str]
    line: int
    kind: Kind | None
    required: bool
    deprecated: bool
    default: Any
    within: list["Described"] = field(default_factory=list)


@dataclass(frozen=True)
class Example:
    """A printed body. ``status`` is None where the title does not tell, ``error`` why it is none.

    Of a request there is no status.
    """

    place: Literal["body", "response"]
    title: str
    line: int
    status: str | None
    value: Any = None
    error: str = ""

    @property
    def succeeds(self) -> bool:
        """Whether it is of a request, or of an answer to one that succeeds."""
        return self.place == "body" or (self.status or "").startswith("2")


@dataclass(frozen=True)
class Page:
    """A page as it was read. ``method`` and ``path`` are empty where it does not tell them."""

    name: str
    is_file: bool
    method: str
    path: str
    line: int
    described: tuple[Described, ...]
    examples: tuple[Example, ...]

    def spot(self, line: int) -> Spot:
        """Return a line of the page."""
        return Spot(self.name, line, self.is_file)

    def success(self, place: Literal["body", "response"]) -> list[Example]:
        """Return the examples of what a good request carries, or gets."""
        return [
            one for one in self.examples if one.place == place and not one.error and one.succeeds
        ]


def read_page(text: str, name: str, *, is_file: bool = True) -> Page:
    """Read a page in the format of Mintlify.

    Raises:
        PageError: its tags do not fit, it describes nothing, or it is no such page at all.
    """
    if re.match(r"\s*<(?:!doctype|html)\b", text, re.I):
        raise PageError(
            0, "expected MDX, got HTML: the source of a page has .mdx or .md at its end"
        )
    source = read(text, _FIELDS | _EXAMPLES.keys())
    described, examples = _sorted(source.pieces)
    if not described:
        raise PageError(0, "has neither ParamField nor ResponseField: there is nothing to compare")
    method, path, line = _operation(source.front, source.front_lines)
    return Page(name, is_file, method, path, line, tuple(described), tuple(examples))


def _operation(front: Mapping[str, str], lines: Mapping[str, int]) -> tuple[str, str, int]:
    """Return method and path as ``api:`` or ``openapi:`` name them, and the line."""
    for name in ("api", "openapi"):
        if name in front:
            found = _API.fullmatch(front[name].strip())
            if found is None:
                raise PageError(lines[name], f"{name}: expected METHOD /path, got {front[name]!r}")
            return found["method"].upper(), found["path"], lines[name]
    return "", "", 1


def _sorted(pieces: tuple[Tag | Fence, ...]) -> tuple[list[Described], list[Example]]:
    """Return the outermost fields, and the examples."""
    roots: list[Described] = []
    examples: list[Example] = []
    opened: list[tuple[Tag, Described | None]] = []
    for piece in pieces:
        if isinstance(piece, Fence):
            kinds = [_EXAMPLES[tag.name] for tag, _ in opened if tag.name in _EXAMPLES]
            examples += _example(piece, kinds[-1]) if kinds else ()
        elif piece.name in _FIELDS or piece.name in _EXAMPLES:
            _take(piece, opened, roots)
    if opened:
        raise PageError(opened[-1][0].line, f"<{opened[-1][0].name}> is never closed")
    return roots, examples


def _take(tag: Tag, opened: list[tuple[Tag, Described | None]], roots: list[Described]) -> None:
    if tag.kind == "close":
        if not opened or opened[-1][0].name != tag.name:
            found = f"<{opened[-1][0].name}>" if opened else "nothing"
            raise PageError(tag.line, f"</{tag.name}> closes {found}")
        opened.pop()
        return
    if len(opened) > _DEEPEST:
        raise PageError(tag.line, f"more than {_DEEPEST} fields within each other")
    made = None
    if tag.name in _FIELDS:
        parents = [one for _, one in opened if one]
        made = _described(tag, parents[-1] if parents else None)
        (parents[-1].within if parents else roots).append(made)
    if tag.kind == "open":
        opened.append((tag, made))


def _described(tag: Tag, parent: Described | None) -> Described:
    places = [place for place in _PLACES if place in tag.attributes]
    names = [*places, *(["name"] if "name" in tag.attributes else [])]
    if tag.name == "ParamField" and len(places) != 1:
        expected = "expected one of header, path, query and body"
        raise PageError(tag.line, f"<ParamField>: {expected}, got {' and '.join(places) or 'none'}")
    if not names:
        raise PageError(tag.line, f"<{tag.name}>: expected a name")
    place: Place = parent.place if parent else (places[0] if places else "response")
    name = _text(tag, names[0])
    if not name:
        raise PageError(tag.line, f"<{tag.name}>: expected a name, got an empty one")
    words = _text(tag, "type") if "type" in tag.attributes else ""
    nests = place in ("body", "response")
    return Described(
        place,
        [part for part in name.replace("[]", "[].").split(".") if part] if nests else [name],
        tag.line,
        kind_of_words(words) if words else None,
        _is_set(tag, "required"),
        _is_set(tag, "deprecated"),
        tag.attributes.get("default", ABSENT),
    )


def _text(tag: Tag, name: str) -> str:
    value = tag.attributes[name]
    if not isinstance(value, str):
        shown = value.text if isinstance(value, Computed) else json.dumps(value)
        raise PageError(tag.line, f"<{tag.name}>: expected text for {name}, got {{{shown}}}")
    return value.strip()


def _is_set(tag: Tag, name: str) -> bool:
    """Return whether a mark is there; in JSX, any text is one, also "false"."""
    value = tag.attributes.get(name, False)
    if isinstance(value, Computed):
        raise PageError(
            tag.line,
            f"<{tag.name}>: expected {{true}} or {{false}} for {name}, got {{{value.text}}}",
        )
    return bool(value)


def _example(fence: Fence, place: Literal["body", "response"]) -> Iterator[Example]:
    """Yield the example of a block, if it is one of JSON."""
    language, _, title = fence.info.partition(" ")
    title = re.sub(r"\S+=(?:\{[^}]*\}|\"[^\"]*\"|\S+)|\{[^}]*\}", "", title).strip()
    if language.lower() != "json" and (
        language or not fence.content.lstrip().startswith(("{", "["))
    ):
        return
    status = _status(title) if place == "response" else None
    value, line, error = _parsed(fence)
    if not error and _depth(value) > _DEEPEST:
        error = f"more than {_DEEPEST} levels deep"
    yield Example(place, title, line, status, None if error else value, error)


def _parsed(fence: Fence) -> tuple[Any, int, str]:
    """Return the JSON of a block; or the line where it is none, and why."""
    try:
        value = json.loads(fence.content)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        return None, fence.line + error.lineno, f"no JSON: {error.msg}"
    except RecursionError:
        return None, fence.line, "nested too deeply"
    except UnicodeEncodeError:
        return None, fence.line, "no JSON that can be sent: half of a character"
    except ValueError:
        return None, fence.line, "no JSON: a number that it does not have"
    return value, fence.line, ""


def _status(title: str) -> str | None:
    """Return the status that a title tells, 200 where it tells of no error."""
    if found := _STATUS.search(title):
        return found[0]
    if status := _PHRASES.get(_ADDED.sub("", title.lower())):
        return status
    return None if _ERROR.search(title) else "200"


def _depth(value: Any) -> int:
    """Return how many levels of objects and arrays a value has."""
    level, inner = 0, [value]
    while inner := [one for one in inner if isinstance(one, dict | list)]:
        level += 1
        inner = [deep for one in inner for deep in (one.values() if isinstance(one, dict) else one)]
    return level
