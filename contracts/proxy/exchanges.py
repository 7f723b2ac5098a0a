"""What was noted of a request that passed, as an exchange to judge."""

import zlib
from contextlib import suppress
from datetime import UTC, datetime

from contracts.proxy.passed import Passed, text
from contracts.traffic.exchange import Exchange, Fault
from contracts.traffic.recorded import ASKED_FOR, OF_THE_CLIENT, PREFLIGHT, REDIRECTS, UNANSWERED

__all__ = ["exchange", "unreadable", "unusable"]

_MOST = 32 * 1024 * 1024  # bytes of a body once it is decompressed
# zlib's word for either: a header of gzip or of zlib.
_WINDOWS = {"gzip": 47, "x-gzip": 47, "deflate": 47}


def unusable(passed: Passed) -> str:
    """Return why nothing can be said of an exchange, empty if something can."""
    names = {name.lower() for name, _ in passed.headers}
    if not passed.status:
        return UNANSWERED
    if passed.method == "OPTIONS" and b"access-control-request-method" in names:
        return PREFLIGHT
    if passed.status in REDIRECTS and any(
        n.lower() == b"location" for n, _ in passed.answer_headers
    ):
        return "a redirect"
    if passed.status in OF_THE_CLIENT:
        return ASKED_FOR
    return unreadable(passed)


def unreadable(passed: Passed) -> str:
    """Return why the body of an answer is not known, empty if it is."""
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
    fault: Fault = passed.fault or ("undecodable" if body == b"" and passed.body else "")
    return Exchange(
        passed.request,
        passed.sent,
        passed.received,
        datetime.fromtimestamp(passed.received, UTC),
        passed.status,
        headers,
        body or b"",
        fault,
        passed.detail if passed.fault else "its Content-Encoding does not decode" if fault else "",
        mark=passed.mark,
    )


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
    # Some send what they call deflate without the header of zlib.
    for window in (_WINDOWS[codings[0]], *((-15,) if codings[0] == "deflate" else ())):
        with suppress(zlib.error):
            return _inflated(body, window)
    return b""


def _inflated(body: bytes, window: int) -> bytes:
    """Return what was compressed, in one part or in several."""
    made, left = b"", body
    while left and len(made) < _MOST:
        part = zlib.decompressobj(window)
        made += part.decompress(left, _MOST)
        left = part.unused_data
    return made
