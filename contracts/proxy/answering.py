"""The answer to one request: passed back as it comes, and judged once it is whole."""

import asyncio
from collections.abc import Awaitable, Callable
from time import time

import h11

from contracts.proxy.messages import BREACH, onward, spelt
from contracts.proxy.passed import Passed
from contracts.proxy.upstream import LateError
from contracts.proxy.wire import ClosedError, End, Event, relay

__all__ = ["Answering", "FindBreaches", "LeftError", "UpgradedError"]

_HELD = 1024 * 1024  # bytes of an answer that wait for its end
_HELD_SECONDS = 0.25

FindBreaches = Callable[[Passed], Awaitable[list[str]]]
"""Is given what can be judged, and returns the clauses that it breaks."""


class LeftError(Exception):
    """The client has gone away, which says nothing of the upstream."""


class UpgradedError(Exception):
    """The connection spoke another protocol, and is over."""


class Answering:
    """Passes one answer back to ``client``.

    ``judge`` is given what the upstream has said, once that is whole or has broken off. ``instead``
    is asked before an answer that is whole is sent, and returns whether another one was. ``marks``
    says whether answers carry what they break. ``timeout`` is in seconds.
    """

    def __init__(
        self,
        client: End,
        passed: Passed,
        judge: FindBreaches,
        instead: Callable[[], Awaitable[bool]],
        *,
        timeout: float,
        marks: bool,
    ) -> None:
        self._client, self._passed, self._judge, self._instead = client, passed, judge, instead
        self._timeout, self._marks = timeout, marks
        self.begun = False  # whether the client has been sent something

    async def run(self, up: End) -> None:
        """Pass on what comes, to the end of the answer.

        Raises:
            ClosedError: the upstream has broken off; ``LateError`` where it is too slow.
            LeftError: the client has gone away.
            UpgradedError: it was no longer HTTP, and is over.
        """
        while True:
            event = await self._next(up)
            if isinstance(event, h11.InformationalResponse):
                await self._inform(up, event)
            elif isinstance(event, h11.Response):
                await self._respond(up, event)
                return
            else:
                raise ClosedError("the connection was closed without an answer")

    async def send(self, *events: Event) -> None:
        """Send something of an answer to the client."""
        self.begun = True
        try:
            await self._client.send(*events, seconds=self._timeout)
        except (ClosedError, TimeoutError) as error:
            raise LeftError(str(error)) from None

    async def _next(self, up: End) -> Event:
        try:
            async with asyncio.timeout(self._timeout):
                return await up.next()
        except TimeoutError:
            raise LateError(f"nothing came for {self._timeout:g} s") from None

    async def _inform(self, up: End, event: h11.InformationalResponse) -> None:
        """Pass on what comes before the answer; behind 101, whatever is said."""
        switches = event.status_code == 101
        headers = onward(event.headers.raw_items(), upgrade=switches)
        status, reason = event.status_code, event.reason
        await self.send(
            h11.InformationalResponse(status_code=status, headers=headers, reason=reason)
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
        passed = self._passed
        passed.status, passed.answer_headers = head.status_code, head.headers.raw_items()
        if passed.asked is None:
            await self.send(self._head(head))
            await self._stream(up)
            return
        held = await self._held(up)
        if passed.fault:
            await self._judged()
            await self.send(self._head(head), *held)
            raise ClosedError(passed.detail)
        if not (held and isinstance(held[-1], h11.EndOfMessage)):
            await self.send(self._head(head), *held)
            await self._stream(up)
            await self._judged()
        elif not await self._instead():
            await self._judged()
            await self.send(self._head(head), *held)

    async def _held(self, up: End) -> list[Event]:
        """Return the whole body, or its beginning where more comes late, or very much."""
        held: list[Event] = []
        try:
            async with asyncio.timeout(_HELD_SECONDS):
                while len(self._passed.body) < _HELD:
                    held.append(self._kept(await up.next()))
                    if isinstance(held[-1], h11.EndOfMessage):
                        break
        except TimeoutError:
            pass
        except ClosedError as error:
            self._break_off(error)
        return held

    async def _stream(self, up: End) -> None:
        """Pass the rest of an answer on as it comes."""
        event: Event = None
        while not isinstance(event, h11.EndOfMessage):
            try:
                event = self._kept(await self._next(up))
            except ClosedError as error:
                self._break_off(error)
                await self._judged()
                raise
            await self.send(event)
        self._passed.received = time()

    def _kept(self, event: Event) -> Event:
        """Keep a part of the body, and return the event as it goes on."""
        if isinstance(event, h11.Data):
            self._passed.keep(self._passed.body, bytes(event.data))
        self._passed.whole = isinstance(event, h11.EndOfMessage)
        return spelt(event)

    def _break_off(self, error: Exception) -> None:
        """Note that the upstream did not bring an answer to its end."""
        self._passed.fault, self._passed.detail = "incomplete", f"it broke off: {error}"

    async def _judged(self) -> None:
        self._passed.received = time()
        if self._passed.asked is not None:
            self._passed.broken = await self._judge(self._passed)

    def _head(self, head: h11.Response) -> h11.Response:
        headers = onward(head.headers.raw_items())
        if self._marks:
            headers += [(BREACH, one.encode()) for one in self._passed.broken]
        return h11.Response(status_code=head.status_code, headers=headers, reason=head.reason)


async def _until_closed(one: End, other: End) -> None:
    await relay(one, other)
    raise ClosedError("one side is done")
