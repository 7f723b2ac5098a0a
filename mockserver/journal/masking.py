"""What of a request may be shown: everything but its secrets."""

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

from mockserver.http.headers import decoded

__all__ = ["masked_headers", "masked_query"]

_MASK = "•••"
# Any header or query parameter whose name says that it carries a secret, known or not; CORS only
# says that credentials are allowed.
_SECRET = re.compile(
    r"key|token|secret|auth|passw|passphrase|pass(?![a-z])|pwd|signature|session|(?<!^access-control-allow-)credential|jwt",
    re.IGNORECASE,
)
_COOKIES = ("cookie", "set-cookie")


def _masked_cookie(value: str) -> str:
    pairs = (pair.partition("=") for pair in value.split(";"))
    return "; ".join(f"{name.strip()}={_MASK}" if equals else _MASK for name, equals, _ in pairs)


def _masked(name: str, value: str) -> str:
    if name in _COOKIES:
        return _masked_cookie(value)
    if not _SECRET.search(name) or not value:
        return value
    # The scheme is no secret, and its absence is a frequent mistake.
    scheme, space, _ = value.partition(" ")
    known = space and "authorization" in name and scheme.lower() in ("basic", "bearer", "digest")
    return f"{scheme} {_MASK}" if known else _MASK


def masked_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name, in lower case, without secrets; repeated ones are joined."""
    shown: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        value = _masked(name, decoded(raw_value))
        shown[name] = f"{shown[name]}, {value}" if name in shown else value
    return shown


def masked_query(query: bytes) -> str:
    """Return a query string as it was sent, but for the values of secret parameters."""
    pairs = (pair.partition("=") for pair in query.decode("latin-1").split("&"))
    return "&".join(
        f"{name}={_MASK}"
        if equals and _SECRET.search(unquote_plus(name))
        else name + equals + value
        for name, equals, value in pairs
    )
