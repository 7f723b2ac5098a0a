"""What ``--store`` names: a file for one machine, or a Redis for many."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

__all__ = ["Store", "parse_store"]

# Valkey speaks Redis's protocol, and redis-py knows only the one name.
_SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
_FORMS = "begins with redis://, rediss:// or valkey://"

# What can stand behind a ?, with its values; none where it names a file. The rest of what redis-py
# takes there decides how long a request waits, which is not for an address to say.
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "ssl_ca_certs": (),
    "ssl_certfile": (),
    "ssl_keyfile": (),
    "ssl_cert_reqs": ("none", "optional", "required"),
    "ssl_check_hostname": ("true", "false"),
}


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
        if scheme.lower() not in _SCHEMES:
            raise ValueError(f"this is no address of a store, which {_FORMS}, or is a file's name")
        url = f"{_SCHEMES[scheme.lower()]}://{rest}"
        _demand_address(url)
        return Store(url=url)
    if not value or "\0" in value:
        raise ValueError("it is empty; leave the option out for memory")
    return Store(_file(value))


def _file(value: str) -> Path:
    if re.match("[^/]*:[^/]*@", value):  # NAME:PASSWORD@HOST
        raise ValueError(f"an address of a store {_FORMS}; for a file of that name, say ./NAME")
    path = Path(value).absolute()
    # What looks like an address can hold a password.
    quoted = "@" not in value
    shown = ascii(value) if quoted else "this"
    if path.is_dir():
        raise ValueError(f"{shown} is a folder; name a file in it")
    if not path.parent.is_dir():
        folder = ascii(str(path.parent)) if quoted else f"of that name; an address {_FORMS}"
        raise ValueError(f"there is no folder {folder}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError(f"{shown} cannot be written")
    return path


def _demand_address(url: str) -> None:
    """Do nothing if an address can be one.

    Raises:
        ValueError: it is none; the message is one line, and quotes nothing: where a character is
            not encoded, a part of the password stands in any other place.
    """
    behind = re.split("[/?#]", url.partition("://")[2], maxsplit=1)[1:]
    if behind and "@" in behind[0]:
        raise ValueError(
            "an @ stands behind a /, ? or #; in a name, a password and elsewhere write / as %2F, "
            "? as %3F, # as %23 and @ as %40"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError(
            "its host or port is none; a port is a number from 1 to 65535, and in a password [ is "
            "%5B and ] is %5D"
        )
    if parts.fragment:
        raise ValueError("it has a #; in a password write it as %23")
    database = parts.path.strip("/")
    if database and not (database.isascii() and database.isdigit()):
        raise ValueError(
            "behind its / stands no number of a database, such as the 0 of redis://HOST/0"
        )
    _demand_parameters(parts)


def _demand_parameters(parts: SplitResult) -> None:
    if not parts.query:
        return
    if parts.scheme != "rediss":
        raise ValueError("a ? stands only in addresses with rediss://; in a password it is %3F")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not given.keys() <= _PARAMETERS.keys():
        raise ValueError(f"behind its ? there can only be {', '.join(_PARAMETERS)}")
    for name, value in given.items():
        values = _PARAMETERS[name]
        if values and value.lower() not in values:
            raise ValueError(f"{name} is {' or '.join(values)}")
        if not values and not os.access(value, os.R_OK):
            raise ValueError(f"{name} names no file that can be read")
