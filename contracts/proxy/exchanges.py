"""What was noted of a request that passed, as an exchange to judge."""

import zlib
from contextlib import suppress
from datetime import UTC, datetime

from contracts.proxy.passed import Passed, text
from contracts.traffic.exchange import Exchange, Fault
from contracts.traffic.recorded import (
    ASKED_FOR,
    OF_THE_CLIENT,
    PREFLIGHT,
    REDIRECTS,
    UNANSWERED,
    joined,
)

__all__ = ["UnusableError", "exchange", "judgeable"]

_MOST = 32 * 1024 * 1024  # bytes of a body once it is decompressed
# zlib's word for either: a header of gzip or of zlib.
_WINDOWS = {"gzip": 47, "x-gzip": 47, "deflate": 47}


class UnusableError(Exception):
    """Nothing can be said of an exchange; the text says why."""


def judgeable(passed: Passed) -> Exchange:
    """Return it as an exchange to judge.

    Raises:
        UnusableError: it is not one that says something of the upstream, or is not known.
    """
    names = {name.lower() for name, _ in passed.headers}
    came = {name.lower() for name, _ in passed.answer_headers}
    reasons = {
        UNANSWERED: not passed.status,
        PREFLIGHT: passed.method == "OPTIONS" and b"access-control-request-method" in names,
        "a redirect": passed.status in REDIRECTS and b"location" in came,
        ASKED_FOR: passed.status in OF_THE_CLIENT,
    }
    if reason := next((reason for reason, holds in reasons.items() if holds), ""):
        raise UnusableError(reason)
    return exchange(passed)


def exchange(passed: Passed) -> Exchange:
    """Return it as an exchange, by the clock of this machine.

    Raises:
        UnusableError: the body of the answer is not known.
    """
    body = _decoded(passed)
    fault: Fault = passed.fault or ("undecodable" if body == b"" and passed.body else "")
    return Exchange(
        passed.request,
        passed.sent,
        passed.received,
        datetime.fromtimestamp(passed.received, UTC),
        passed.status,
        joined(passed.came),
        body,
        fault,
        passed.detail if passed.fault else "its Content-Encoding does not decode" if fault else "",
    )


def _decoded(passed: Passed) -> bytes:
    """Return the body without its coding; empty where it does not decode."""
    if not passed.kept:
        raise UnusableError("with a very long body")
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
        raise UnusableError("with a Content-Encoding that is not known here")
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
