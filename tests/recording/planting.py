"""Recordings with somebody's data in them, and the search for it in what was made of them."""

import html
import json
import re
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

import pytest

from contracts.recording.cli import main

__all__ = ["answer", "entry", "found", "har", "record", "scrub"]

CALL = {
    "id": "665a1b2c3d4e5f6a7b8c9d0e",
    "roomName": "call-abc123",
    "customerPhone": "+14155551234",
    "customerName": "Ingrid Solveig",
    "aiAgentName": "Customer Support Agent",
    "duration": 145,
    "sentiment": "positive",
    "transcript": [{"role": "agent", "content": "Hello Ingrid!"}],
    "participants": [
        {
            "identity": "agent-001",
            "isAgent": True,
            "metadata": {},
            "joinedAt": "2024-06-01T10:00:00.000Z",
        }
    ],
}


def record(*arguments: str) -> int:
    """Run the command; return its exit status."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def entry(body: Any = None, *, url: str = "http://h/v2/api/active-calls/call-abc123") -> Any:
    """Return an entry of a HAR file, whose answer has a body: JSON, or a text as it is."""
    text = body if isinstance(body, str) else json.dumps(CALL if body is None else body)
    return {
        "startedDateTime": "2024-06-01T10:02:25.000Z",
        "time": 12.5,
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "x-workspace-id", "value": "ws-acme"}],
            "queryString": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": "Content-Type", "value": "application/json"},
                {"name": "Date", "value": "Sat, 01 Jun 2024 10:02:25 GMT"},
            ],
            "content": {
                "size": len(text.encode("utf-8", "surrogatepass")),
                "mimeType": "application/json",
                "text": text,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 12.5, "receive": 0},
    }


def har(*entries: Any, **log: Any) -> str:
    """Return a HAR file."""
    creator = {"name": "tool", "version": "1"}
    return json.dumps({"log": {"version": "1.2", "creator": creator, **log, "entries": entries}})


def scrub(folder: Path, *entries: Any, options: Iterable[str] = (), **log: Any) -> dict[str, Any]:
    """Return the log that is made of these entries, by the command."""
    source, output = folder / "in.har", folder / "out.har"
    source.write_text(har(*entries, **log), "utf-8")
    assert record("--scrub", str(source), "--output", str(output), "--quiet", *options) == 0
    made: dict[str, Any] = json.loads(output.read_bytes())["log"]
    return made


def answer(one: Any) -> Any:
    """Return the JSON of an entry's answer."""
    return json.loads(one["response"]["content"]["text"])


def _plain(text: str) -> str:
    """Return a text without case, accents, and the many forms of a character."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(one for one in bare if not unicodedata.combining(one)).casefold()


def _decoded(text: str) -> Iterator[str]:
    """Yield what a text may be the code of."""
    yield unquote(text)
    yield unquote_plus(text)
    yield html.unescape(text)
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    yield text.replace('\\"', '"').replace("\\\\", "\\")
    for token in re.findall(r"[A-Za-z0-9+/_-]{8,}", text):
        for start in range(4):
            piece = token[start:]
            piece = piece[: len(piece) - (len(piece) % 4 == 1)]
            for altered in (None, b"-_"):
                with suppress(ValueError):
                    raw = b64decode(piece + "=" * (-len(piece) % 4), altchars=altered)
                    text = raw.decode("utf-8", "ignore")
                    if len(text.encode()) > 0.8 * len(raw):  # else it was no text
                        yield text
                    if b"\0" in raw:
                        yield raw.decode("utf-16", "ignore")


def _strings(value: Any) -> Iterator[str]:
    """Yield the names and texts of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from _strings(one)


def found(path: Path, values: Iterable[str]) -> list[str]:
    """Return which values a file holds, in whatever case, form or code."""
    whole = path.read_text("utf-8", "surrogateescape")
    texts = set(_strings(json.loads(whole)))  # each once: a recording says most of them often
    seen = texts | {whole}
    for _ in range(3):
        texts = {one for text in texts for one in _decoded(text)} - seen
        texts = {one for one in texts if len(one) > 3}
        seen |= texts
    plain = "\n".join(map(_plain, seen))
    digits = re.sub(r"[ \-().\u00a0+/]", "", plain)
    return [one for one in values if _plain(one) in plain or (one.isdigit() and one in digits)]


def codes(text: str) -> list[str]:
    """Return a text in the codes that recordings have."""
    return [
        text,
        unicodedata.normalize("NFD", text),
        text.upper(),
        quote(text, safe=""),
        quote(quote(text, safe=""), safe=""),
        html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
        json.dumps(text),
        json.dumps(json.dumps({"said": text})),
        json.dumps(text).strip('"'),
        b64encode(f"it is {text} who calls".encode()).decode(),
        b64encode(text.encode()).decode(),
    ]
