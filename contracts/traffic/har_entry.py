"""An exchange as the entry of a HAR file."""

from base64 import b64encode
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from contracts.traffic.exchange import Exchange, Request

__all__ = ["har_entry"]

_VERSION = "HTTP/1.1"


def har_entry(exchange: Exchange, origin: str) -> dict[str, Any]:
    """Return an entry of HAR 1.2, with everything that was sent and came: nothing is hidden.

    ``origin`` is scheme and host. A body is kept as it is after its Content-Encoding.
    """
    seconds = max(0.0, exchange.received - exchange.sent)
    milliseconds = round(seconds * 1000, 3)
    began = exchange.at - timedelta(seconds=seconds)
    made = {
        "startedDateTime": began.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange.request, origin),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    return made | ({"comment": exchange.detail} if exchange.detail else {})


def _request(request: Request, origin: str) -> dict[str, Any]:
    pairs = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    made: dict[str, Any] = {
        "method": request.method,
        "url": origin + request.target,
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _records(request.headers),
        "queryString": _records(pairs),
        "headersSize": -1,
        "bodySize": len(request.content.encode()),
    }
    if request.content:
        media_type = request.header("content-type") or ""
        made["postData"] = {"mimeType": media_type, "params": [], "text": request.content}
    return made


def _response(exchange: Exchange) -> dict[str, Any]:
    return {
        "status": exchange.status,
        "statusText": _phrase(exchange.status),
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _records(exchange.headers.items()),
        "content": _content(exchange),
        "redirectURL": exchange.headers.get("location", ""),
        "headersSize": -1,
        "bodySize": -1,
    }


def _content(exchange: Exchange) -> dict[str, Any]:
    made = {
        "size": len(exchange.content),
        "mimeType": exchange.headers.get("content-type", ""),
    }
    try:
        return made | {"text": exchange.content.decode("utf-8")}
    except UnicodeDecodeError:
        return made | {"text": b64encode(exchange.content).decode(), "encoding": "base64"}


def _records(pairs: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
