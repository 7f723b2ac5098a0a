"""The sockets that the mock listens at.

They are made before the first worker starts, and the first of them alone: from then on the port is
taken, and no other mock can come in between.
"""

import errno
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

__all__ = ["BACKLOG", "ListenError", "listen"]

BACKLOG = 1024
"""How many connections the system takes in before a worker does."""
_BOTH = "localhost"
_FIRST_CHOICE = "127.0.0.1"
_LOOPBACK = b"lo\0"


class ListenError(OSError):
    """The address cannot be listened at; the message is one line with the option to change."""


def listen(host: str, port: int, workers: int = 1) -> list[socket.socket]:
    """Return sockets that listen at ``host`` and ``port``, where 0 is a free one.

    On Linux each worker has its own, and the system shares out the connections; elsewhere all have
    the same. ``localhost`` means 127.0.0.1 and ::1, as far as one socket can have both.

    Raises:
        ListenError: it cannot be listened at.
    """
    try:
        make, address = _place(host, port)
        first = _listening(make(), address)
    except UnicodeError:
        raise ListenError(f"--host {host!a}: this is not a name of a host.") from None
    except OSError as error:
        elsewhere = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        option = f"--host {host}" if elsewhere else f"--port {port}"
        raise ListenError(f"{option}: cannot listen: {error.strerror}; choose another.") from None
    if sys.platform != "linux" or workers == 1:
        return [first]
    # Only now that it listens: with this option at once, another mock could share the port.
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    others = [make() for _ in range(workers - 1)]
    for other in others:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return [first, *(_listening(other, first.getsockname()) for other in others)]


def _place(host: str, port: int) -> tuple[Callable[[], socket.socket], tuple[Any, ...]]:
    """Return what makes a socket for ``host``, and the address to bind it to."""
    if host == _BOTH:
        with suppress(AttributeError, OSError):  # another system, an old kernel, or no IPv6
            _for_both_families().close()
            return _for_both_families, ("::", port)
        host = _FIRST_CHOICE
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return partial(socket.socket, family, kind, protocol), address


def _for_both_families() -> socket.socket:
    """Return a socket that both families of this machine can reach.

    Granian takes one socket, and a socket has one address: only the wildcard stands for both
    families. Linux can keep such a socket to the loopback device, so that nobody else reaches it.
    """
    both = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    try:
        both.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        both.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, _LOOPBACK)
    except BaseException:
        both.close()
        raise
    return both


def _listening(listener: socket.socket, address: tuple[Any, ...]) -> socket.socket:
    """Let ``listener`` listen; close it where it cannot."""
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener
