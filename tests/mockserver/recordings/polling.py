"""Recordings, made by polling a mock in the test's process, or by hand; as HAR files."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mockserver.recordings import Recorded, read_recordings
from tests import har
from tests.mockserver.conftest import EPOCH, PATH, Client

__all__ = ["Answer", "entries_of", "entry", "poll", "polled", "read", "replaying", "write"]

Answer = tuple[int, Any]


def entry(
    at: float,
    room: str,
    status: int,
    body: Any,
    workspace: str = "ws-acme",
    part: str = "",
    **headers: str,
) -> dict[str, Any]:
    """Return an entry of a HAR file: ``room`` was asked for at an instant, in Unix seconds."""
    text = body if isinstance(body, str) else json.dumps(body)
    url = f"https://api.example{PATH}{quote(room, safe='')}{part}"
    came = {"Content-Type": "application/json", "Date": formatdate(at, usegmt=True), **headers}
    return har.entry(
        datetime.fromtimestamp(at, UTC).isoformat(),
        ("GET", url, [("X-Workspace-Id", workspace)]),
        (status, came.items(), {"size": len(text.encode()), "text": text}),
    )


def poll(
    client: Client, room: str, offsets: Iterable[float], named: str = "", **headers: str
) -> list[dict[str, Any]]:
    """Ask for a room's call and its insights at offsets, in seconds since the mock's epoch.

    In the recording the room is ``named`` so.
    """
    found = []
    for offset in offsets:
        client.now = EPOCH + offset
        for part in ("", "/insights"):
            answer = client.get(quote(room, safe="") + part, **headers)
            kept = {n.title(): v for n, v in answer.headers.items() if n == "retry-after"}
            found.append(
                entry(client.now, named or room, answer.status_code, answer.text, part=part, **kept)
            )
    return found


def polled(entries: Iterable[Mapping[str, Any]]) -> list[Answer]:
    """Return status and body of each answer of a recording."""
    answers = (one["response"] for one in entries)
    return [(one["status"], json.loads(one["content"]["text"])) for one in answers]


def write(folder: Path, entries: Iterable[Mapping[str, Any]], name: str = "call.har") -> Path:
    """Write a HAR file."""
    return har.write(folder / name, entries)


def read(folder: Path, entries: Iterable[Mapping[str, Any]]) -> Recorded:
    """Return what a mock makes of a recording."""
    return read_recordings([write(folder, entries)], "en_US")


def replaying(recorded: Recorded, **settings: Any) -> dict[str, Any]:
    """Return the settings of a mock that replays a recording."""
    return {"recorded": recorded.scenarios, "fleet": 0, **settings}


def entries_of(recorded: Recorded) -> list[dict[str, Any]]:
    """Return the scenarios of a recording, without what says where it was made."""
    assert recorded.document is not None
    return [
        {name: value for name, value in one.items() if name not in ("description", "rooms")}
        for one in recorded.document["scenarios"].values()
    ]
