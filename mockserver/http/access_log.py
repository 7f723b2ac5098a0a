"""The access log: one line of JSON a request, with nothing secret in it."""

import json
import logging
from collections.abc import Awaitable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.http.delivery import BEGAN, RECORDER, Recorder
from mockserver.http.headers import header_text
from mockserver.simulation.clock import iso_milliseconds, stopwatch

__all__ = ["AccessLog", "configure_logging"]

_access = logging.getLogger("mockserver.access")


class _JsonLines(logging.Formatter):
    """Each record as one object on one line, whatever characters it carries."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": iso_milliseconds(record.created),
            "level": record.levelname.lower(),
        }
        fields = record.msg
        entry |= fields if isinstance(fields, Mapping) else {"message": record.getMessage()}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        # In ASCII: JSON leaves some control characters as they are, and a terminal would obey them.
        return json.dumps(entry, default=str, separators=(",", ":"))


def configure_logging(level: str) -> None:
    """Write records of at least ``level`` (``debug`` to ``critical``) to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # Connexion logs each good request too.
    logging.getLogger("connexion").setLevel(logging.ERROR)


class AccessLog:
    """Logs each request when its response has been sent.

    It is the outermost layer, so it also says when a request arrived, and whom to tell of it.
    """

    def __init__(self, app: ASGIApp, recorder: Recorder | None) -> None:
        self._app, self._recorder = app, recorder

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle one request."""
        if self._recorder is not None:
            scope[RECORDER], scope[BEGAN] = self._recorder, stopwatch()
        logged = _access.isEnabledFor(logging.INFO)
        return (self._log if logged else self._app)(scope, receive, send)

    async def _log(self, scope: Scope, receive: Receive, send: Send) -> None:
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
            milliseconds = round((stopwatch() - began) * 1000, 3)
            _access.info(_line(scope, start, milliseconds))


def _line(scope: Scope, start: Message, milliseconds: float) -> dict[str, object]:
    # The query string is left out: clients put keys there.
    response = dict(start["headers"])
    line = {
        "method": scope["method"],
        "path": scope["raw_path"].decode("latin-1"),
        "workspace": header_text(scope["headers"], b"x-workspace-id"),
        "status": start["status"],
        "ms": milliseconds,
    }
    applied = response.get(b"preference-applied")
    return line if applied is None else {**line, "preferences": applied.decode("latin-1")}
