"""Tags and expressions of JSX, as they stand in the text of an MDX page.

Nothing is evaluated: of an expression only what is a literal has a value.
"""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

__all__ = ["Computed", "Scanner", "Tag", "TangledError"]

_NAME = re.compile(r"[A-Za-z_$][\w$-]*(?:[.:][A-Za-z_$][\w$-]*)*")
_ATTRIBUTE = re.compile(r"[A-Za-z_$][\w$:.-]*")
_BLANKS = re.compile(r"\s*")
_STRINGS = {
    '"': re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    "'": re.compile(r"'(?:[^'\\\n]|\\.)*'"),
}
_TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'|`((?:[^`\\$]|\\.)*)`", re.S)
_DEEPEST = 50  # braces within braces; templates nest too


@dataclass(frozen=True)
class Computed:
    """The value of an attribute that only a program could tell; ``text`` is its source."""

    text: str


@dataclass(frozen=True)
class Tag:
    """A tag. An attribute without a value is True; ``line`` counts from 1 in the page."""

    name: str
    kind: Literal["open", "close", "whole"]
    attributes: Mapping[str, Any]
    line: int = 0

    def at(self, line: int) -> "Tag":
        """Return the same tag with its line."""
        return replace(self, line=line)


class TangledError(ValueError):
    """A text in which finding the ends of things would take for ever."""


class Scanner:
    """Finds where tags, expressions and comments end, within so many steps in all.

    Each method takes a text and where something begins in it.
    """

    def __init__(self, steps: int) -> None:
        self._left = steps

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise TangledError

    def tag(self, text: str, start: int) -> tuple[Tag, int] | None:
        """Return the tag that begins there, and where it ends; None where none does."""
        closing = text.startswith("</", start)
        at = start + (2 if closing else 1)
        found = _NAME.match(text, at)
        name, at = (found[0], found.end()) if found else ("", at)
        attributes: dict[str, Any] = {}
        while True:
            before, at = at, self._blanks(text, at)
            if text.startswith("/>", at) and not closing:
                return Tag(name, "whole", attributes), at + 2
            if text.startswith(">", at):
                return Tag(name, "close" if closing else "open", attributes), at + 1
            # Attributes follow a name, each after a blank.
            read = self._attribute(text, at, attributes) if name and at > before else None
            if read is None:
                return None
            at = read

    def _blanks(self, text: str, at: int) -> int:
        found = _BLANKS.match(text, at)
        end = found.end() if found else at
        self._spend(end - at + 1)
        return end

    def _attribute(self, text: str, at: int, into: dict[str, Any]) -> int | None:
        """Read one attribute into a mapping; return where it ends, None where there is none."""
        if text.startswith("{", at):  # {...others}
            return self.expression(text, at)
        name = _ATTRIBUTE.match(text, at)
        if name is None:
            return None
        after = self._blanks(text, name.end())
        if not text.startswith("=", after):
            into[name[0]] = True
            return name.end()
        at = self._blanks(text, after + 1)
        if text.startswith(("'", '"'), at):
            end = text.find(text[at], at + 1)
            self._spend((len(text) if end < 0 else end) - at)
            into[name[0]] = html.unescape(text[at + 1 : end])
            return None if end < 0 else end + 1
        closed = self.expression(text, at)
        if closed is not None:
            into[name[0]] = _literal(text[at + 1 : closed - 1].strip())
        return closed

    def expression(self, text: str, start: int, depth: int = 0) -> int | None:
        """Return where the braces that begin there end; None where they do not."""
        if not text.startswith("{", start) or depth > _DEEPEST:
            return None
        at, opened = start, 0
        while at < len(text):
            before, char = at, text[at]
            if string := self._string(text, at):
                at = string
            elif char == "`":
                end = self._template(text, at, depth)
                if end is None:
                    return None
                at = end
            else:
                opened += (char == "{") - (char == "}")
                at += 1
            self._spend(at - before)
            if not opened:
                return at
        return None

    def _string(self, text: str, at: int) -> int | None:
        """Return where a string or a comment of the program ends, in which no brace counts."""
        if text.startswith(("//", "/*"), at):
            end = "*/" if text[at + 1] == "*" else "\n"
        elif text[at] in _STRINGS:
            end = "\n"
            if found := _STRINGS[text[at]].match(text, at):
                return found.end()
        else:
            return None
        found_at = text.find(end, at + 2)
        self._spend((len(text) if found_at < 0 else found_at) - at)
        return None if found_at < 0 or text[at] in _STRINGS else found_at + len(end)

    def _template(self, text: str, start: int, depth: int) -> int | None:
        at = start + 1
        while at < len(text):
            self._spend(1)
            if text[at] == "`":
                return at + 1
            if text.startswith("${", at):
                end = self.expression(text, at + 1, depth + 1)
                if end is None:
                    return None
                at = end
            else:
                at += 2 if text[at] == "\\" else 1
        return None

    def comment(self, text: str, start: int) -> int | None:
        """Return where the comment of HTML that begins there ends; None where none does."""
        if not text.startswith("<!--", start):
            return None
        end = text.find("-->", start + 4)
        self._spend((len(text) if end < 0 else end) - start)
        return None if end < 0 else end + 3


def _literal(source: str) -> Any:
    """Return the value of a literal: JSON, or text in any of JavaScript's quotes."""
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        pass
    found = _TEXT.fullmatch(source)
    if found is None:
        return Computed(source)
    return re.sub(r"\\(.)", r"\1", found[1] if found[1] is not None else found[2], flags=re.S)
