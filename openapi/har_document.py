"""HAR files as the JSON that they are, for whoever writes them again."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import ijson

from openapi.har_file import NO_ENTRIES, ArchiveError, Attached, each, opened, parsed

__all__ = ["frame", "raw_entries"]

_MOST_PARTS = 1_000_000
"""Of all that is not an entry; a file with more is not one that a tool has recorded."""


def raw_entries(source: Path | IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield each entry as a JSON object that may be changed.

    Bodies that stand in files of their own are brought in. An open file is read from its beginning.

    Raises:
        ArchiveError: it cannot be read, or is no HAR; so late that earlier entries may have come.
    """
    return each(source, _whole)


def _whole(_: int, raw: dict[str, Any], attached: Attached) -> dict[str, Any]:
    _bring_in(raw["request"].get("postData"), attached)
    _bring_in(raw["response"].get("content"), attached)
    return raw


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
            raise ArchiveError(NO_ENTRIES)
    return {name: one for name, one in log.items() if name != "entries"}


def _is_log(prefix: str) -> bool:
    """Return whether an event is part of the log itself."""
    return prefix == "log" or prefix.startswith("log.")


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
