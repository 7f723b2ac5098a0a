"""The way to the target: a deadline for each whole exchange, certificates, a proxy.

httpcore2, which opens the connections, comes with httpx2 in the same version.
"""

import math
import os
import ssl
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpcore2
import httpx2

from contracts.asking.proxy import Proxy
from contracts.settings import Settings, UsageError

__all__ = ["Deadline", "certificates", "connecting", "trusted", "trusting"]


class Deadline(threading.local):
    """Until when the exchange of this thread may take. ``monotonic`` returns seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until = math.inf

    def start(self, seconds: float) -> None:
        """Let the exchange that begins now take so many seconds in all."""
        self._until = self._monotonic() + seconds

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """Return for how many seconds the next step may take: at most ``timeout``.

        Raises:
            Exception: ``late``, where the time is over.

        """
        left = self._until - self._monotonic()
        if left <= 0:
            raise late("the time for the whole exchange is over")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore2.NetworkStream):
    """A connection on which each step takes only what is left of the exchange's time."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        inner = self._inner.start_tls(ssl_context, server_hostname, left)
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    """Opens connections within the exchange's time."""

    def __init__(self, deadline: Deadline) -> None:
        self._inner = httpcore2.SyncBackend()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        inner = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(inner, self._deadline)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def connecting(
    context: ssl.SSLContext, proxy: Proxy | None, deadline: Deadline, *, keep: bool
) -> httpx2.BaseTransport:
    """Return a way to the target. ``keep`` says whether a connection serves many requests."""
    # Servers close idle connections after two seconds or more; a second is safe to reuse.
    limits = httpx2.Limits(max_keepalive_connections=None if keep else 0, keepalive_expiry=1.0)
    made = httpx2.HTTPTransport(
        verify=context, limits=limits, proxy=proxy.url if proxy else None, trust_env=False
    )
    # httpx2 has no way of its own to bound an exchange: its timeout is for each read.
    made._pool._network_backend = _Backend(deadline)
    return made


def certificates(settings: Settings, proxy: Proxy | None) -> ssl.SSLContext:
    """Return which certificates are trusted, and which is shown to the target.

    Raises:
        UsageError: where a file is missing, or holds something else.

    """
    ways = (settings.base_url, proxy.url if proxy else "")
    secure = any(one.lower().startswith("https:") for one in ways) and not settings.insecure
    context = trusting(settings.ca, secure=secure)
    if settings.cert:
        _load_own(context, settings.cert)
    return context


def trusting(ca: Path | None, *, secure: bool) -> ssl.SSLContext:
    """Return a context that trusts the certificates of ``--ca``, or else what is usual.

    Raises:
        UsageError: where a file is missing, or holds something else.

    """
    return _trusting("--ca", ca) if ca else trusted(secure)


def trusted(secure: bool) -> ssl.SSLContext:
    """Return what the environment or the system trusts; anything where that does not matter.

    Raises:
        UsageError: where the environment names what is not there, or holds something else.

    """
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        place = os.environ.get(variable)
        if secure and place and not Path(place).exists():
            raise UsageError(f"{variable}: there is no {place!r}")
    try:
        return httpx2.create_ssl_context(verify=secure)
    except (OSError, ssl.SSLError):
        place = os.environ.get("SSL_CERT_FILE", "")
        raise UsageError(f"SSL_CERT_FILE: expected certificates in PEM in {place!r}") from None


def _trusting(option: str, path: Path) -> ssl.SSLContext:
    _check_file(option, path)
    try:
        return ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError):
        raise UsageError(f"{option}: expected certificates in PEM in {str(path)!r}") from None


def _load_own(context: ssl.SSLContext, path: Path) -> None:
    def no_password() -> str:
        raise UsageError(f"--cert: the key in {str(path)!r} has a password; expected one without")

    _check_file("--cert", path)
    try:
        context.load_cert_chain(path, password=no_password)
    except (OSError, ssl.SSLError):
        expected = "expected a certificate and its key in PEM in"
        raise UsageError(f"--cert: {expected} {str(path)!r}") from None


def _check_file(option: str, path: Path) -> None:
    if not path.is_file():
        raise UsageError(f"{option}: there is no file {str(path)!r}")
