"""Keeps exchanges in a file as they come, in the format HAR 1.2, without a secret in it."""

import threading
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl

import harfile

from contracts.traffic.exchange import DEFAULT_HEADERS, Exchange, Request
from contracts.traffic.secrets import Secrets

__all__ = ["Archive"]

_VERSION = "HTTP/1.1"
_HIDDEN = "(hidden)"
# Credentials that the target may hand out; those that it is sent are among the secrets.
_COOKIES = ("set-cookie", "set-cookie2")


class Archive:
    """A HAR file that grows by one exchange at a time, from any thread.

    ``origin`` is scheme and host. What was decoded from its Content-Encoding is kept decoded.

    Raises:
        OSError: where the file cannot be written.

    """

    def __init__(self, path: Path, origin: str, secrets: Secrets) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8")
        creator = harfile.Creator(name="active-calls-verify", version="1")
        self._har = harfile.open(self._file, creator=creator)
        self._origin = origin
        self._secrets = secrets
        self._lock = threading.Lock()

    def add(self, exchange: Exchange) -> None:
        """Write an exchange; one that comes after the end is left out."""
        seconds = max(0.0, exchange.received - exchange.sent)
        request, response = self._request(exchange.request), self._response(exchange)
        with self._lock:
            if self._har.closed:
                return
            self._har.add_entry(
                startedDateTime=exchange.at - timedelta(seconds=seconds),
                time=round(seconds * 1000, 3),
                timings=harfile.Timings(send=0, wait=round(seconds * 1000, 3), receive=0),
                request=request,
                response=response,
                comment=self._comment(exchange),
            )

    def close(self) -> None:
        """Write the end of the file."""
        with self._lock:
            self._har.close()
            self._file.close()

    def _comment(self, exchange: Exchange) -> str | None:
        """Return what only the asker knows of an exchange, and what was wrong with its answer."""
        mark = f"[{exchange.mark}]" if exchange.mark else ""
        return " ".join(filter(None, (mark, self._secrets.redacted(exchange.detail)))) or None

    def _request(self, request: Request) -> harfile.Request:
        target = self._secrets.redacted(request.target)
        pairs = parse_qsl(target.partition("?")[2], keep_blank_values=True)
        headers = [harfile.Record(name, self._sent(name, value)) for name, value in request.headers]
        content = self._secrets.redacted(request.content)
        media_type = request.header("content-type") or ""
        return harfile.Request(
            method=request.method,
            url=self._origin + target,
            httpVersion=_VERSION,
            headers=headers,
            queryString=[harfile.Record(name, value) for name, value in pairs],
            bodySize=len(content.encode()),
            postData=harfile.PostData(mimeType=media_type, text=content) if content else None,
        )

    def _sent(self, name: str, value: str) -> str:
        """Return the value of a header as it may be shown. A short secret is one here, too."""
        found = None if DEFAULT_HEADERS.get(name) == value else self._secrets.within(value)
        return self._secrets.redacted(value.replace(*found) if found else value)

    def _response(self, exchange: Exchange) -> harfile.Response:
        headers = {name: self._came(name, value) for name, value in exchange.headers.items()}
        return harfile.Response(
            status=exchange.status,
            statusText=_phrase(exchange.status),
            httpVersion=_VERSION,
            headers=[harfile.Record(name, value) for name, value in headers.items()],
            content=self._content(exchange.content, headers),
            redirectURL=headers.get("location", ""),
        )

    def _came(self, name: str, value: str) -> str:
        if name in _COOKIES:
            return f"{value.partition('=')[0]}={_HIDDEN}"
        return self._secrets.redacted(value)

    def _content(self, content: bytes, headers: Mapping[str, str]) -> harfile.Content:
        # What is no UTF-8 passes through as it is, and secrets around it are found all the same.
        text = self._secrets.redacted(content.decode("utf-8", "surrogateescape"))
        kept = text.encode("utf-8", "surrogateescape")
        media_type = headers.get("content-type", "")
        if any("\udc80" <= char <= "\udcff" for char in text):
            encoded = b64encode(kept).decode()
            return harfile.Content(
                mimeType=media_type, size=len(content), text=encoded, encoding="base64"
            )
        return harfile.Content(mimeType=media_type, size=len(content), text=text)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
