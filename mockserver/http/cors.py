"""CORS for any origin: every response may be read by a page from anywhere.

Starlette's middleware sends back the names of the headers that a preflight asks for. This one
answers with constants only, and stands outside the error handling, so that errors can be read too.

The mock's own paths are left out: what a developer's application has been asking is not for every
page that happens to be open in the same browser.
"""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.http.delivery import deliver
from mockserver.http.own import is_private
from mockserver.http.responses import Response

__all__ = ["Cors", "shared_headers"]

_EXPOSED = b"Preference-Applied, Retry-After, Allow"
_ON_EVERY_RESPONSE = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
)
# The star does not cover Authorization.
_ON_PREFLIGHT = (
    (b"access-control-allow-methods", b"*"),
    (b"access-control-allow-headers", b"*, Authorization"),
    (b"access-control-max-age", b"600"),
)


def shared_headers(path: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that are added to every response at ``path``."""
    return () if is_private(path) else _ON_EVERY_RESPONSE


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
                message["headers"] = [*message["headers"], *_ON_EVERY_RESPONSE]
            return send(message)

        if scope["method"] == "OPTIONS" and _is_preflight(scope):
            preflight = Response(204, b"", headers=_ON_PREFLIGHT)
            return deliver(preflight, scope, receive, sharing_send)
        return self._app(scope, receive, sharing_send)


def _is_preflight(scope: Scope) -> bool:
    return any(name == b"access-control-request-method" for name, _ in scope["headers"])
