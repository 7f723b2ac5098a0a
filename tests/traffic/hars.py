"""HAR files of exchanges: as plain data, and as they come from servers that are polled."""

import threading
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from contracts.traffic.exchange import Exchange
from contracts.traffic.recorded import Seen
from tests import har
from tests.implementations.call import KEY, OTHER_WORKSPACE, ROOMS, WORKSPACE

__all__ = ["ORIGIN", "entry", "polled", "seen"]

ORIGIN = "https://api.example"
_PATH = "/v2/api/active-calls"


def seen(exchanges: Iterable[Exchange]) -> Iterator[Seen]:
    """Yield exchanges as a file would have them."""
    for number, one in enumerate(exchanges, 1):
        yield Seen(one, f"entry {number}")


def entry(one: Exchange, origin: str = ORIGIN, **more: Any) -> dict[str, Any]:
    """Return an exchange as a tool records it; ``more`` is further fields of the entry."""
    sent = {"accept": "application/json", **dict(one.request.headers)}
    milliseconds = round((one.received - one.sent) * 1000, 3)
    made = har.entry(
        (one.at - timedelta(milliseconds=milliseconds)).isoformat(),
        (one.request.method, origin + one.request.target, sent.items()),
        (one.status, one.headers.items(), _content(one.content)),
        milliseconds,
    )
    made["request"]["postData"] = {"text": one.request.content}
    comment = {"comment": f"[{one.mark}]"} if one.mark else {}
    return made | comment | more


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
    return har.write(path, sorted(found, key=lambda one: str(one["startedDateTime"])))


def _entry(answer: httpx2.Response) -> dict[str, Any]:
    took, request = answer.elapsed.total_seconds(), answer.request
    return har.entry(
        (datetime.now(UTC) - timedelta(seconds=took)).isoformat(),
        (request.method, str(request.url), request.headers.multi_items()),
        (answer.status_code, answer.headers.multi_items(), _content(answer.content)),
        took * 1000,
    )


def _content(body: bytes) -> dict[str, Any]:
    try:
        return {"size": len(body), "text": body.decode()}
    except UnicodeDecodeError:
        return {"size": len(body), "text": b64encode(body).decode(), "encoding": "base64"}
