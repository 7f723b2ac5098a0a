"""What is served as it is: the contract, the console with a strict policy, the player's modules."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import orjson
import yaml
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.http.delivery import deliver
from mockserver.http.responses import Headers, Response
from openapi import CONTRACT, load_contract

__all__ = ["Pages", "console_pages", "contract_pages", "player_pages"]

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


def contract_pages(contract: Mapping[str, Any]) -> dict[str, Response]:
    """Return the contract in both forms: word for word, if it is the one that is shipped."""
    unchanged = contract == load_contract()
    text = (
        CONTRACT.read_bytes() if unchanged else yaml.safe_dump(contract, sort_keys=False).encode()
    )
    return {
        "/openapi.json": Response(200, orjson.dumps(contract)),
        "/openapi.yaml": Response(200, text, b"application/yaml"),
    }


def console_pages() -> dict[str, Response]:
    """Return the console's files, read once."""
    pages = _folder("console", *_MEDIA_TYPES)
    return {"/": pages.pop("/console/index.html"), **pages}


def player_pages() -> dict[str, Response]:
    """Return the modules that play a call in a page, read once; any page may import them."""
    return _folder("player", "js")


def _folder(name: str, *kinds: str) -> dict[str, Response]:
    """Return the files of a folder that have one of the endings, by their paths."""
    found = (
        (file, file.name.rpartition(".")[2])
        for file in files("mockserver").joinpath(name).iterdir()
    )
    return {
        f"/{name}/{file.name}": Response(200, file.read_bytes(), _MEDIA_TYPES[kind], _HEADERS)
        for file, kind in found
        if kind in kinds
    }


class Pages:
    """Serves pages by their path, and leaves the rest to ``app``."""

    def __init__(self, app: ASGIApp, pages: Mapping[str, Response]) -> None:
        self._app, self._pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        page = self._pages.get(scope["path"])
        if page is None:
            await self._app(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await deliver(page, scope, receive, send)
        else:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
