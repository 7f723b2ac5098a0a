"""Texts within texts: JSON, URLs, percent-encoding, escapes, base64. Each is opened and closed.

What nothing was changed in stays as it is, to the byte.
"""

import html
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import NamedTuple, Protocol
from urllib.parse import quote, quote_plus, unquote, unquote_plus

__all__ = ["Leaf", "Where", "rewritten", "rewritten_form", "rewritten_url"]


class Where(NamedTuple):
    """Where a text stands: ``place`` is header, cookie, query, path, field, number, key or body.

    ``key`` is the name that it stands under, empty where it has none.
    """

    place: str
    key: str = ""


class Leaf(Protocol):
    """Returns what is to stand in place of a plain text."""

    def __call__(self, where: Where, text: str) -> str:
        """Return it."""

    def remembered(self, where: Where, text: str, make: Callable[[], str]) -> str:
        """Return what ``make`` returns for a text that may hold others: or has, when it last came.

        A transcript comes again with every poll.
        """


_DEEPEST = 5
_STRING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)', re.DOTALL)
_COLON = re.compile(r"\s*:")
_LIKE_JSON = re.compile(r'\s*(?:data:\s*)?[\[{]|\s*"(?:[^"\\]|\\.)*"\s*$')
_BETWEEN = re.compile(r"(?:[\s\[\]{},:]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)*")
_APART = re.compile(r"\d[\s-]+\d")  # no JSON has that
_WHOLE_NUMBER = re.compile(r"(?<![\d.eE+])\d{6,}(?![\d.eE])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_NUMERIC = re.compile(r"&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});")
_ESCAPE = re.compile(r"(\\+)u([0-9a-fA-F]{4})")
_SPANS = re.compile(
    r"(?P<url>\b(?:https?|wss?)://[^\s\"'<>\\]+)"
    r"|(?P<percent>[^\s\"'<>/?&=#;,]{0,200}%[0-9A-Fa-f]{2}[^\s\"'<>/?&=#;,]*)"
    r"|(?P<base64>(?<![\w+/=%-])[A-Za-z0-9+/_-]{8,}={0,2}(?![\w=]))"
)
_PLAIN_WORDS = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+)(?:[-_/+](?:[A-Z]?[a-z]+|[A-Z]+))*")
_URL = re.compile(
    r"((?:[A-Za-z][\w+.-]*:)?//)?((?<=//)[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL
)


def rewritten(where: Where, text: str, leaf: Leaf, depth: int = 0) -> str:
    """Return the text with each plain text in it replaced by what ``leaf`` makes of it."""
    if not text or depth > _DEEPEST:
        return leaf(where, text)
    if _LIKE_JSON.match(text):
        return _json(where, text, leaf, depth + 1)
    return leaf.remembered(where, text, lambda: _opened(where, text, leaf, depth))


def _opened(where: Where, text: str, leaf: Leaf, depth: int) -> str:
    """Rewrite a text that is no JSON."""
    if escape := _ESCAPE.search(text):
        plain = _unescaped(text)
        new = rewritten(where, plain, leaf, depth + 1)
        return text if new == plain else _escaped(new, escape[1])
    if _ENTITY.search(text) and (plain := html.unescape(text)) != text:
        new = rewritten(where, plain, leaf, depth + 1)
        return text if new == plain else html.escape(new)
    return _by_span(where, text, leaf, depth + 1)


def _by_span(where: Where, text: str, leaf: Leaf, depth: int) -> str:
    """Rewrite what is encoded within a text by itself, and what is plain around it as one."""
    parts: list[str] = []
    at = 0
    for span in _SPANS.finditer(text):
        new = _ENCODED[str(span.lastgroup)](where, span[0], leaf, depth)
        if new is None:  # plain after all
            continue
        parts += [leaf(where, text[at : span.start()]), new]
        at = span.end()
    return "".join((*parts, leaf(where, text[at:])))


def _in_url(where: Where, text: str, leaf: Leaf, depth: int) -> str | None:
    return rewritten_url(text, leaf, depth)


def _percent(where: Where, text: str, leaf: Leaf, depth: int) -> str | None:
    return _segment(where, text, leaf, depth)


def _base64(where: Where, text: str, leaf: Leaf, depth: int) -> str | None:
    """Return None where it is no text in base64, or nothing in it is changed."""
    bare = text.rstrip("=")
    if len(bare) % 4 == 1 or _PLAIN_WORDS.fullmatch(text):
        return None
    safe = b"-_" if set("-_") & set(bare) else None
    try:
        padded = bare + "=" * (-len(bare) % 4)
        plain = b64decode(padded, altchars=safe, validate=True).decode("utf-8")
    except ValueError:
        return None
    if not all(one.isprintable() or one.isspace() for one in plain):
        return None
    new = rewritten(where, plain, leaf, depth)
    if new == plain:
        return None
    encoded = b64encode(new.encode("utf-8", "surrogatepass")).decode()
    encoded = encoded.translate(str.maketrans("+/", "-_")) if safe else encoded
    return encoded if text.endswith("=") or len(bare) % 4 == 0 else encoded.rstrip("=")


_ENCODED = {"url": _in_url, "percent": _percent, "base64": _base64}


def rewritten_url(text: str, leaf: Leaf, depth: int = 0) -> str:
    """Return a URL, or its path and query, rewritten but for its host; without its user info."""
    if _NUMERIC.search(text) and (plain := html.unescape(text)) != text:
        new = rewritten_url(plain, leaf, depth + 1)
        return text if new == plain else html.escape(new)
    found = _URL.fullmatch(text)
    if not found:
        return leaf(Where("path"), text)
    scheme, host, path, query, fragment = (part or "" for part in found.groups())
    host = host.rpartition("@")[2]
    path = "/".join(_segment(Where("path"), one, leaf, depth) for one in path.split("/"))
    query = "?" + rewritten_form(query[1:], leaf, depth) if query else ""
    if "=" in fragment:
        fragment = "#" + rewritten_form(fragment[1:], leaf, depth)
    elif fragment:
        fragment = "#" + _segment(Where("path"), fragment[1:], leaf, depth)
    return f"{scheme}{host}{path}{query}{fragment}"


def rewritten_form(text: str, leaf: Leaf, depth: int = 0) -> str:
    """Return the pairs ``name=value&…`` rewritten, as a query or the body of a form has them."""
    return "&".join(_pair(one, leaf, depth) for one in text.split("&"))


def _pair(text: str, leaf: Leaf, depth: int) -> str:
    name, equals, value = text.partition("=")
    where = Where("query", unquote_plus(name))
    return _segment(Where("key"), name, leaf, depth) + equals + _value(where, value, leaf, depth)


def _value(where: Where, text: str, leaf: Leaf, depth: int) -> str:
    plain = unquote_plus(text)
    new = rewritten(where, plain, leaf, depth + 1)
    if new == plain:
        return text
    return (quote_plus if "+" in text else quote)(new, safe=_unquoted(text, "!$'()*,:;@/?"))


def _segment(where: Where, text: str, leaf: Leaf, depth: int) -> str:
    """Rewrite a text that may be percent-encoded, in UTF-8."""
    try:
        plain = unquote(text, errors="strict")
    except UnicodeDecodeError:
        plain = text
    new = rewritten(where, plain, leaf, depth + 1)
    return text if new == plain else quote(new, safe=_unquoted(text, "!$&'()*+,:;=@"))


def _unquoted(text: str, among: str) -> str:
    """Return which of some characters stand in a text as they are."""
    return "".join(one for one in among if one in text)


def _json(where: Where, text: str, leaf: Leaf, depth: int) -> str:
    """Rewrite the texts, keys and whole numbers of JSON, also of a piece of it."""
    parts: list[str] = []
    key, at = where.key, 0
    for token in _STRING.finditer(text):
        parts.append(_between(Where("number", key), text[at : token.start()], leaf, depth))
        at = token.end()
        plain = _decoded(token[0])
        if _COLON.match(text, at):
            key = plain
            new = rewritten(Where("key"), plain, leaf, depth)
        else:
            new = rewritten(Where("field", key), plain, leaf, depth)
        parts.append(token[0] if new == plain else _encoded(new, token[0]))
    return "".join((*parts, _between(Where("number", key), text[at:], leaf, depth)))


def _between(where: Where, text: str, leaf: Leaf, depth: int) -> str:
    """Rewrite what stands between the texts of JSON; of a piece of it, that may be text as well."""
    if _BETWEEN.fullmatch(text) and not _APART.search(text):
        return _WHOLE_NUMBER.sub(lambda number: leaf(where, number[0]), text)
    return _opened(Where("body", where.key), text, leaf, depth)


def _decoded(token: str) -> str:
    """Return the text of a token; of one that is no valid JSON, as it stands."""
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token.strip('"')


def _encoded(text: str, token: str) -> str:
    """Return the text as a token like another one: escaped as that is, or cut as that is."""
    ascii_alone = bool(_ESCAPE.search(token)) and token.isascii()
    whole = json.dumps(text, ensure_ascii=ascii_alone)
    return whole if len(token) > 1 and token.endswith('"') else whole[:-1]


def _unescaped(text: str) -> str:
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[2], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(text: str, backslashes: str) -> str:
    """Return a text with its characters escaped, with as many backslashes as others had."""
    return "".join(
        one if one.isascii() else json.dumps(one).strip('"').replace("\\", backslashes)
        for one in text
    )
