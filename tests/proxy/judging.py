"""A proxy whose judge has no process, and what it passes on."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any

from contracts.proxy.judge_worker import Worker
from contracts.proxy.passed import Passed
from contracts.settings import Judgement
from tests.contracts.exchanges import PATH, ROOMS
from tests.contracts.samples import STARTED
from tests.proxy.between import Script, between

__all__ = ["ASK", "HEADER", "TARGET", "answer", "came", "judge"]

TARGET = f"{PATH}{ROOMS[0]}".encode()
ASK = (
    b"GET " + TARGET + b" HTTP/1.1\r\nHost: a\r\nx-workspace-id: ws-acme\r\n"
    b"Connection: close\r\n\r\n"
)
HEADER = b"Active-Calls-Breach: "


def answer(body: Any, status: bytes = b"200 OK", *headers: bytes) -> bytes:
    """Return an answer with a body as JSON."""
    content = json.dumps(body).encode()
    date = format_datetime(STARTED, usegmt=True).encode()
    lines = [b"Content-Type: application/json", b"Cache-Control: no-store", b"Date: " + date]
    lines += headers
    lines.append(b"Content-Length: %d" % len(content))
    return b"HTTP/1.1 " + status + b"\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + content


def judge() -> tuple[Worker, Callable[[Passed], Awaitable[list[str]]]]:
    """Return the judge without a process around it."""
    worker = Worker(Judgement(), "http://upstream")

    async def judged(passed: Passed) -> list[str]:
        return worker.take(passed)

    return worker, judged


def came(script: Script, **options: Any) -> bytes:
    """Return what comes of one request."""

    async def go() -> bytes:
        _, judged = judge()
        async with between(script, judge=judged, **options) as proxy:
            return await proxy.ask(ASK)

    return asyncio.run(go())
