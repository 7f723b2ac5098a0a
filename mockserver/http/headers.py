"""Header fields, as text and as dates."""

from collections.abc import Mapping, Sequence
from email.utils import formatdate
from functools import lru_cache

__all__ = ["FIELDS", "RawHeaders", "decoded", "header_fields", "header_text", "http_date"]

RawHeaders = Sequence[tuple[bytes, bytes]]
"""Pairs of a name in lower case and a value, as ASGI has them."""

FIELDS = "active-calls.fields"
"""Where a request's scope has its ``header_fields``, once it is routed."""


def header_fields(headers: RawHeaders) -> Mapping[bytes, bytes]:
    """Return the value of each header; of several with a name, the list that they stand for."""
    fields = dict(headers)
    if len(fields) < len(headers):
        for name in fields:
            fields[name] = b", ".join([value for key, value in headers if key == name])
    return fields


def header_text(headers: RawHeaders, name: bytes) -> str:
    """Return the value of one header as ``header_fields`` has it; the empty string for none."""
    return decoded(b", ".join([value for key, value in headers if key == name]))


def decoded(value: bytes) -> str:
    """Return a header's value as text.

    Clients send UTF-8, if anything beyond ASCII; what is none is read as Latin-1, which any bytes
    are.
    """
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@lru_cache(4)  # it changes once a second
def http_date(second: int) -> bytes:
    """Return ``second`` (UTC Unix seconds) in the form of a ``Date`` header."""
    return formatdate(second, usegmt=True).encode()
