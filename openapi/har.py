"""HAR 1.2 files, read one entry after the other: what browsers, proxies and tests have recorded.

Written for the files of Chromium, Firefox, Playwright, mitmproxy, Charles, Insomnia and of our own.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openapi.har_file import Attached, each

__all__ = ["Entry", "entries"]

_LONGEST_SECONDS = 366 * 86_400
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """One recorded exchange.

    ``number`` is its place in the file, from 1. ``at`` is when it was sent, aware, in UTC;
    ``seconds`` how long it took, 0 where the file does not say. ``headers`` and ``answer_headers``
    are as they were recorded, without the pseudo-headers of HTTP/2. ``status`` is 0 where no
    answer came. ``body`` is None where it was not kept; ``whole`` says whether it is as long as
    the file says that it was. ``cached`` says that a browser had the answer already. ``origin`` is
    scheme and host, and ``target`` path and query. ``counts_waiting`` says whether ``seconds`` has
    what it waited for a connection: Playwright leaves that out.
    """

    number: int
    at: datetime
    seconds: float
    method: str
    origin: str
    target: str
    headers: Headers
    content: str
    status: int
    answer_headers: Headers
    body: bytes | None
    whole: bool = True
    cached: bool = False
    redirect: str = ""
    comment: str = ""
    counts_waiting: bool = True

    @property
    def answered(self) -> datetime:
        """When its answer had come, aware, in UTC."""
        return self.at + timedelta(seconds=self.seconds)


def entries(path: Path | None) -> Iterator[Entry]:
    """Yield each entry of a HAR file, a ``.zip`` with one, or standard input (None), in its order.

    Raises:
        ArchiveError: it cannot be read, or is no HAR; so late that earlier entries may have come.
    """
    return each(path, _entry)


def _entry(number: int, raw: Mapping[str, Any], attached: Attached) -> Entry:
    request, response = raw["request"], raw["response"]
    content = response.get("content") or {}
    # Playwright writes -1 where no answer came.
    method, status = str(request["method"]).upper(), max(0, int(response["status"]))
    body = _body(content, attached)
    size = content.get("size") or 0
    empty = content.get("text") == "" and size <= 0 < status
    if body is None and (empty or method == "HEAD"):
        body = b""
    origin, target = _parts(request["url"])
    return Entry(
        number,
        _instant(str(raw["startedDateTime"])),
        _seconds(raw.get("time") or 0.0),
        method,
        origin,
        target,
        _headers(request),
        str((request.get("postData") or {}).get("text") or ""),
        status,
        _headers(response),
        body,
        body is None or len(body) >= size,
        _is_cached(raw, response),
        str(response.get("redirectURL") or _location(response)),
        str(raw.get("comment") or ""),
        "blocked" in (raw.get("timings") or ()),
    )


def _is_cached(raw: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """Return whether a browser had the answer, or its body behind a 304 that is shown as 200."""
    if raw.get("_fromCache") or response.get("_fetchedFromCache"):
        return True
    if response.get("_serviceWorkerResponseSource") in ("cache-storage", "http-cache"):
        return True
    came = response.get("_transferSize")  # head and body, as they came
    if not isinstance(came, int | float) or came < 0 or int(response["status"]) <= 0:
        return False
    coded = any(name.lower() == "content-encoding" for name, _ in _headers(response))
    size = (response.get("content") or {}).get("size") or 0
    return came == 0 or (came < size and not coded)


def _body(content: Mapping[str, Any], attached: Attached) -> bytes | None:
    if name := content.get("_file"):
        return attached.read(str(name))
    text = content.get("text")
    if not text:
        return None
    if content.get("encoding") != "base64":
        return str(text).encode("utf-8", "surrogatepass")
    try:
        return b64decode("".join(str(text).split()), validate=True)
    except binascii.Error:
        return None


def _headers(message: Mapping[str, Any]) -> Headers:
    found = ((str(one["name"]), str(one["value"])) for one in message.get("headers") or ())
    return tuple(one for one in found if not one[0].startswith(":"))


def _location(response: Mapping[str, Any]) -> str:
    headers = _headers(response)
    return next((value for name, value in headers if name.lower() == "location"), "")


def _parts(url: str) -> tuple[str, str]:
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ValueError(f"expected a URL, found {url[:100]!r}")
    rest = rest.partition("#")[0]
    host, slash, path = rest.partition("/")
    host, query, asked = host.partition("?") if not slash else (host, "", "")
    name = host.rpartition("@")[2].lower()
    return f"{scheme.lower()}://{name}", f"/{path}{query}{asked}"


def _seconds(milliseconds: Any) -> float:
    seconds = max(0.0, float(milliseconds)) / 1000
    if seconds > _LONGEST_SECONDS:
        raise ValueError(f"expected a time in milliseconds, found {milliseconds}")
    return seconds


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    if found.year >= MAXYEAR - 1:  # the answer may come when no date can be written any more
        raise ValueError(f"expected an instant, found {text}")
    return found
