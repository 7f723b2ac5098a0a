"""A response as plain data, and its delivery."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

import orjson
from starlette.types import Receive, Scope, Send

from mockserver.journal.journal import ARRIVAL, BODILESS

__all__ = ["JSON", "Headers", "Response", "deliver", "json_response", "sent_headers"]

Headers = tuple[tuple[bytes, bytes], ...]

JSON = b"application/json"
_NO_CONTENT = int(HTTPStatus.NO_CONTENT)
_NOT_STORED = (b"cache-control", b"no-store")


class Response(NamedTuple):
    """An answer to one request; a tuple, because that is made faster than any other record.

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
        return self._replace(headers=(*self.headers, *headers))


def json_response(status: int, content: object, headers: Headers = ()) -> Response:
    """Return a response with ``content`` as JSON."""
    return Response(status, orjson.dumps(content), headers=headers)


async def _client_leaves(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _leaves_within(seconds: float, receive: Receive) -> bool:
    """Wait so many seconds, or until the client has left; return whether it has."""
    if not seconds:
        return False
    with suppress(TimeoutError):
        await asyncio.wait_for(_client_leaves(receive), seconds)
        return True
    return False


def sent_headers(response: Response) -> list[tuple[bytes, bytes]]:
    """Return the headers that ``response`` is sent with."""
    length = len(response.body) + response.missing_bytes
    content = ((b"content-type", response.media_type), (b"content-length", b"%d" % length))
    return [
        *(content if response.status != _NO_CONTENT else ()),
        _NOT_STORED,
        *response.headers,
    ]


async def deliver(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send ``response``, after its wait; a client that leaves meanwhile ends the wait."""
    arrival = scope.get(ARRIVAL)
    noted = None
    if response.wait_seconds or scope["method"] not in BODILESS:
        if arrival is not None:
            noted = await arrival[0].note(scope, arrival[1], receive)
        if await _leaves_within(response.wait_seconds, receive):
            if arrival is not None:
                arrival[0].keep(scope, arrival[1], None, noted)
            return
    headers = sent_headers(response)
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    # A body that is not finished when the application is makes the server close the connection.
    unfinished = bool(response.missing_bytes) and scope["method"] != "HEAD"
    await send({"type": "http.response.body", "body": response.body, "more_body": unfinished})
    if arrival is None:
        return
    journal, began = arrival
    if response.moment is not None and noted is None:
        journal.keep_call(scope, began, response.moment, response.headers)
    else:
        journal.keep(scope, began, response, noted)
