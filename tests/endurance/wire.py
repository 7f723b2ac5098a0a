"""HTTP/1.1 over plain sockets, for requests that no decent client would send."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass

__all__ = ["PATH", "Answer", "Connection", "exchange", "get"]

PATH = b"/v2/api/active-calls/"
_PATIENCE_SECONDS = 30.0  # beyond any answer that is not held back on request
_LARGEST_HEAD = 1 << 20


def get(target: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
    """Return the bytes of a request, with a workspace and further header lines."""
    lines = [b"%s %s HTTP/1.1" % (method, target), b"host: mock", b"x-workspace-id: ws", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """A response as it stood on the wire; header names in lower case."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: bytes) -> bytes | None:
        """Return the first value of a header, or None."""
        return next((value for key, value in self.headers if key == name), None)


async def _read(reader: asyncio.StreamReader, bodiless: bool) -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].split(b"\r\n")
    status = int(first.split(b" ", 2)[1])
    pairs = (line.partition(b":") for line in lines)
    headers = tuple((name.lower(), value.strip()) for name, _, value in pairs)
    answer = Answer(status, headers, b"")
    if bodiless or status == 204:
        return answer
    if answer.header(b"transfer-encoding") == b"chunked":
        return Answer(status, headers, await _read_chunks(reader))
    length = int(answer.header(b"content-length") or 0)
    return Answer(status, headers, await reader.readexactly(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body


class Connection:
    """One connection, for any number of requests; ``async with`` opens and closes it.

    ``buffer`` is how many bytes the system takes in before somebody reads them.
    """

    def __init__(self, port: int, buffer: int | None = None) -> None:
        self._port = port
        self._socket = socket.socket()
        self._socket.setblocking(False)
        if buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)

    async def __aenter__(self) -> "Connection":
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await loop.sock_connect(self._socket, ("127.0.0.1", self._port))
            self.reader, self.writer = await asyncio.open_connection(
                sock=self._socket, limit=_LARGEST_HEAD
            )
        except BaseException:
            self._socket.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()
        # The transport lets go of its socket in the next round of the loop.
        with suppress(OSError):
            await self.writer.wait_closed()

    async def ask(self, request: bytes, patience: float = _PATIENCE_SECONDS) -> Answer:
        """Send a request and return its answer.

        Raises:
            TimeoutError: it did not come within ``patience`` seconds.
            OSError, asyncio.IncompleteReadError: the connection closed before its end.
        """
        self.writer.write(request)
        async with asyncio.timeout(patience):
            return await _read(self.reader, request.startswith(b"HEAD "))

    def reset(self) -> None:
        """Drop the connection without a farewell."""
        self.writer.transport.abort()


async def exchange(port: int, request: bytes, patience: float = 1.0) -> bytes:
    """Send bytes that need not be a request; return everything that comes back.

    Where nothing has come for ``patience`` seconds the sending side is closed, as a client does
    that has given up; the server must then close its own.

    Raises:
        TimeoutError: it did not.
    """
    async with Connection(port) as connection:
        reader, writer = connection.reader, connection.writer
        received = b""
        with suppress(ConnectionError):  # refused in the middle of what is being sent
            writer.write(request)
            with suppress(TimeoutError):
                while chunk := await _some(reader, patience):
                    received += chunk
                return received
            writer.write_eof()
            while chunk := await _some(reader, _PATIENCE_SECONDS):
                received += chunk
        return received


async def _some(reader: asyncio.StreamReader, patience: float) -> bytes:
    async with asyncio.timeout(patience):
        return await reader.read(1 << 16)
