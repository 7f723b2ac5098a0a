"""A response as plain data, and its delivery."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus

import orjson
from starlette.types import Message, Receive, Scope, Send

__all__ = ["EXCHANGE", "JSON", "Headers", "Response", "deliver", "json_response"]

Headers = tuple[tuple[bytes, bytes], ...]

EXCHANGE = "active-calls.exchange"
"""Where the journal leaves its entry in the scope, if there is a journal."""

JSON = b"application/json"
_NOT_STORED = (b"cache-control", b"no-store")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to one request.

    ``wait_seconds`` is how long it is held back. ``missing_bytes`` is by how much the body falls
    short of the Content-Length that is announced; the connection closes after it. ``moment`` is the
    reading of the mock's clock that a call's body shows, in UTC Unix seconds, and None for others.
    """

    status: int
    body: bytes
    media_type: bytes = JSON
    headers: Headers = ()
    wait_seconds: float = 0.0
    missing_bytes: int = 0
    moment: float | None = None

    def with_headers(self, *headers: tuple[bytes, bytes]) -> "Response":
        """Return the response with ``headers`` added."""
        return replace(self, headers=(*self.headers, *headers))


def json_response(status: int, content: object, headers: Headers = ()) -> Response:
    """Return a response with ``content`` as JSON."""
    return Response(status, orjson.dumps(content), headers=headers)


async def _client_leaves(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def deliver(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send ``response``, after its wait; a client that leaves meanwhile ends the wait."""
    if response.wait_seconds:
        with suppress(TimeoutError):
            await asyncio.wait_for(_client_leaves(receive), response.wait_seconds)
            return
    length = len(response.body) + response.missing_bytes
    content = ((b"content-type", response.media_type), (b"content-length", b"%d" % length))
    headers = [
        *(content if response.status != HTTPStatus.NO_CONTENT else ()),
        _NOT_STORED,
        *response.headers,
    ]
    start: Message = {
        "type": "http.response.start", "status": response.status, "headers": headers
    }  # fmt: skip
    exchange = scope.get(EXCHANGE)
    if exchange is not None:
        exchange.answer(start, response)
    await send(start)
    # A body that is not finished when the application is makes the server close the connection.
    unfinished = bool(response.missing_bytes) and scope["method"] != "HEAD"
    await send({"type": "http.response.body", "body": response.body, "more_body": unfinished})
