"""Accepts connections, and passes on each request that comes over them."""

import asyncio
from collections.abc import Awaitable, Callable

import h11

from contracts.proxy.answering import FindBreaches, LeftError, UpgradedError
from contracts.proxy.fallback import Fallback
from contracts.proxy.messages import own_answer
from contracts.proxy.passed import Passed
from contracts.proxy.passing import MistakeError, Passing
from contracts.proxy.upstream import LateError, Upstream
from contracts.proxy.wire import ClosedError, End, Event

__all__ = ["Server"]

_IDLE_SECONDS = 75.0
OwnPages = Callable[[h11.Request], Awaitable[tuple[int, str, bytes]] | None]
"""What answers a request for the proxy's own pages, None for any other."""


class Server:
    """Serves until it is closed.

    ``judge`` is given each exchange with the contract's operations, ``noted`` every exchange.
    ``pages`` are the proxy's own. ``timeout`` is how many seconds either side may take for the
    next part of a message.
    """

    def __init__(
        self,
        upstream: Upstream,
        judge: FindBreaches,
        noted: Callable[[Passed], None],
        pages: OwnPages,
        fallback: Fallback | None = None,
        *,
        timeout: float,
        marks: bool,
    ) -> None:
        self._upstream, self._judge, self._noted, self._pages = upstream, judge, noted, pages
        self._timeout, self._marks, self._fallback = timeout, marks, fallback
        self._open: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._number = 0

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port.

        Raises:
            OSError: it cannot listen there.
        """
        self._server = await asyncio.start_server(self._connected, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self, seconds: float) -> None:
        """Accept no more, let what has begun come to its end for so long, and close the rest."""
        assert self._server is not None
        self._server.close()
        if self._busy:
            await asyncio.wait(self._busy, timeout=seconds)
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        self._upstream.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        client = End(reader, writer, h11.SERVER)
        try:
            while await self._one(client, task):
                pass
        except (ClosedError, LeftError, UpgradedError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            self._busy.discard(task)
            client.close()

    async def _one(self, client: End, task: asyncio.Task[None]) -> bool:
        """Serve one request; return whether there can be another one."""
        try:
            request = await self._request(client)
        except ClosedError as error:
            await self._refuse(client, 400, "bad_request", f"This is no HTTP/1.1: {error}.")
            return False
        if request is None:
            return False
        self._busy.add(task)
        try:
            await self._serve(client, request)
        finally:
            self._busy.discard(task)
        return self._server is not None and self._server.is_serving() and client.reuse()

    async def _request(self, client: End) -> h11.Request | None:
        """Return the next request; None where the client is done, or slow."""
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                event = await client.next()
        except TimeoutError:
            if client.begun:
                await self._refuse(client, 504, "client_timeout", "The request came too slowly.")
            return None
        return event if isinstance(event, h11.Request) else None

    async def _serve(self, client: End, request: h11.Request) -> None:
        answer = self._pages(request)
        if answer is not None:
            await _page(client, *await answer)
            return
        passing = Passing(
            client,
            self._upstream,
            request,
            self._judge,
            self._fallback,
            timeout=self._timeout,
            marks=self._marks,
        )
        self._number += 1
        passing.passed.number = self._number
        try:
            await passing.run()
        except MistakeError as error:
            await self._refuse(client, 400, "bad_request", f"It cannot be passed on: {error}.")
        except LateError as error:
            await self._fail(client, passing, 504, "gateway_timeout", error)
        except ClosedError as error:
            await self._fail(client, passing, 502, "bad_gateway", error)
        finally:
            self._noted(passing.passed)

    async def _fail(
        self, client: End, passing: Passing, status: int, code: str, error: Exception
    ) -> None:
        """Say that the upstream gave no answer; where one has begun, it can only be cut off."""
        passing.passed.detail = passing.passed.detail or str(error)
        if passing.begun:
            raise ClosedError(str(error))
        await self._refuse(client, status, code, f"The upstream: {error}.")

    @staticmethod
    async def _refuse(client: End, status: int, code: str, message: str) -> None:
        if client.http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            more = [(b"Connection", b"close")]
            response, rest = own_answer(status, code, message, more)
            await client.send(response, *rest)


async def _page(client: End, status: int, media_type: str, body: bytes) -> None:
    while not isinstance(event := await client.next(), h11.EndOfMessage):
        if not isinstance(event, h11.Data):
            return
    headers = [
        (b"Content-Type", media_type.encode()),
        (b"Content-Length", str(len(body)).encode()),
        (b"Cache-Control", b"no-store"),
        (b"X-Content-Type-Options", b"nosniff"),
    ]
    events: list[Event] = [h11.Response(status_code=status, headers=headers)]
    await client.send(*events, h11.Data(data=body), h11.EndOfMessage())
