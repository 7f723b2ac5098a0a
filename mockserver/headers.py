"""Header fields of a request, as text."""

from collections.abc import Iterable

__all__ = ["RawHeaders", "decoded", "header_text", "header_value"]

RawHeaders = Iterable[tuple[bytes, bytes]]
"""Pairs of a name in lower case and a value, as ASGI has them."""


def header_value(headers: RawHeaders, name: bytes) -> str | None:
    """Return the value of a header, or None; of several with the name, the list they stand for.

    Clients send UTF-8, if anything beyond ASCII; what is none is read as Latin-1, which any bytes
    are.
    """
    values = [value for key, value in headers if key == name]
    if not values:
        return None
    return decoded(values[0] if len(values) == 1 else b", ".join(values))


def header_text(headers: RawHeaders, name: bytes) -> str:
    """Return what ``header_value`` does, or the empty string where there is no such header."""
    return header_value(headers, name) or ""


def decoded(value: bytes) -> str:
    """Return a header's value as text, as ``header_value`` does."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
