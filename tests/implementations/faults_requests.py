"""Faults that only unusual or many requests show: names, queries, headers, repetition."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import unquote_to_bytes

from tests.implementations.base import error
from tests.implementations.faulty import fault, stateful
from tests.implementations.server import PREFIX, Request, Response

BROKEN = error(500, "internal")
DROPPED = Response(500, b"", wire=lambda _: b"")
HANGING = Response(200, {}, wait=120)
_HEADER_WITHIN = re.compile(r"^[!-~]*\r\n[\w-]+: [ -~]+$")


def _sent_name(request: Request) -> bytes:
    """Return the room name's bytes as they came, also where they are no UTF-8."""
    return unquote_to_bytes(request.target.split("?", 1)[0].removeprefix(PREFIX))


def _is_text(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


_NAMES: dict[str, tuple[str, Callable[[bytes], object], Response]] = {
    "apostrophe": ("An apostrophe in the room name answers 500", lambda n: b"'" in n, BROKEN),
    "quotation-mark": (
        "A quotation mark in the room name answers 500",
        lambda n: b'"' in n,
        BROKEN,
    ),
    "decoded-twice": ("A percent sign in the room name answers 500", lambda n: b"%" in n, BROKEN),
    "no-utf-8": ("A room name that is no UTF-8 answers 500", lambda n: not _is_text(n), BROKEN),
    "nul": ("A NUL in the room name drops the connection", lambda n: b"\0" in n, DROPPED),
    "line-feed": ("A line feed in the room name answers 500", lambda n: b"\n" in n, BROKEN),
    "long-name": ("A long room name answers 500", lambda n: len(n) > 255, BROKEN),
    "long-name-dropped": (
        "A very long room name drops the connection",
        lambda n: len(n) > 2048,
        DROPPED,
    ),
    "null-name": ("A room called null answers 500", lambda n: n == b"null", BROKEN),
    "false-name": ("A room called false answers 500", lambda n: n == b"false", BROKEN),
    "outside-the-bmp": (
        "An emoji in the room name answers 500",
        re.compile(b"[\xf0-\xf4]").search,
        BROKEN,
    ),
    "beyond-ascii": (
        "An ideogram in the room name drops the connection",
        re.compile(b"[\xe3-\xe9]").search,
        DROPPED,
    ),
    "template": ("A template fragment in the room name answers 500", lambda n: b"{{" in n, BROKEN),
    "sql": ("An SQL fragment in the room name answers 500", lambda n: b"--" in n, BROKEN),
    "caret": ("A caret in the room name answers 500", lambda n: b"^" in n, BROKEN),
    "line-separator": (
        "A line separator (U+2028) in the room name answers 500",
        lambda n: "\u2028".encode() in n,
        BROKEN,
    ),
    "backslash": ("A backslash in the room name hangs", lambda n: b"\\" in n, HANGING),
}


def _name_fault(name: str, words: str, breaks: Callable[[bytes], object], answer: Response) -> None:
    def broken(request: Request, response: Response) -> Response:
        return answer if breaks(_sent_name(request)) else response

    broken.__name__, broken.__doc__ = name, words
    options = ("--timeout=4",) if answer is HANGING else ()
    fault("robust.no-5xx", profile="full", options=options)(broken)


for _name, (_words, _breaks, _answer) in _NAMES.items():
    _name_fault(_name, _words, _breaks, _answer)


@fault("robust.no-5xx", profile="full")
def any_query(request: Request, response: Response) -> Response:
    """A query string answers 500."""
    return BROKEN if request.query else response


@fault("robust.no-5xx", profile="full")
def any_accept(request: Request, response: Response) -> Response:
    """An Accept header that names another media type answers 500."""
    accept = request.headers.get("accept", "*/*")
    return response if "json" in accept or "*/*" in accept else BROKEN


@fault("robust.no-5xx", profile="full")
def long_workspace(request: Request, response: Response) -> Response:
    """A long x-workspace-id answers 500."""
    return BROKEN if len(request.workspace) > 255 else response


@stateful("robust.repeat", profile="full")
def one_in_twenty() -> Any:
    """Every twentieth answer for a live room is a 503."""
    requests = count(1)

    def answer(_: Request, response: Response) -> Response:
        if response.status != 200 or next(requests) % 20:
            return response
        return error(503, "unavailable")

    return answer


@stateful("robust.repeat")
def one_at_a_time() -> Any:
    """A request that comes while another is answered gets a 503."""
    busy = threading.Lock()

    def answer(_: Request, response: Response) -> Response:
        if response.status != 200:
            return response
        if not busy.acquire(blocking=False):
            return error(503, "unavailable")
        try:
            time.sleep(0.02)
            return response
        finally:
            busy.release()

    return answer


@stateful("robust.repeat")
def two_in_seven_dropped() -> Any:
    """Of seven requests for a live room two in a row are dropped."""
    # One alone could always fall on a used connection, on which a client tries once more.
    requests = count(1)

    def answer(_: Request, response: Response) -> Response:
        return DROPPED if response.status == 200 and next(requests) % 7 > 4 else response

    return answer


@stateful("robust.repeat", profile="full")
def one_in_nine_absent() -> Any:
    """Every ninth request for a live room does not find it."""
    requests = count(1)

    def answer(_: Request, response: Response) -> Response:
        found = response.status != 200 or next(requests) % 9
        return response if found else error(404, "not_found")

    return answer


@fault("robust.header-injection")
def name_in_a_header(request: Request, response: Response) -> Response:
    """The room name is copied into Content-Location."""
    name = request.room or ""
    headers = {**response.headers, "Content-Location": f"/calls/{name}"}
    return replace(response, headers=headers) if _HEADER_WITHIN.search(name) else response


@fault("robust.header-injection")
def name_in_a_redirect(request: Request, response: Response) -> Response:
    """A name that is not in its usual form redirects to it; the form keeps line breaks."""
    name = request.room or ""
    moved = Response(302, {}, {"Location": f"/calls/{name}"})
    return moved if _HEADER_WITHIN.search(name) else response
