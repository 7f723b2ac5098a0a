"""CORS for any origin: every response may be read by a page from anywhere.

A page that sends credentials may read only what names its origin, and the star stands for nothing
then. So a request with an ``Origin`` is answered with that, and a preflight with the names of the
headers that it asks for, each only where it has the form of one. All of it stands outside the error
handling, so that errors can be read too.

The mock's own paths are left out: what a developer's application has been asking is not for every
page that happens to be open in the same browser.
"""

import re
from collections.abc import Awaitable, Mapping
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.http.delivery import deliver
from mockserver.http.headers import FIELDS, RawHeaders, header_fields
from mockserver.http.own import is_private
from mockserver.http.responses import Headers, Response

__all__ = ["Cors", "shared_headers"]

_ORIGIN = re.compile(rb"null|[a-zA-Z][a-zA-Z0-9+.-]*://[a-zA-Z0-9._~:\[\]-]+")
_LONGEST_ORIGIN = 300
_NAME = re.compile(rb"[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,100}")
_MOST_NAMES = 100
_EXPOSED = (b"access-control-expose-headers", b"Preference-Applied, Retry-After, Allow")
_FOR_ANYBODY = ((b"access-control-allow-origin", b"*"), _EXPOSED)
_MAX_AGE = (b"access-control-max-age", b"600")
_METHODS = (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")


def _for_request(fields: Mapping[bytes, bytes]) -> Headers:
    origin = fields.get(b"origin")
    # What is longer is no page's, and would only fill the memory.
    if origin is None or len(origin) > _LONGEST_ORIGIN:
        return _FOR_ANYBODY
    return _for_origin(origin)


@lru_cache(64)  # few pages use one mock
def _for_origin(origin: bytes) -> Headers:
    if not _ORIGIN.fullmatch(origin):
        return _FOR_ANYBODY
    return (
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
        _EXPOSED,
    )


def shared_headers(path: bytes, headers: RawHeaders) -> Headers:
    """Return what is added to the response to a request at ``path`` with ``headers``."""
    return () if is_private(path) else _for_request(header_fields(headers))


class Cors:
    """Adds the CORS headers, and answers preflight requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle one request."""
        if is_private(scope["raw_path"]):
            return self._app(scope, receive, send)

        def sharing_send(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                # Where routing has not come to it, nothing has looked at the headers yet.
                fields = scope.get(FIELDS) or header_fields(scope["headers"])
                message["headers"] = [*message["headers"], *_for_request(fields)]
            return send(message)

        if scope["method"] == "OPTIONS":
            fields = header_fields(scope["headers"])
            if b"access-control-request-method" in fields:
                asked = fields.get(b"access-control-request-headers", b"")
                return deliver(_preflight(asked), scope, receive, sharing_send)
        return self._app(scope, receive, sharing_send)


def _preflight(asked: bytes) -> Response:
    """Return the answer to a preflight that asks for headers, as a list of their names."""
    names = [name.strip() for name in asked.split(b",", _MOST_NAMES)[:_MOST_NAMES]]
    allowed = b", ".join(filter(_NAME.fullmatch, names))
    headers = ((b"access-control-allow-headers", allowed),) if allowed else ()
    return Response(204, b"", headers=(_METHODS, *headers, _MAX_AGE))
