"""What ``--store`` names: a file for one machine, or a Redis for many."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["Store", "parse_store"]

# Valkey speaks Redis's protocol, and redis-py knows only the one name.
_SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}


@dataclass(frozen=True)
class Store:
    """A store: the ``path`` of a file, or the ``url`` of a Redis, which can hold a password."""

    path: Path | None = None
    url: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """What may be told of where it is."""
        if self.path is not None:
            return ascii(str(self.path))
        parts = urlsplit(self.url)
        return f"Redis at {parts.hostname or 'localhost'!a}, port {parts.port or 6379}"


def parse_store(value: str) -> Store:
    """Return what a text means.

    Raises:
        ValueError: it is no store; the message is one line without what may be secret.
    """
    scheme, separator, rest = value.partition("://")
    if separator:
        if scheme not in _SCHEMES:
            raise ValueError(
                "this is no address of a store; it begins with redis://, rediss:// or valkey://, "
                "or is the name of a file"
            )
        url = f"{_SCHEMES[scheme]}://{rest}"
        return Store(url=_checked(url))
    if not value or "\0" in value:
        raise ValueError("it is empty; leave the option out for memory")
    path = Path(value).absolute()
    if path.is_dir():
        raise ValueError(f"{value!a} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {str(path.parent)!a}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError(f"{value!a} cannot be written")
    return Store(path)


def _checked(url: str) -> str:
    """Return an address that can be one.

    Raises:
        ValueError: it is none; the message is one line without what may be secret.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("the address's port is no number from 0 to 65535") from None
    database = parts.path.strip("/")
    if database and not (database.isascii() and database.isdigit()):
        raise ValueError(
            f"{database!a} is no number of a database, such as the 0 of redis://HOST/0"
        )
    return url
