"""Finds texts that were encoded or escaped once too often."""

import re
from collections.abc import Iterator
from typing import Any

from contracts.judging.findings import Breach

__all__ = ["spoilt"]

# The bytes 80 to 9F as Windows-1252 shows them; Latin-1 has control characters there.
_SHOWN = {
    ord(shown): byte
    for byte in range(0x80, 0xA0)
    if (shown := bytes([byte]).decode("cp1252", "ignore"))
}
_AFTER = "[\x80-\xbf]"
# UTF-8 that was read as Latin-1 and encoded again. What two letters may well be by chance, an "Ã"
# before a closing quotation mark or a hard space, say, is left alone.
_TWICE = re.compile(
    "\xc3[\x80-\x91\x95\x98-\x9f\xa1-\xaa\xac-\xba\xbc-\xbf]"
    f"|\xe2\x80{_AFTER}|\xf0\x9f{_AFTER}{{2}}"
    f"|(?:[\xc3-\xdf]{_AFTER}|[\xe0-\xef]{_AFTER}{{2}}){{2,}}"
)
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#[xX][0-9a-fA-F]{1,6});")
_AROUND = 15  # characters that are shown on either side


def spoilt(body: Any) -> Iterator[Breach]:
    """Yield a breach for each kind of text in a call's body that is not as it was meant."""
    for path, text in _texts(body):
        escaped = _ESCAPED.search(text)
        if escaped:
            yield Breach(f"{path}: text as it is, not escaped for HTML", _near(text, escaped))
        twice = None if text.isascii() else _TWICE.search(text.translate(_SHOWN))
        if twice:
            yield Breach(f"{path}: text that is encoded once", _near(text, twice))


def _texts(body: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts that people read, each with its path; the lines as one."""
    if not isinstance(body, dict):
        return
    for name in ("customerName", "aiAgentName"):
        if isinstance(body.get(name), str):
            yield name, body[name]
    lines = body.get("transcript")
    if isinstance(lines, list):
        said = [line.get("content") for line in lines if isinstance(line, dict)]
        yield "transcript[].content", "\n".join(one for one in said if isinstance(one, str))


def _near(text: str, hit: re.Match[str]) -> str:
    """Return what was found, with a little of what stands around it in its line."""
    before = text[: hit.start()].rpartition("\n")[2][-_AROUND:]
    return repr(before + text[hit.start() :].partition("\n")[0][: len(hit[0]) + _AROUND])
