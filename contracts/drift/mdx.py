"""MDX as a sequence of tags and fenced blocks, in the order of the page.

markdown-it finds the blocks. What MDX has beyond Markdown are rules of its own, below: JSX, and
expressions. What it has not (indented code, HTML, links in angle brackets) is switched off.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import yaml
from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from contracts.drift.jsx import Scanner, Tag, TangledError

__all__ = ["Fence", "PageError", "Source", "read"]

_BLOCKS = ["blockquote", "fence", "heading", "hr", "list"]
_ESM = re.compile(r"(?:import|export)\b")
_STEPS = 20  # for each character: a page takes about three
_WORD = re.compile(r"</?([A-Za-z][\w.]*)")


class PageError(ValueError):
    """A page that cannot be read; ``line`` counts from 1, 0 where it is the page as a whole."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@dataclass(frozen=True)
class Fence:
    """A fenced block; ``info`` is what stands after the marker, ``line`` that of the marker."""

    info: str
    content: str
    line: int


@dataclass(frozen=True)
class Source:
    """A page, taken apart. The values of ``front`` are text, as they stand there."""

    front: Mapping[str, str]
    front_lines: Mapping[str, int]
    pieces: tuple[Tag | Fence, ...]


def read(text: str, known: frozenset[str]) -> Source:
    """Take a page apart. A tag of a ``known`` name must be one that can be read.

    Raises:
        PageError: a known tag does not end, or the front matter is no mapping of YAML.
    """
    front: dict[str, tuple[str, int]] = {}
    pieces: list[Tag | Fence] = []
    for token in _tokens(text):
        if token.type == "front_matter":
            front = _front(token.content)
        else:
            pieces += _pieces(token, known)
    return Source(
        {name: value for name, (value, _) in front.items()},
        {name: line for name, (_, line) in front.items()},
        tuple(pieces),
    )


def _tokens(text: str) -> list[Token]:
    scanner = Scanner(_STEPS * len(text) + 1_000_000)
    try:
        return _parser().parse(text, {"scanner": scanner})
    except TangledError:
        raise PageError(0, "its braces and tags are too entangled to be read") from None


def _scanner(state: StateBlock | StateInline) -> Scanner:
    found: Scanner = state.env["scanner"]
    return found


def _front(text: str) -> dict[str, tuple[str, int]]:
    """Return the values that are plain text, each with its line in the page."""
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PageError(mark.line + 2 if mark else 1, f"front matter: {error.problem}") from None
    except (yaml.YAMLError, RecursionError):
        raise PageError(1, "front matter: no YAML that can be read") from None
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise PageError(1, "front matter: expected lines such as 'title: Text'")
    return {
        key.value: (value.value, key.start_mark.line + 2)
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }


def _pieces(token: Token, known: frozenset[str]) -> Iterator[Tag | Fence]:
    line = token.map[0] + 1 if token.map else 0
    if token.type == "fence":
        yield Fence(token.info.strip(), token.content, line)
    for child in (token, *(token.children or ())):
        if child.type == "jsx":
            yield child.meta["tag"].at(line + child.meta["below"])
        elif child.type == "jsx_broken" and child.content in known:
            raise PageError(
                line + child.meta["below"],
                f"<{child.content}: this tag has no end, or something in it that is no attribute",
            )


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero").enable([*_BLOCKS, "backticks", "escape"])
    parser.use(front_matter_plugin)
    block, inline = parser.block.ruler, parser.inline.ruler
    interrupting: RuleOptionsType = {"alt": ["paragraph", "blockquote", "list"]}
    block.before("fence", "jsx", _jsx_block, interrupting)
    block.before("fence", "expression", _expression_block, interrupting)
    block.before("fence", "esm", _esm_block)
    block.at("paragraph", _paragraph)
    inline.before("backticks", "jsx", _jsx_inline)
    inline.before("backticks", "expression", _expression_inline)
    return parser


def _place(state: StateBlock, line: int) -> int:
    """Return where the text of a line begins."""
    return state.bMarks[line] + state.tShift[line]


def _line_of(state: StateBlock, position: int, line: int) -> int:
    while line + 1 < state.lineMax and state.eMarks[line] < position:
        line += 1
    return line


def _jsx_block(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Tags and comments that have their lines to themselves, however many lines a tag takes."""
    at, line = _place(state, first), first
    found: list[tuple[Tag, int]] = []
    while at < state.eMarks[line]:
        begins = line
        if comment := _scanner(state).comment(state.src, at):
            at = comment
        elif state.src.startswith("<", at) and (one := _scanner(state).tag(state.src, at)):
            found.append((one[0], begins))
            at = one[1]
        else:
            return False
        line = _line_of(state, at, line)
        if at > state.eMarks[end - 1]:
            return False
        while at < state.eMarks[line] and state.src[at] in " \t":
            at += 1
    if at == _place(state, first):
        return False
    if not silent:
        for tag, begins in found:
            token = state.push("jsx", "", 0)
            token.map, token.meta = [begins, line + 1], {"tag": tag, "below": 0}
        state.line = line + 1
    return True


def _expression_block(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """An expression that has its lines to itself, such as a comment: it says nothing here."""
    after = _scanner(state).expression(state.src, _place(state, first))
    if after is None or after > state.eMarks[end - 1]:
        return False
    last = _line_of(state, after, first)
    if state.src[after : state.eMarks[last]].strip():
        return False
    if not silent:
        state.line = last + 1
    return True


def _esm_block(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Imports and exports, up to the next empty line: a program, in which no tag is the page's."""
    if state.tShift[first] or not _ESM.match(state.src, state.bMarks[first]):
        return False
    last = first
    while last < end and not state.isEmpty(last):
        last += 1
    if not silent:
        state.line = last
    return True


def _paragraph(state: StateBlock, first: int, _: int, __: bool) -> bool:
    """Text up to an empty line, or to what interrupts it at whatever indentation.

    Markdown's own rule takes what is indented by four for text: it could be indented code.
    """
    rules: list[Callable[[StateBlock, int, int, bool], bool]]
    rules = state.md.block.ruler.getRules("paragraph")
    end, kept = state.lineMax, state.parentType
    state.parentType = "paragraph"
    line = first + 1
    while line < end and not state.isEmpty(line):
        # A negative indentation is a line that a blockquote has taken already.
        if state.sCount[line] >= 0 and any(rule(state, line, end, True) for rule in rules):
            break
        line += 1
    token = state.push("inline", "", 0)
    token.content = state.getLines(first, line, 0, False).rstrip()
    token.map, token.children = [first, line], []
    state.line, state.parentType = line, kept
    return True


def _jsx_inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    if comment := _scanner(state).comment(state.src, state.pos):
        state.pos = comment
        return True
    read_tag = _scanner(state).tag(state.src, state.pos)
    word = _WORD.match(state.src, state.pos)
    if read_tag is None and word is None:
        return False
    if not silent:
        token = state.push("jsx" if read_tag else "jsx_broken", "", 0)
        token.meta = {"below": state.src.count("\n", 0, state.pos)}
        if read_tag:
            token.meta["tag"] = read_tag[0]
        elif word:
            token.content = word[1]
    state.pos = read_tag[1] if read_tag else state.pos + 1
    return True


def _expression_inline(state: StateInline, silent: bool) -> bool:
    after = _scanner(state).expression(state.src, state.pos)
    if after is None:
        return False
    state.pos = after
    return True
