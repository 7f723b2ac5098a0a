"""A proxy between a client that writes bytes and an upstream that answers with bytes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import h11

from contracts.proxy.fallback import Fallback
from contracts.proxy.passed import Passed
from contracts.proxy.server import Server
from contracts.proxy.upstream import Upstream

__all__ = ["GET", "OK", "Between", "Script", "asked", "between", "read_head", "run", "scripted"]

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What an upstream does on one connection."""
GET = b"GET /x HTTP/1.1\r\nHost: proxy.example\r\nConnection: close\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_PATIENCE_SECONDS = 5.0


async def read_head(reader: asyncio.StreamReader) -> bytes:
    """Return the head of a request, to its empty line."""
    return await reader.readuntil(b"\r\n\r\n")


def scripted(*answers: bytes, heads: list[bytes] | None = None) -> Script:
    """Return an upstream that answers one request after the other, and closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            head = await read_head(reader)
            if heads is not None:
                heads.append(head)
            writer.write(answer)
            await writer.drain()

    return script


class Between:
    """A running proxy: ``passed`` is what it noted."""

    def __init__(self, port: int, passed: list[Passed]) -> None:
        self.port, self.passed = port, passed

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a connection to it."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, request: bytes) -> bytes:
        """Send a request on a connection of its own, and return all that comes."""
        reader, writer = await self.connect()
        writer.write(request)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await reader.read()
        finally:
            writer.close()


async def _fine(passed: Passed) -> list[str]:
    return []


def _no_pages(request: h11.Request) -> None:
    return None


@asynccontextmanager
async def between(
    script: Script | None,
    *,
    judge: Callable[[Passed], Awaitable[list[str]]] = _fine,
    fallback: Fallback | None = None,
    timeout: float = 5.0,
    marks: bool = True,
    prefix: str = "",
) -> AsyncIterator[Between]:
    """Run a proxy before an upstream; None for one that is down."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if script:
                await script(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    behind = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = behind.sockets[0].getsockname()[1]
    if script is None:
        behind.close()
    passed: list[Passed] = []
    upstream = Upstream(f"http://127.0.0.1:{port}{prefix}")
    server = Server(
        upstream, judge, passed.append, _no_pages, fallback, timeout=timeout, marks=marks
    )
    try:
        yield Between(await server.start("127.0.0.1", 0), passed)
    finally:
        await server.close(0.0)
        behind.close()


def run(made: Coroutine[Any, Any, Any]) -> Any:
    """Run a test's coroutine."""
    return asyncio.run(made)


def asked(request: bytes, answer: bytes | Script, **options: Any) -> tuple[bytes, bytes]:
    """Return what the upstream was sent, up to the end of the head, and what came back."""
    heads: list[bytes] = []

    async def go() -> bytes:
        script = scripted(answer, heads=heads) if isinstance(answer, bytes) else answer
        async with between(script, **options) as proxy:
            return await proxy.ask(request)

    came = run(go())
    return b"".join(heads), came
