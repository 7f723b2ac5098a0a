"""One request that passes, with its answer: sent on as it comes, and noted for the judge."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import time
from typing import Protocol

import h11

from contracts.proxy.messages import BREACH, Pairs, onward
from contracts.proxy.passed import Passed
from contracts.proxy.upstream import LateError, Upstream
from contracts.proxy.wire import ClosedError, End, Event, relay

__all__ = ["Judge", "MistakeError", "Passing", "Stand", "UpgradedError"]

_HELD = 1024 * 1024  # bytes of an answer that wait for its end
_HELD_SECONDS = 0.25


class MistakeError(Exception):
    """The request cannot be passed on as it is."""


class UpgradedError(Exception):
    """The connection spoke another protocol, and is over."""


Judge = Callable[[Passed], Awaitable[list[str]]]


class Stand(Protocol):
    """Who answers in the upstream's place; see ``fallback.py``."""

    def is_for(self, passed: Passed) -> bool:
        """Return whether it would answer a request at all."""

    def is_lacking(self, passed: Passed) -> bool:
        """Return whether the upstream's answer says that it does not have the operation."""

    async def answer(self, passed: Passed) -> Sequence[Event]:
        """Return its answer."""


class Passing:
    """Passes one request on, and its answer back.

    ``judge`` is given what can be judged, once it is whole, and returns the clauses that it
    breaks. ``marks`` says whether the answer may carry them.
    """

    def __init__(
        self,
        client: End,
        upstream: Upstream,
        judge: Judge,
        stand: Stand | None = None,
        *,
        timeout: float,
        marks: bool,
    ) -> None:
        self._client, self._upstream, self._judge = client, upstream, judge
        self._stand = stand
        self._timeout, self._marks = timeout, marks
        self._begun = False
        self._body_taken = False
        self._end: Event = None  # of the request, once it has come

    @property
    def begun(self) -> bool:
        """Whether the client has been sent something of the answer."""
        return self._begun

    async def run(self, request: h11.Request) -> Passed:
        """Pass it on.

        Raises:
            ClosedError: one side has gone away; ``LateError`` where the upstream is too slow.
            MistakeError: it cannot be passed on.
            UpgradedError: it was no longer HTTP, and is over.
        """
        pairs: Pairs = request.headers.raw_items()
        upgrade = any(name.lower() == b"upgrade" for name, _ in pairs)
        self.passed = Passed(request.method.decode(), bytes(request.target), pairs, time())
        try:
            onwards = h11.Request(
                method=request.method,
                target=_target(self._upstream.prefix, bytes(request.target)),
                headers=onward(pairs, host=self._upstream.host, upgrade=upgrade),
            )
        except h11.LocalProtocolError as error:
            raise MistakeError(str(error)) from None
        try:
            up, used = await self._upstream.connection()
            up = await self._ask(up, used, onwards)
        except ClosedError as error:
            self.passed.received, self.passed.detail = time(), str(error)
            if self._begun or not await self._stands_in():
                raise
            return self.passed
        self._upstream.give_back(up)
        return self.passed

    async def _stands_in(self) -> bool:
        """Let the fallback answer, where it can; return whether it did."""
        if self._stand is None or not self._stand.is_for(self.passed) or not self.passed.kept:
            return False
        while self._end is None:
            await self._take()
        await self._send(*await self._stand.answer(self.passed))
        return True

    async def _ask(self, up: End, used: bool, onwards: h11.Request) -> End:
        """Send the request and pass its answer back; return the connection that it came over."""
        while True:
            pump = await self._begin(up, onwards)
            try:
                await self._answer(up)
                if pump:
                    await self._finish(pump)
                return up
            except ClosedError:
                up.close()
                # A connection that was kept may have been closed meanwhile, with nothing read. What
                # may change something is never sent twice.
                may = onwards.method in (b"GET", b"HEAD") and not self._body_taken
                if not used or up.begun or self._begun or not may:
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

    async def _finish(self, pump: asyncio.Task[None]) -> None:
        """Wait for the rest of a request, which may go on when the answer is there already."""
        async with asyncio.timeout(self._timeout):
            await pump

    async def _pump(self, up: End, onwards: h11.Request) -> None:
        """Send the request, and its body as it comes."""
        await up.send(onwards)
        while self._end is None:
            event = await self._take()
            if isinstance(event, h11.Data):
                await up.send(event)
        await up.send(self._end)

    async def _take(self) -> Event:
        """Take the next part of the request."""
        event = await self._client.next()
        if isinstance(event, h11.Data):
            self._body_taken = True
            self.passed.keep(self.passed.content, bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            self._end = _spelt(event)
        else:
            raise ClosedError("the client went away")
        return event

    async def _answer(self, up: End) -> None:
        while True:
            event = await self._next(up)
            if isinstance(event, h11.InformationalResponse):
                await self._inform(up, event)
            elif isinstance(event, h11.Response):
                await self._respond(up, event)
                return
            else:
                raise ClosedError("the connection was closed without an answer")

    async def _next(self, up: End) -> Event:
        try:
            async with asyncio.timeout(self._timeout):
                return await up.next()
        except TimeoutError:
            raise LateError(f"nothing came for {self._timeout:g} s") from None

    async def _inform(self, up: End, event: h11.InformationalResponse) -> None:
        """Pass on what comes before the answer; behind 101, whatever is said."""
        self._begun = True
        switches = event.status_code == 101
        await self._client.send(
            h11.InformationalResponse(
                status_code=event.status_code,
                headers=onward(event.headers.raw_items(), upgrade=switches),
                reason=event.reason,
            )
        )
        if not switches:
            return
        await self._client.write(up.trailing)
        await up.write(self._client.trailing)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_until_closed(self._client, up))
                both.create_task(_until_closed(up, self._client))
        except* (ClosedError, OSError):
            pass
        raise UpgradedError

    async def _respond(self, up: End, head: h11.Response) -> None:
        passed = self.passed
        passed.status, passed.reason = head.status_code, bytes(head.reason)
        passed.answer_headers = head.headers.raw_items()
        asked = passed.asked
        held = await self._held(up) if asked is not None else []
        if passed.fault:
            await self._send(self._head(head, await self._judged()), *held)
            raise ClosedError(passed.detail)
        if asked is not None and held and isinstance(held[-1], h11.EndOfMessage):
            lacking = self._stand is not None and self._stand.is_lacking(passed)
            if lacking and self._end is not None and await self._stands_in():
                return
            broken = await self._judged()
            await self._send(self._head(head, broken), *held)
            return
        await self._send(self._head(head, []), *held)
        try:
            await self._stream(up)
        except ClosedError as error:
            self._break_off(error)
            raise
        finally:
            passed.received = time()
            if asked is not None:
                await self._judged()

    async def _stream(self, up: End) -> None:
        """Pass the rest of an answer on as it comes."""
        while True:
            event = await self._next(up)
            if isinstance(event, h11.Data):
                self.passed.keep(self.passed.body, bytes(event.data))
            await self._send(_spelt(event))
            if isinstance(event, h11.EndOfMessage):
                return

    def _break_off(self, error: Exception) -> None:
        """Note that an answer did not come to its end."""
        self.passed.fault, self.passed.detail = "incomplete", f"it broke off: {error}"

    async def _judged(self) -> list[str]:
        self.passed.received = time()
        self.passed.broken = await self._judge(self.passed)
        return self.passed.broken

    async def _held(self, up: End) -> list[Event]:
        """Return the whole body, or its beginning where more comes late, or very much."""
        held: list[Event] = []
        try:
            async with asyncio.timeout(_HELD_SECONDS):
                while len(self.passed.body) < _HELD:
                    event = await up.next()
                    if isinstance(event, h11.Data):
                        self.passed.keep(self.passed.body, bytes(event.data))
                    held.append(_spelt(event))
                    if isinstance(event, h11.EndOfMessage):
                        break
        except TimeoutError:
            pass
        except ClosedError as error:
            self._break_off(error)
        return held

    def _head(self, head: h11.Response, broken: list[str]) -> h11.Response:
        marked = broken if self._marks else []
        headers = onward(head.headers.raw_items())
        headers += [(BREACH, one.encode()) for one in marked]
        return h11.Response(status_code=head.status_code, headers=headers, reason=head.reason)

    async def _send(self, *events: Event) -> None:
        self._begun = True
        await self._client.send(*events, seconds=self._timeout)


def _target(prefix: bytes, target: bytes) -> bytes:
    """Return what is asked of the upstream: a path below its own, whichever form it had."""
    if target == b"*":
        return target
    if not target.startswith(b"/"):  # absolute, as for a proxy that clients know of
        _, _, rest = target.partition(b"://")
        target = b"/" + rest.partition(b"/")[2]
    return prefix + target


async def _until_closed(one: End, other: End) -> None:
    await relay(one, other)
    raise ClosedError("one side is done")


def _spelt(event: Event) -> Event:
    """Return an event with its trailers spelt as they came."""
    if isinstance(event, h11.EndOfMessage):
        return h11.EndOfMessage(headers=event.headers.raw_items())
    return event
