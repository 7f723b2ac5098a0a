"""HAR files as the JSON that they are, for whoever writes them again."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import ijson

from openapi.har_file import ArchiveError, Attached, opened, parsed

__all__ = ["frame", "raw_entries"]

_MOST_PARTS = 1_000_000
"""Of all that is not an entry; a file with more is not one that a tool has recorded."""


def raw_entries(source: Path | IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield each entry as a JSON object that may be changed, one in memory at a time.

    Bodies that stand in files of their own are brought in. An open file is read from its beginning.

    Raises:
        ArchiveError: it cannot be read, or is no HAR; so late that earlier entries may have come.
    """
    number = 0
    with opened(source) as (file, attached):
        for number, raw in enumerate(ijson.items(parsed(file), "log.entries.item"), 1):
            if not isinstance(raw, dict):
                raise ArchiveError(f"entry {number}: expected an object")
            _check(number, raw)
            _bring_in(raw["request"].get("postData"), attached)
            _bring_in(raw["response"].get("content"), attached)
            yield raw
        if not number:
            raise ArchiveError("expected a HAR file, with exchanges in log.entries; found none")


def frame(source: Path | IO[bytes]) -> dict[str, Any]:
    """Return all that the log holds beside its entries, such as its pages.

    Raises:
        ArchiveError: it cannot be read, or is no HAR.
    """
    builder = ijson.ObjectBuilder()
    with opened(source) as (file, _):
        kept = 0
        for prefix, event, value in parsed(file):
            if prefix.startswith("log.entries.item") or not _is_log(prefix):
                continue
            builder.event(event, value)
            kept += 1
            if kept > _MOST_PARTS:
                raise ArchiveError("holds too much beside its entries")
        log = getattr(builder, "value", None)
        if not isinstance(log, dict):
            raise ArchiveError("expected a HAR file, with exchanges in log.entries; found none")
    return {name: one for name, one in log.items() if name != "entries"}


def _is_log(prefix: str) -> bool:
    """Return whether an event is part of the log itself."""
    return prefix == "log" or prefix.startswith("log.")


def _check(number: int, raw: Mapping[str, Any]) -> None:
    for name in ("request", "response"):
        if not isinstance(raw.get(name), dict):
            raise ArchiveError(f"entry {number}: has no {name!r}")
    if not isinstance(raw["request"].get("url"), str):
        raise ArchiveError(f"entry {number}: has no 'url'")


def _bring_in(message: Any, attached: Attached) -> None:
    """Put a body that stands in a file of its own into the message."""
    if not isinstance(message, dict) or not (name := message.pop("_file", None)):
        return
    body = attached.read(str(name))
    if body is None:
        return
    try:
        message["text"] = body.decode("utf-8")
    except UnicodeDecodeError:
        message |= {"text": b64encode(body).decode(), "encoding": "base64"}
