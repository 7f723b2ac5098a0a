"""What belongs to the mock itself, and not to the API that it stands in for."""

from mockserver.http.headers import RawHeaders

__all__ = ["CONSOLE_HEADER", "is_console", "is_own", "is_private"]

CONSOLE_HEADER = (b"x-mock-console", b"1")
"""What the console's requests carry."""

_PRIVATE = b"/_mock/"
_PATHS = (
    _PRIVATE, b"/console/", b"/player/", b"/docs", b"/healthz", b"/readyz", b"/metrics",
    b"/openapi.", b"/favicon.ico",
)  # fmt: skip


def is_private(path: bytes) -> bool:
    """Return whether a path is for the mock's own pages alone, and for no other origin."""
    return path.startswith(_PRIVATE)


def is_console(headers: RawHeaders) -> bool:
    """Return whether a request is the console's."""
    return CONSOLE_HEADER in headers


def is_own(path: bytes, headers: RawHeaders) -> bool:
    """Return whether a request is the console's, or one for the mock's own pages."""
    return is_console(headers) or path.startswith(_PATHS) or path == b"/"
