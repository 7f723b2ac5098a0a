"""The body of a request: as much of it as the mock reads."""

import asyncio
from contextlib import suppress
from typing import NamedTuple

from starlette.types import Receive, Scope

__all__ = ["BODILESS", "BODY", "RequestBody", "TooLargeError", "beginning", "whole"]

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods of requests that have no body, or none that matters."""
BODY = "active-calls.body"
"""Where a request's scope has its ``RequestBody``, once it was read."""

_MOST_KEPT = 8 * 1024
_PATIENCE_SECONDS = 1.0


class TooLargeError(ValueError):
    """A body is larger than what the mock reads."""


class RequestBody(NamedTuple):
    """The beginning of a body that was ``size`` bytes long, as far as it was read."""

    kept: bytes
    size: int


async def beginning(scope: Scope, receive: Receive) -> RequestBody:
    """Read the beginning of a body that nobody else reads."""
    if scope["method"] in BODILESS:
        return RequestBody(b"", 0)
    body = bytearray()
    with suppress(TimeoutError):  # a client may take its time over the rest
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await _read(body, receive, _MOST_KEPT)
    return RequestBody(bytes(body[:_MOST_KEPT]), len(body))


async def whole(scope: Scope, receive: Receive, most: int) -> bytes:
    """Read a body to its end, and leave what is worth keeping of it in the scope.

    Raises:
        TooLargeError: it is longer than ``most`` bytes.
    """
    body = bytearray()
    await _read(body, receive, most)
    scope[BODY] = RequestBody(bytes(body[:_MOST_KEPT]), len(body))
    if len(body) > most:
        raise TooLargeError
    return bytes(body)


async def _read(body: bytearray, receive: Receive, most: int) -> None:
    more = True
    while more and len(body) <= most:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
