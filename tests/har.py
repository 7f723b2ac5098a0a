"""Files of HAR, as plain data: what each tool's have in common."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["entry", "write"]

Headers = Iterable[tuple[str, str]]


def entry(
    started: str,
    asked: tuple[str, str, Headers],
    answered: tuple[int, Headers, Mapping[str, Any]],
    milliseconds: float = 0,
) -> dict[str, Any]:
    """Return an entry: method, URL and headers were asked; status, headers and content answered."""
    method, url, sent = asked
    status, came, content = answered
    return {
        "startedDateTime": started,
        "time": milliseconds,
        "request": {"method": method, "url": url, "headers": _pairs(sent)},
        "response": {"status": status, "headers": _pairs(came), "content": dict(content)},
    }


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def write(path: Path, entries: Iterable[Mapping[str, Any]]) -> Path:
    """Write a file."""
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}))
    return path
