"""The log: a line of JSON for each request, with nothing secret in it, and what else is told."""

import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from functools import lru_cache
from multiprocessing.synchronize import Lock
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.http.delivery import BEGAN, RECORDER, Recorder
from mockserver.http.headers import header_text
from mockserver.http.log_writer import LogWriter
from mockserver.simulation.clock import iso_milliseconds, real, stopwatch

__all__ = ["AccessLog", "open_log"]

Write = Callable[[bytes], None]
_APPLIED = b"preference-applied"


def open_log(level: str, turn: Lock | None) -> LogWriter:
    """Write records of at least ``level`` (``debug`` to ``critical``) to standard error.

    ``turn`` is shared by all processes that do, None where there is one alone.
    """
    nowhere = sys.stderr is None  # closed by who started the mock: its number is somebody else's
    descriptor = os.open(os.devnull, os.O_WRONLY) if nowhere else sys.stderr.fileno()
    writer = LogWriter(descriptor, _left_out, turn)
    logging.basicConfig(handlers=[_Records(writer.write)], level=level.upper(), force=True)
    # Connexion logs each good request too.
    logging.getLogger("connexion").setLevel(logging.ERROR)
    return writer


def _left_out(lines: int) -> bytes:
    entry = _entry("warning", real())
    return _line(entry | {"message": f"{lines} lines of the log were left out: nobody read them"})


class _Records(logging.Handler):
    """Writes the records of ``logging`` as lines like the others."""

    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        entry = _entry(record.levelname.lower(), record.created)
        entry["message"] = record.getMessage()
        if record.exc_info:
            entry["exception"] = logging.Formatter().formatException(record.exc_info)
        self._write(_line(entry))


def _entry(level: str, instant: float) -> dict[str, Any]:
    """Return what every line begins with."""
    whole, milliseconds = divmod(int(instant * 1000), 1000)
    return {"time": f"{_second(whole)}{milliseconds:03}Z", "level": level}


@lru_cache(maxsize=2)
def _second(instant: int) -> str:
    """Return how the times within a second begin: saves 1.3 µs a line."""
    return iso_milliseconds(instant).removesuffix("000Z")


def _line(entry: dict[str, Any]) -> bytes:
    """Return an object on one line, whatever characters it carries."""
    try:
        line = orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # half a character
        line = b"\xff"
    if line.isascii():
        return line
    # JSON leaves some control characters as they are, and a terminal would obey them.
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


class AccessLog:
    """Logs each request when its response has been sent, where there is somewhere to write it.

    It is the outermost layer, so it also says when a request arrived, and whom to tell of it.
    """

    def __init__(self, app: ASGIApp, recorder: Recorder | None, write: Write | None) -> None:
        self._app, self._recorder, self._write = app, recorder, write

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle one request."""
        if self._recorder is not None:
            scope[RECORDER], scope[BEGAN] = self._recorder, stopwatch()
        if self._write is None:
            return self._app(scope, receive, send)
        return self._logged(self._write, scope, receive, send)

    async def _logged(self, write: Write, scope: Scope, receive: Receive, send: Send) -> None:
        began = stopwatch()
        # Stays as it is where the client leaves before the response.
        start: Message = {"status": None, "headers": ()}

        def noting_send(message: Message) -> Awaitable[None]:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            return send(message)

        try:
            await self._app(scope, receive, noting_send)
        finally:
            entry = _entry("info", real())
            _tell(entry, scope, start, stopwatch() - began)
            write(_line(entry))


def _tell(entry: dict[str, Any], scope: Scope, start: Message, seconds: float) -> None:
    """Add what there is to say of a request and its response."""
    entry["method"] = scope["method"]
    entry["path"] = scope["raw_path"].decode("latin-1")  # no query string: clients put keys there
    entry["workspace"] = header_text(scope["headers"], b"x-workspace-id")
    entry["status"] = start["status"]
    entry["ms"] = round(seconds * 1000, 3)
    for name, value in start["headers"]:
        if name == _APPLIED:
            entry["preferences"] = value.decode("latin-1")
