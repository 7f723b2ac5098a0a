"""A page that polls, and servers that a browser lets it ask."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from tests.implementations.base import error
from tests.implementations.server import App, Request, Response

__all__ = ["PAGE", "Browsable", "address", "nothing"]

_HELD = 4.0  # seconds: longer than any clause lets a clock differ
PAGE = Path(__file__).with_name("page.html").read_bytes()


def address(origin: str, room: str, **more: str) -> str:
    """Return the address of the page; ``api`` is the origin that it asks, if that is another."""
    return f"{origin}/page?{urlencode({'room': room, **more})}"


def nothing(_: Request) -> Response:
    """Have nothing but the page."""
    return error(404, "not_found")


class Browsable:
    """A server that has the page too, and lets pages of other origins ask.

    ``preflights`` counts the browsers' questions whether they may.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.preflights = 0

    def __call__(self, request: Request) -> Response:
        """Answer."""
        answer = self._answer(request)
        origin = request.headers.get("origin")
        allowed: dict[str, str | None] = {"Access-Control-Allow-Origin": origin} if origin else {}
        return replace(answer, headers={**answer.headers, **allowed})

    def _answer(self, request: Request) -> Response:
        if request.target.startswith("/page"):
            return Response(200, PAGE, {"Content-Type": "text/html; charset=utf-8"})
        if request.target.startswith("/held"):
            return Response(204, b"", {"Content-Type": None}, wait=_HELD)
        if "access-control-request-method" not in request.headers:
            return self._app(request)
        self.preflights += 1
        headers = request.headers.get("access-control-request-headers", "")
        return Response(204, b"", {"Content-Type": None, "Access-Control-Allow-Headers": headers})
