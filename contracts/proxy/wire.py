"""One end of an HTTP/1.1 connection: h11 on the streams of asyncio."""

import asyncio
from typing import Any

import h11

__all__ = ["ClosedError", "End", "Event", "relay"]

_HEAD_BYTES = 64 * 1024
"""So long the head of a message may be."""
_READ = 64 * 1024

Event = Any
"""An event of h11, each of a class of its own."""


class ClosedError(Exception):
    """The other side is gone, or does not speak HTTP; the text says which."""


class End:
    """Reads and writes the events of one connection; ``role`` is what we are on it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        role: type[h11.CLIENT] | type[h11.SERVER],
    ) -> None:
        self.http = h11.Connection(role, max_incomplete_event_size=_HEAD_BYTES)
        self.reader, self._writer = reader, writer
        self.begun = False  # whether a byte of what is awaited has come
        self._bodiless = False  # whether the answer has no body, whatever its length says

    async def next(self) -> Event:
        """Return the next event; h11's ConnectionClosed where the other side is done.

        Raises:
            ClosedError: it went away in the middle, or what came is no HTTP.
        """
        while True:
            try:
                event = self.http.next_event()
                if event is not h11.NEED_DATA:
                    if isinstance(event, h11.Request):
                        self._bodiless = event.method == b"HEAD"
                    return event
                data = await self.reader.read(_READ)
                self.begun = self.begun or bool(data)
                self.http.receive_data(data)
            except h11.RemoteProtocolError as error:
                raise ClosedError(str(error)) from None
            except (OSError, EOFError) as error:
                raise ClosedError(str(error) or type(error).__name__) from None

    async def send(self, *events: Event, seconds: float | None = None) -> None:
        """Send events, and wait until the other side keeps up, for so many ``seconds``.

        Raises:
            TimeoutError: it does not.
            ClosedError: it has gone away, or they are not allowed now.
        """
        try:
            if self._writer.is_closing():
                raise ClosedError("the connection is closed")
            sent = (one for one in events if not (self._bodiless and isinstance(one, h11.Data)))
            data = b"".join(self.http.send(event) or b"" for event in sent)
            if data:
                self._writer.write(data)
                if self._writer.transport.get_write_buffer_size():  # else there is no need to wait
                    async with asyncio.timeout(seconds):
                        await self._writer.drain()
        except h11.LocalProtocolError as error:
            raise ClosedError(str(error)) from None
        except (OSError, RuntimeError) as error:  # uvloop raises the latter once it is closed
            raise ClosedError(str(error) or type(error).__name__) from None

    async def write(self, data: bytes) -> None:
        """Send bytes as they are, once the connection speaks something else."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except (OSError, RuntimeError) as error:
            raise ClosedError(str(error)) from None

    def reuse(self) -> bool:
        """Make ready for the next message; return whether there can be one."""
        self.begun = False
        if self.http.our_state is h11.DONE and self.http.their_state is h11.DONE:
            self.http.start_next_cycle()
            return True
        return False

    @property
    def trailing(self) -> bytes:
        """What came after the end of the message."""
        return self.http.trailing_data[0]

    @property
    def is_closing(self) -> bool:
        """Whether the connection is, or is about to be, closed."""
        return self._writer.is_closing() or self.reader.at_eof()

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


async def relay(one: End, other: End) -> None:
    """Pass bytes from one end to the other until the one is done."""
    while data := await one.reader.read(_READ):
        await other.write(data)
