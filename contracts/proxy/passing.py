"""One request that passes: sent on as it comes, with its answer brought back."""

import asyncio
from contextlib import suppress
from time import time

import h11

from contracts.proxy.answering import Answering, FindBreaches, LeftError
from contracts.proxy.fallback import Fallback
from contracts.proxy.messages import Pairs, onward, spelt
from contracts.proxy.passed import Passed
from contracts.proxy.upstream import Upstream
from contracts.proxy.wire import ClosedError, End, Event

__all__ = ["MistakeError", "Passing"]


class MistakeError(Exception):
    """The request cannot be passed on as it is."""


class Passing:
    """Passes one request on; see ``Answering`` for what comes back.

    ``passed`` is what was noted of both.
    """

    def __init__(
        self,
        client: End,
        upstream: Upstream,
        request: h11.Request,
        judge: FindBreaches,
        fallback: Fallback | None = None,
        *,
        timeout: float,
        marks: bool,
    ) -> None:
        self._client, self._upstream, self._fallback = client, upstream, fallback
        self._request, self._timeout = request, timeout
        pairs: Pairs = request.headers.raw_items()
        self.passed = Passed(request.method.decode(), bytes(request.target), pairs, time())
        self._answering = Answering(
            client, self.passed, judge, self._instead, timeout=timeout, marks=marks
        )
        self._body_taken = False
        self._end: Event = None  # of the request, once it has come

    @property
    def begun(self) -> bool:
        """Whether the client has been sent something of the answer."""
        return self._answering.begun

    async def run(self) -> None:
        """Pass it on.

        Raises:
            ClosedError: the upstream gives no answer; ``LateError`` where it is too slow.
            LeftError: the client has gone away.
            MistakeError: it cannot be passed on.
            UpgradedError: it was no longer HTTP, and is over.
        """
        onwards = self._onwards()
        try:
            up, used = await self._upstream.connection()
            up = await self._ask(up, used, onwards)
        except ClosedError as error:
            self.passed.received, self.passed.detail = time(), str(error)
            if self.begun or not await self._stands_in():
                raise
            return
        except LeftError as error:
            self.passed.received, self.passed.detail = time(), f"the client left: {error}"
            raise
        self._upstream.give_back(up)

    def _onwards(self) -> h11.Request:
        pairs = self.passed.headers
        upgrade = any(name.lower() == b"upgrade" for name, _ in pairs)
        try:
            return h11.Request(
                method=self._request.method,
                target=_target(self._upstream.prefix, self.passed.raw),
                headers=onward(pairs, host=self._upstream.host, upgrade=upgrade),
            )
        except h11.LocalProtocolError as error:
            raise MistakeError(str(error)) from None

    async def _instead(self) -> bool:
        """Let the fallback answer what the upstream does not offer; return whether it did."""
        lacking = self._fallback is not None and self._fallback.is_lacking(self.passed)
        return lacking and self._end is not None and await self._stands_in()

    async def _stands_in(self) -> bool:
        """Let the fallback answer, where it can; return whether it did."""
        if self._fallback is None or not self._fallback.is_for(self.passed) or not self.passed.kept:
            return False
        while self._end is None:
            await self._take()
        try:
            async with asyncio.timeout(self._timeout):
                events = await self._fallback.answer(self.passed)
        except (ClosedError, TimeoutError):
            return False  # what the upstream said, or that it said nothing, stands
        await self._answering.send(*events)
        return True

    async def _ask(self, up: End, used: bool, onwards: h11.Request) -> End:
        """Send the request and pass its answer back; return the connection that it came over."""
        while True:
            pump = await self._begin(up, onwards)
            try:
                await self._answering.run(up)
                await self._finish(pump)
                return up
            except ClosedError:
                up.close()
                if pump and pump.done() and isinstance(pump.exception(), LeftError):
                    await pump
                # A connection that was kept may have been closed meanwhile, with nothing read. What
                # may change something is never sent twice.
                may = onwards.method in (b"GET", b"HEAD") and not self._body_taken
                if not used or up.begun or self.begun or not may:
                    raise
                self.passed.detail = "asked again: the upstream had closed a connection"
                up, used = await self._upstream.connection(fresh=True)
            except BaseException:
                up.close()
                raise
            finally:
                if pump:
                    pump.cancel()

    async def _begin(self, up: End, onwards: h11.Request) -> asyncio.Task[None] | None:
        """Send the request; return what sends its body while the answer may come already."""
        if self._end is None and not self._has_body:
            await self._take()
        if self._end is None:
            return asyncio.create_task(self._pump(up, onwards))
        with suppress(ClosedError):  # reading the answer tells of it, as where a task sends
            await up.send(onwards, self._end)
        return None

    @property
    def _has_body(self) -> bool:
        names = {name.lower() for name, _ in self.passed.headers}
        return b"content-length" in names or b"transfer-encoding" in names

    async def _finish(self, pump: asyncio.Task[None] | None) -> None:
        """Wait for the rest of a request, which may go on when the answer is there already."""
        if pump:
            async with asyncio.timeout(self._timeout):
                await pump

    async def _pump(self, up: End, onwards: h11.Request) -> None:
        """Send the request, and its body as it comes."""
        await up.send(onwards)
        try:
            while self._end is None:
                event = await self._take()
                if isinstance(event, h11.Data):
                    await up.send(event)
        except LeftError:
            up.close()  # nobody waits for its answer
            raise
        await up.send(self._end)

    async def _take(self) -> Event:
        """Take the next part of the request."""
        try:
            event = await self._client.next()
        except ClosedError as error:
            raise LeftError(str(error)) from None
        if isinstance(event, h11.Data):
            self._body_taken = True
            self.passed.keep(self.passed.content, bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            self._end = spelt(event)
        else:
            raise LeftError("the client went away")
        return event


def _target(prefix: bytes, target: bytes) -> bytes:
    """Return what is asked of the upstream: a path below its own, whichever form it had."""
    if target == b"*":
        return target
    if not target.startswith(b"/"):  # absolute, as for a proxy that clients know of
        _, _, rest = target.partition(b"://")
        target = b"/" + rest.partition(b"/")[2]
    return prefix + target
