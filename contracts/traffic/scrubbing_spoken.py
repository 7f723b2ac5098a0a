"""Names that somebody says in a call: after a question for it, or after "my name is"."""

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["spoken_names"]

_ASKED = re.compile(
    r"\b(?:your|the|her|his|their) (?:\w+ )?names?\b|whom? am i speaking|\bnombre\b|votre nom\b"
    r"|\bihr name\b|\bihren namen\b|\u540d\u524d|\u6c0f\u540d",
    re.IGNORECASE,
)
_NO_NAME = (
    r"(?!(?:I|It|My|Sure|Yes|Yeah|No|Okay|OK|The|This|That|Thanks?|Hello|Hi|Hey|Of|And|So|Well|Claro"
    r"|Soy|Es|El|La|Mi|Port|North|South|East|West|New|Lake)\b)"
)
_CAPITAL = r"[A-Z\u00c0-\u00de][\w-]+(?:['\u2019][A-Z]\w+)?"
_LINK = r"(?: (?:de|del|la|las|los|van|von|der|da|bin|al))*"
_FULL = re.compile(rf"\b(?<!\d )(?<!\d[A-Z] ){_NO_NAME}{_CAPITAL}(?:{_LINK} {_CAPITAL}){{1,3}}")
_SAID = re.compile(
    r"\b(?i:my name is|my name's|name as|me llamo|mi nombre es|ich hei\u00dfe|mein name ist"
    rf"|je m'appelle|je suis) ({_CAPITAL}(?: {_CAPITAL}){{0,3}})"
)
# A name of Chinese characters or kana, and what politely follows it.
_JAPANESE = re.compile(
    r"(?:^|[\u3001\u3002\s])([\u3005\u4e00-\u9fff\u30a0-\u30ff]{2,8})"
    r"(?:\u3067\u3059|\u3068\u7533\u3057\u307e\u3059|\u3068\u3044\u3044\u307e\u3059|\u3001|\u3002|$)"
)


def spoken_names(body: str) -> Iterator[str]:
    """Yield the names that are said in the call that an answer's ``body`` shows, if it shows one.

    Some are missed; some are no names, and then a word too many is replaced.
    """
    asked = False
    for line in _lines(body):
        yield from (found[1] for found in _SAID.finditer(line))
        if asked:
            found = _FULL.search(line) or _JAPANESE.search(line)
            if found:
                yield found[1] if found.re is _JAPANESE else found[0]
        asked = bool(_ASKED.search(line))


def _lines(body: str) -> Iterator[str]:
    """Yield what is said in a call, line by line."""
    if '"transcript"' not in body:
        return
    try:
        call: Any = json.loads(body)
    except (ValueError, RecursionError):
        return
    lines = call.get("transcript") if isinstance(call, dict) else None
    for line in lines if isinstance(lines, list) else ():
        content = line.get("content") if isinstance(line, dict) else None
        if isinstance(content, str):
            yield content
