"""Header fields of a request, as text."""

from collections.abc import Iterable

__all__ = ["RawHeaders", "decoded", "header_text"]

RawHeaders = Iterable[tuple[bytes, bytes]]
"""Pairs of a name in lower case and a value, as ASGI has them."""


def header_text(headers: RawHeaders, name: bytes) -> str:
    """Return the value of a header; of several with the name, the list that they stand for.

    Clients send UTF-8, if anything beyond ASCII; what is none is read as Latin-1, which any bytes
    are.
    """
    return decoded(b", ".join([value for key, value in headers if key == name]))


def decoded(value: bytes) -> str:
    """Return a header's value as text, as ``header_text`` does."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
