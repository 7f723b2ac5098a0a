"""Goes through the entry of a HAR file, whatever tool wrote it, and through every text in it."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

from contracts.traffic.scrubbing_forms import (
    Leaf,
    Where,
    rewritten,
    rewritten_form,
    rewritten_url,
)

__all__ = ["walked"]

_URLS = frozenset({"location", "referer", "content-location", ":path", "redirecturl", "url"})
# Words of HAR itself, and instants.
_KEPT = frozenset(
    {"method", "httpVersion", "startedDateTime", "encoding", "mimeType", "pageref", "connection"}
    | {"serverIPAddress", "sameSite", "_resourceType", "_priority"}
)
_PROGRAMS = frozenset({"version", "creator", "browser"})
_COOKIES = frozenset({"cookie", "set-cookie", "set-cookie2"})
_FORM = re.compile(r"[\w.%+*-]{1,200}=[^&\s]*(?:&[\w.%+*-]{1,200}=[^&\s]*)*")
_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)
Record = Mapping[str, Any]


def walked(entry: Record, leaf: Leaf) -> dict[str, Any]:
    """Return an entry, or another object of a HAR, with every text in it rewritten by ``leaf``."""
    made = {}
    for name, value in entry.items():
        if name in ("request", "response") and isinstance(value, dict):
            made[name] = _message(value, leaf)
        else:  # the names of programs are nobody's
            made[name] = value if name in _PROGRAMS else _member(name, value, leaf)
    return made


def _member(name: str, value: Any, leaf: Leaf, *, own: bool = False) -> Any:
    """Rewrite whatever stands under a name: what tools add of their own may be anything.

    Theirs begins with an underscore; its names are as foreign as its texts.
    """
    own = own or name.startswith("_")
    if isinstance(value, str):
        if name in _KEPT:
            return value
        if name.lower() in _URLS:
            return rewritten_url(value, leaf)
        return rewritten(Where("field", name), value, leaf)
    if isinstance(value, dict):
        return {
            rewritten(Where("key"), key, leaf) if own else key: _member(key, one, leaf, own=own)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_member(name, one, leaf, own=own) for one in value]
    return value


_SPECIAL: dict[str, Callable[[Any, Leaf], Any]] = {
    "url": lambda value, leaf: rewritten_url(str(value), leaf),
    "headers": lambda value, leaf: [_header(one, leaf) for one in value or ()],
    "cookies": lambda value, leaf: [_cookie(one, leaf) for one in value or ()],
    "queryString": lambda value, leaf: [_pair(one, leaf) for one in value or ()],
    "postData": lambda value, leaf: _post(value, leaf) if isinstance(value, dict) else value,
    "content": lambda value, leaf: _content(value, leaf) if isinstance(value, dict) else value,
}


def _message(message: Record, leaf: Leaf) -> dict[str, Any]:
    made = {}
    for name, value in message.items():
        special = _SPECIAL.get(name)
        made[name] = special(value, leaf) if special else _member(name, value, leaf)
    for part in ("postData", "content"):
        if isinstance(message.get(part), dict):
            _measure(message, made, part)
    return made


def _header(record: Any, leaf: Leaf) -> Any:
    if not isinstance(record, dict):
        return record
    name, value = str(record.get("name", "")), str(record.get("value", ""))
    key = name.lower()
    return record | {
        "name": rewritten(Where("key"), name, leaf),
        "value": _cookies(value, leaf)
        if key in _COOKIES
        else rewritten_url(value, leaf)
        if key in _URLS
        else rewritten(Where("header", name), value, leaf),
    }


def _cookies(text: str, leaf: Leaf) -> str:
    """Rewrite the header of cookies: the values are one kind, their names another."""
    return "; ".join(
        rewritten(Where("key"), name, leaf) + equals + leaf(Where("cookie", name), value)
        for name, equals, value in (one.strip().partition("=") for one in text.split(";"))
    )


def _cookie(record: Any, leaf: Leaf) -> Any:
    if not isinstance(record, dict):
        return record
    name, value = str(record.get("name", "")), str(record.get("value", ""))
    return record | {
        "name": rewritten(Where("key"), name, leaf),
        "value": leaf(Where("cookie", name), value),
    }


def _pair(record: Any, leaf: Leaf) -> Any:
    """Rewrite a parameter of a query or a form."""
    if not isinstance(record, dict):
        return record
    name, value = str(record.get("name", "")), str(record.get("value", ""))
    made = record | {
        "name": rewritten(Where("key"), name, leaf),
        "value": rewritten(Where("query", name), value, leaf),
    }
    if isinstance(record.get("fileName"), str):
        made["fileName"] = rewritten(Where("field", "fileName"), record["fileName"], leaf)
    return made


def _post(post: Record, leaf: Leaf) -> dict[str, Any]:
    made = {**post}
    if isinstance(post.get("params"), list):
        made["params"] = [_pair(one, leaf) for one in post["params"]]
    return made | _body(post, leaf)


def _content(content: Record, leaf: Leaf) -> dict[str, Any]:
    made = {name: _member(name, value, leaf) for name, value in content.items() if name != "text"}
    return {**content, **made} | _body(content, leaf)


def _body(holder: Record, leaf: Leaf) -> dict[str, str]:
    """Return the text of a body, rewritten; in base64 where it was."""
    text = holder.get("text")
    if not isinstance(text, str):
        return {}
    if holder.get("encoding") != "base64":
        return {"text": _rewritten_body(text, leaf)}
    try:
        raw = b64decode("".join(text.split()), validate=True)
    except ValueError:
        return {"text": rewritten(Where("body"), text, leaf)}
    charset = _charset(raw, str(holder.get("mimeType", "")))
    plain = raw.decode(charset, "surrogateescape")
    new = _rewritten_body(plain, leaf)
    if new == plain:
        return {"text": text}
    return {"text": b64encode(new.encode(charset, "surrogateescape")).decode()}


def _charset(raw: bytes, media_type: str) -> str:
    """Return how bytes are to be read, so that they can be written again just as they were."""
    found = _CHARSET.search(media_type)
    named = str(found[1]) if found else ""
    marked = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    for charset in filter(None, (named, marked)):
        try:
            if raw.decode(charset).encode(charset) == raw:
                return charset
        except (LookupError, ValueError):
            continue
    return "utf-8"


def _rewritten_body(text: str, leaf: Leaf) -> str:
    if _FORM.fullmatch(text):
        return rewritten_form(text, leaf)
    return rewritten(Where("body"), text, leaf)


def _measure(message: Record, made: dict[str, Any], part: str) -> None:
    """Keep what is told of a body's size in step with it."""
    before, after = _length(message[part]), _length(made[part])
    if before == after:
        return
    for holder, name in ((made[part], "size"), (made, "bodySize")):
        if isinstance(holder.get(name), int) and holder[name] >= before > 0:
            holder[name] += after - before
    for header in made.get("headers") or ():
        if str(header.get("name", "")).lower() == "content-length" and header["value"] == str(
            before
        ):
            header["value"] = str(after)


def _length(holder: Record) -> int:
    """Return the number of bytes of a body."""
    text = str(holder.get("text") or "")
    if holder.get("encoding") == "base64":
        return len("".join(text.split()).rstrip("=")) * 3 // 4
    return len(text.encode("utf-8", "surrogatepass"))
