"""The console's files, as they are shipped: read once, served with a strict policy."""

from collections.abc import Mapping
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from .responses import Headers, Response, deliver

__all__ = ["ConsolePages"]

_MEDIA_TYPES = {
    "css": b"text/css; charset=utf-8",
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}
# Nothing inline, nothing from elsewhere: what a client or a scenario brings cannot run.
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    b"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Headers = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def _pages() -> Mapping[str, Response]:
    folder = files(__package__).joinpath("console")
    pages = {
        f"/console/{file.name}": Response(
            200, file.read_bytes(), _MEDIA_TYPES[file.name.rpartition(".")[2]], _HEADERS
        )
        for file in folder.iterdir()
        if file.name.rpartition(".")[2] in _MEDIA_TYPES
    }
    return {"/": pages.pop("/console/index.html"), **pages}


class ConsolePages:
    """Serves the console at ``/`` and ``/console/``, and leaves the rest to ``app``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._pages = app, _pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        page = self._pages.get(scope["path"])
        if page is None:
            await self._app(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await deliver(page, scope, receive, send)
        else:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
