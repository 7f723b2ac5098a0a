"""What a proxy changes of a message on its way, and what it says for itself."""

import json
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import h11

__all__ = ["BREACH", "OWN", "Pairs", "onward", "own_answer", "spelt"]

Pairs = list[tuple[bytes, bytes]]

OWN = b"Active-Calls-Proxy"
"""What an answer carries that is the proxy's own."""
BREACH = b"Active-Calls-Breach"
"""What an answer carries that breaks the contract: the clauses, by their ids."""

_HOP_BY_HOP = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-connection"),
        *(b"proxy-authenticate", b"proxy-authorization", b"upgrade"),
    }
)
# What no Connection header can call its own; of the first three the other side needs to know,
# though they are said for one connection only.
_END_TO_END = frozenset(
    {
        *(b"te", b"trailer", b"transfer-encoding"),
        *(b"host", b"content-length", b"content-type", b"content-encoding", b"cache-control"),
    }
)


def onward(pairs: Pairs, *, host: bytes | None = None, upgrade: bool = False) -> Pairs:
    """Return headers as they go on, spelt as they came.

    Those for one connection stay behind, and those that ``Connection`` names. ``host`` replaces
    that of a request. ``upgrade`` says that another protocol is asked for, or begun.
    """
    words = b",".join(value for name, value in pairs if name.lower() == b"connection")
    named = {word.strip().lower() for word in words.split(b",")} - _END_TO_END
    left = (_HOP_BY_HOP | named) - ({b"connection", b"upgrade"} if upgrade else set())
    if any(name.lower() == b"transfer-encoding" for name, _ in pairs):
        left |= {b"content-length"}  # two lengths would let one request hide in another
    kept = [(name, value) for name, value in pairs if name.lower() not in left]
    if host is None:
        return kept
    own = next((name for name, _ in kept if name.lower() == b"host"), b"Host")
    return [(own, host), *(one for one in kept if one[0].lower() != b"host")]


def spelt(event: Any) -> Any:
    """Return an event of h11 with its trailers spelt as they came."""
    if isinstance(event, h11.EndOfMessage):
        return h11.EndOfMessage(headers=event.headers.raw_items())
    return event


def own_answer(
    status: int, code: str, message: str, more: Iterable[tuple[bytes, bytes]] = ()
) -> tuple[h11.Response, Sequence[h11.Data | h11.EndOfMessage]]:
    """Return an answer of the proxy's own, in the API's envelope."""
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    headers = [
        (b"Content-Type", b"application/json"),
        (b"Content-Length", str(len(body)).encode()),
        (b"Cache-Control", b"no-store"),
        (OWN, code.encode()),
        *more,
    ]
    reason = HTTPStatus(status).phrase.encode()
    response = h11.Response(status_code=status, headers=headers, reason=reason)
    return response, (h11.Data(data=body), h11.EndOfMessage())
