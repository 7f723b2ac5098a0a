"""Faults: ways to spoil a good response. Each takes a response and returns a worse one."""

from collections.abc import Callable, Mapping

from mockserver.http.responses import Response

__all__ = ["FAULTS", "Fault"]

Fault = Callable[[Response], Response]

_SLOW_SECONDS = 3.0
_TIMEOUT_SECONDS = 60.0


def _slow(response: Response) -> Response:
    """It comes three seconds late."""
    return response._replace(wait_seconds=response.wait_seconds + _SLOW_SECONDS)


def _timeout(response: Response) -> Response:
    """It comes after a minute, which few clients wait for."""
    return response._replace(wait_seconds=_TIMEOUT_SECONDS)


def _truncated(response: Response) -> Response:
    """The body stops half way through what Content-Length announces."""
    half = len(response.body) // 2
    missing = len(response.body) - half
    return response._replace(body=response.body[:half], missing_bytes=missing)


def _malformed(response: Response) -> Response:
    """The body is complete, but no JSON."""
    return response._replace(body=response.body[:-1] + b",]")


def _empty(response: Response) -> Response:
    """There is no body."""
    return response._replace(body=b"")


def _wrong_content_type(response: Response) -> Response:
    """The body is JSON, but called HTML."""
    return response._replace(media_type=b"text/html; charset=utf-8")


FAULTS: Mapping[str, Fault] = {
    "slow": _slow,
    "timeout": _timeout,
    "truncated": _truncated,
    "malformed": _malformed,
    "empty": _empty,
    "wrong-content-type": _wrong_content_type,
}
"""Faults by the name that a request asks for them."""
