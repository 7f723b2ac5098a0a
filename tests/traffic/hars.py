"""HAR files of exchanges: as plain data, and as they come from servers that are polled."""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from contracts.traffic.exchange import Exchange
from contracts.traffic.recorded import Seen
from tests.implementations.call import KEY, OTHER_WORKSPACE, ROOMS, WORKSPACE

__all__ = ["ORIGIN", "entry", "polled", "seen", "write"]

ORIGIN = "https://api.example"
_PATH = "/v2/api/active-calls"


def seen(exchanges: Iterable[Exchange]) -> Iterator[Seen]:
    """Yield exchanges as a file would have them."""
    for number, one in enumerate(exchanges, 1):
        yield Seen(one, f"entry {number}")


def entry(one: Exchange, origin: str = ORIGIN, **more: Any) -> dict[str, Any]:
    """Return an exchange as a tool records it; ``more`` is further fields of the entry."""
    headers = {"accept": "application/json", **dict(one.request.headers)}
    request = {
        "method": one.request.method,
        "url": origin + one.request.target,
        "headers": _pairs(headers),
        "postData": {"text": one.request.content},
    }
    text = one.content.decode()
    response = {
        "status": one.status,
        "headers": _pairs(one.headers),
        "content": {"size": len(one.content), "text": text},
    }
    milliseconds = round((one.received - one.sent) * 1000, 3)
    started = one.at - timedelta(milliseconds=milliseconds)
    comment = {"comment": f"[{one.mark}]"} if one.mark else {}
    return {
        "startedDateTime": started.isoformat(),
        "time": milliseconds,
        "request": request,
        "response": response,
        **comment,
        **more,
    }


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def write(path: Path, found: Iterable[Mapping[str, Any]]) -> Path:
    """Write entries as a HAR file."""
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": list(found)}}))
    return path


def polled(path: Path, url: str, *, seconds: float, keyed: bool = False) -> Path:
    """Poll a server as a page does, and another one as somebody else, and record it."""
    found: list[dict[str, Any]] = []
    lock = threading.Lock()
    headers = {"x-workspace-id": WORKSPACE} | ({"x-api-key": KEY} if keyed else {})
    details = [f"{_PATH}/{quote(room, safe='')}" for room in ROOMS]

    def ask(client: httpx2.Client, target: str, **other: str) -> None:
        try:
            answer = client.get(target, headers=headers | other)
        except httpx2.TransportError:
            return
        with lock:
            found.append(_entry(answer))

    def follow(targets: list[str]) -> None:
        until = time.monotonic() + seconds
        with httpx2.Client(base_url=url, timeout=5, trust_env=False) as client:
            while time.monotonic() < until:
                for target in targets:
                    ask(client, target)
                time.sleep(0.4)

    with ThreadPoolExecutor(3) as pool:
        told = [[details[0]], [details[1]], [_PATH, f"{details[0]}/insights"]]
        list(pool.map(follow, told))  # whose results are asked for, so that no error is lost
    with httpx2.Client(base_url=url, timeout=5, trust_env=False) as client:
        for target in (*details, _PATH):
            ask(client, target, **{"x-workspace-id": OTHER_WORKSPACE})
        ask(client, f"{_PATH}/no-such-room")
    return write(path, sorted(found, key=lambda one: str(one["startedDateTime"])))


def _entry(answer: httpx2.Response) -> dict[str, Any]:
    took = answer.elapsed.total_seconds()
    request = answer.request
    return {
        "startedDateTime": _now(took),
        "time": took * 1000,
        "request": {
            "method": request.method,
            "url": str(request.url),
            "headers": [{"name": n, "value": v} for n, v in request.headers.multi_items()],
        },
        "response": {
            "status": answer.status_code,
            "headers": [{"name": n, "value": v} for n, v in answer.headers.multi_items()],
            "content": _content(answer.content),
        },
    }


def _content(body: bytes) -> dict[str, Any]:
    try:
        return {"size": len(body), "text": body.decode()}
    except UnicodeDecodeError:
        return {"size": len(body), "text": b64encode(body).decode(), "encoding": "base64"}


def _now(seconds_ago: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds_ago)).isoformat()
