"""What was noted of a request that passed, as an exchange to judge."""

import zlib
from datetime import UTC, datetime

from contracts.proxy.passed import Passed, text
from contracts.traffic.exchange import Exchange, Fault, Mark

__all__ = ["exchange", "unusable"]

_MOST = 32 * 1024 * 1024  # bytes of a body once it is decompressed
# zlib's word for either: a header of gzip or of zlib.
_WINDOWS = {"gzip": 47, "x-gzip": 47, "deflate": 47}


def unusable(passed: Passed) -> str:
    """Return why nothing can be said of an exchange, empty if something can."""
    names = {name.lower() for name, _ in passed.headers}
    if not passed.status:
        return "without an answer"
    if passed.method == "OPTIONS" and b"access-control-request-method" in names:
        return "a browser's preflight"
    if not passed.kept:
        return "with a very long body"
    return "" if _decoded(passed) is not None else "with a Content-Encoding that is not known here"


def exchange(passed: Passed) -> Exchange:
    """Return it as an exchange, by the clock of this machine."""
    headers: dict[str, str] = {}
    for raw, value in passed.answer_headers:
        name = raw.decode("latin-1").lower()
        headers[name] = f"{headers[name]}, {text(value)}" if name in headers else text(value)
    body = _decoded(passed)
    fault: Fault = "undecodable" if body == b"" and passed.body else ""
    return Exchange(
        passed.request,
        passed.sent,
        passed.received,
        datetime.fromtimestamp(passed.received, UTC),
        passed.status,
        headers,
        body or b"",
        fault,
        "its Content-Encoding does not decode" if fault else "",
        mark=_mark(passed),
    )


def _mark(passed: Passed) -> Mark:
    """Return what shows of who asked: who was turned away may have come with a wrong key."""
    return "unauthorised" if passed.status in (401, 403) else passed.mark


def _decoded(passed: Passed) -> bytes | None:
    """Return the body without its coding; empty where it does not decode, None if not known."""
    codings = [
        word.strip().lower()
        for name, value in passed.answer_headers
        if name.lower() == b"content-encoding"
        for word in text(value).split(",")
    ]
    codings = [one for one in codings if one not in ("", "identity")]
    body = bytes(passed.body)
    if not codings or not body:
        return body
    if len(codings) > 1 or codings[0] not in _WINDOWS:
        return None
    try:
        return zlib.decompressobj(_WINDOWS[codings[0]]).decompress(body, _MOST)
    except zlib.error:
        return b""
