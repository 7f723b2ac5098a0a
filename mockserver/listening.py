"""The socket that the mock listens at.

One socket is made before the first worker starts, and all of them accept from it: from then on the
port is taken, and no other mock can come in between, as it could with a socket for each worker.
"""

import errno
import socket
from typing import Any

__all__ = ["BACKLOG", "ListenError", "listen"]

_BOTH = "localhost"
_FIRST_CHOICE = "127.0.0.1"
_LOOPBACK = b"lo\0"
BACKLOG = 1024
"""How many connections the system takes in before a worker does."""


class ListenError(OSError):
    """The address cannot be listened at; the message is one line with the option to change."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at ``host`` and ``port``, where 0 is a free one.

    ``localhost`` means 127.0.0.1 and ::1, as far as the system lets one socket have both.

    Raises:
        ListenError: it cannot be listened at.
    """
    try:
        both = _for_both_families() if host == _BOTH else None
        if both is not None:
            return _listening(both, ("::", port))
        return _at_one(_FIRST_CHOICE if host == _BOTH else host, port)
    except UnicodeError:
        raise ListenError(f"--host {host!a}: this is not a name of a host.") from None
    except OSError as error:
        elsewhere = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        option = f"--host {host}" if elsewhere else f"--port {port}"
        raise ListenError(f"{option}: cannot listen: {error.strerror}; choose another.") from None


def _for_both_families() -> socket.socket | None:
    """Return a socket that both families of this machine can reach, None where there is none.

    Granian takes one socket, and a socket has one address: only the wildcard stands for both
    families. Linux can keep such a socket to the loopback device, so that nobody else reaches it.
    """
    try:
        both = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    except OSError:  # there is no IPv6
        return None
    try:
        both.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        both.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, _LOOPBACK)
    except (AttributeError, OSError):  # another system, or an old kernel
        both.close()
        return None
    return both


def _at_one(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return _listening(socket.socket(family, kind, protocol), address)


def _listening(listener: socket.socket, address: tuple[Any, ...]) -> socket.socket:
    """Let ``listener`` listen; close it where it cannot."""
    try:
        # Not SO_REUSEPORT, with which another mock could share the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener
