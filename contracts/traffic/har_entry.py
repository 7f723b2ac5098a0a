"""An exchange as what a HAR file holds of it."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import harfile

from contracts.traffic.exchange import Exchange, Request

__all__ = ["Masks", "har_entry", "har_request", "har_response", "seconds", "started", "timings"]

_VERSION = "HTTP/1.1"


def _as_it_is(_: str, value: str) -> str:
    return value


@dataclass(frozen=True)
class Masks:
    """What may be shown: of a text, and of a header's value by its name, sent or come.

    Without any, everything is shown.
    """

    text: Callable[[str], str] = str
    sent: Callable[[str, str], str] = _as_it_is
    came: Callable[[str, str], str] = _as_it_is


def seconds(exchange: Exchange) -> float:
    """Return how long an exchange took."""
    return max(0.0, exchange.received - exchange.sent)


def started(exchange: Exchange) -> datetime:
    """Return when an exchange began."""
    return exchange.at - timedelta(seconds=seconds(exchange))


def timings(exchange: Exchange) -> harfile.Timings:
    """Return the same as HAR wants it, in milliseconds."""
    return harfile.Timings(send=0, wait=round(seconds(exchange) * 1000, 3), receive=0)


def har_entry(exchange: Exchange, origin: str) -> dict[str, Any]:
    """Return an entry of HAR 1.2, with everything that was sent and came: nothing is hidden.

    ``origin`` is scheme and host. A body is kept as it is after its Content-Encoding.
    """
    made = {
        "startedDateTime": started(exchange).isoformat(timespec="milliseconds"),
        "time": round(seconds(exchange) * 1000, 3),
        "request": har_request(exchange.request, origin).asdict(),
        "response": har_response(exchange).asdict(),
        "cache": {},
        "timings": timings(exchange).asdict(),
    }
    return made | ({"comment": exchange.detail} if exchange.detail else {})


def har_request(request: Request, origin: str, masks: Masks | None = None) -> harfile.Request:
    """Return a request as HAR has it."""
    shown = masks or Masks()
    target, content = shown.text(request.target), shown.text(request.content)
    pairs = parse_qsl(target.partition("?")[2], keep_blank_values=True)
    media_type = request.header("content-type") or ""
    return harfile.Request(
        method=request.method,
        url=origin + target,
        httpVersion=_VERSION,
        headers=[harfile.Record(name, shown.sent(name, one)) for name, one in request.headers],
        queryString=[harfile.Record(name, value) for name, value in pairs],
        bodySize=len(content.encode()),
        postData=harfile.PostData(mimeType=media_type, text=content) if content else None,
    )


def har_response(exchange: Exchange, masks: Masks | None = None) -> harfile.Response:
    """Return an answer as HAR has it."""
    shown = masks or Masks()
    headers = {name: shown.came(name, value) for name, value in exchange.headers.items()}
    return harfile.Response(
        status=exchange.status,
        statusText=_phrase(exchange.status),
        httpVersion=_VERSION,
        headers=[harfile.Record(name, value) for name, value in headers.items()],
        content=_content(exchange.content, headers.get("content-type", ""), shown),
        redirectURL=headers.get("location", ""),
    )


def _content(content: bytes, media_type: str, shown: Masks) -> harfile.Content:
    # What is no UTF-8 passes through as it is, and what is masked around it is found all the same.
    text = shown.text(content.decode("utf-8", "surrogateescape"))
    encoding = None
    if any("\udc80" <= char <= "\udcff" for char in text):
        text, encoding = b64encode(text.encode("utf-8", "surrogateescape")).decode(), "base64"
    return harfile.Content(mimeType=media_type, size=len(content), text=text, encoding=encoding)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
