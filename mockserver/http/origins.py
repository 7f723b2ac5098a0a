"""Who may use the mock's own paths from a browser: the mock's own pages, and nobody else's."""

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

__all__ = ["is_loopback", "is_own_name", "is_same_origin"]

# Nobody can own a name under these in the public DNS (RFC 6761, RFC 6762, RFC 9476 and ICANN's
# reservation of .internal), so that none can be pointed at this machine from outside.
_RESERVED = (".localhost", ".local", ".internal", ".test", ".home.arpa")


def is_loopback(host: str) -> bool:
    """Return whether an address to listen at is reached from this machine only."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_own_name(host: str, allowed: Collection[str] = ()) -> bool:
    """Return whether a Host header can only mean this mock, and not a page elsewhere.

    ``allowed`` names are the mock's too, with a dot before them those under them as well.

    A page of ``evil.example`` whose name is suddenly resolved to 127.0.0.1 counts as the mock's own
    origin for the browser, but its requests still carry its name. Addresses, names of one word and
    reserved names cannot be turned round like that.
    """
    name = _name(host).rstrip(".")
    try:
        ip_address(name)
    except ValueError:
        own = "." not in name or name.endswith(_RESERVED)
        return bool(name) and (own or any(_covers(one, name) for one in allowed))
    return True


def _covers(allowed: str, name: str) -> bool:
    return name == allowed.removeprefix(".") or (allowed[0] == "." and name.endswith(allowed))


def is_same_origin(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a request comes from a page of the mock, or from no page at all.

    Browsers set ``Sec-Fetch-Site``, and scripts cannot change it; older ones send ``Origin`` only.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    if origin is None:
        return True
    try:
        address = urlsplit(origin.decode("latin-1")).netloc
    except ValueError:
        return False
    return address.lower() == headers.get(b"host", b"").decode("latin-1").lower()
