"""Which proxy the way to the target goes through, if any."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import urlsplit
from urllib.request import getproxies

from contracts.traffic.address import Address
from contracts.values import UsageError

__all__ = ["Proxy", "find_proxy"]

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Proxy:
    """A proxy. ``url`` may hold a password, ``shown`` does not."""

    url: str = field(repr=False)

    @property
    def address(self) -> Address:
        """The URL in parts."""
        return Address.of(self.url)

    @property
    def shown(self) -> str:
        """The URL without user and password."""
        return self.address.origin

    @property
    def curl(self) -> str:
        """The options of curl that take the same way; the password is a shell variable."""
        user = urlsplit(self.url).username
        login = f' --proxy-user "{user}:${{PROXY_PASSWORD}}"' if user else ""
        return f" --proxy {self.shown}{login}"


def find_proxy(
    base_url: str, given: str | None, environment: Mapping[str, str] | None = None
) -> Proxy | None:
    """Return the proxy that ``--proxy`` or the environment name for a target, or None.

    ``environment`` has URLs by scheme, ``all`` and ``no``, as ``urllib.request.getproxies``.

    Raises:
        UsageError: where what is named cannot be used.

    """
    target = urlsplit(base_url)
    host = target.hostname or ""
    if given:
        if _is_loopback(host):
            raise UsageError(f"--proxy: {host} is this machine, which no proxy stands before")
        return _proxy("--proxy", given)
    found = getproxies() if environment is None else environment
    key = target.scheme if found.get(target.scheme) else "all"
    if not found.get(key) or _is_loopback(host):
        return None
    port = target.port or {"http": 80, "https": 443}[target.scheme]
    if any(_is_spared(one.strip(), host, port) for one in found.get("no", "").split(",")):
        return None
    return _proxy(f"{key.upper()}_PROXY", found[key])


def _proxy(source: str, url: str) -> Proxy:
    url = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, usable = urlsplit("//"), False
    socks = parts.scheme in ("socks5", "socks5h")
    if socks and not find_spec("socksio"):
        raise UsageError(f"{source}: a proxy by {parts.scheme} takes the package socksio")
    if not usable or not (socks or parts.scheme in ("http", "https")):
        scheme, _, place = url.partition("://")
        shown = f"{scheme}://{place.rpartition('@')[2]}"
        raise UsageError(f"{source}: expected http://HOST:PORT or https://HOST:PORT, got {shown!r}")
    return Proxy(url)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _is_spared(entry: str, host: str, port: int) -> bool:
    """Return whether an entry of NO_PROXY names the host: a name, a domain, an address, a range.

    A name is not looked up, so a range spares only hosts that are given as addresses.
    """
    if entry == "*":
        return True
    if "/" in entry:
        return _is_within(host, _range(entry))
    name, colon, number = entry.rpartition(":")
    if colon and number.isdecimal() and (name.endswith("]") or ":" not in name):
        if int(number) != port:
            return False
        entry = name
    entry = entry.strip("[]").lower().removeprefix("*")
    bare = entry.removeprefix(".")
    return bool(bare) and (host == bare or host.endswith(f".{bare}"))


def _range(entry: str) -> _Network:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        expected = "expected names, addresses or ranges such as 10.0.0.0/8"
        raise UsageError(f"NO_PROXY: {expected}, got {entry!r}") from None


def _is_within(host: str, network: _Network) -> bool:
    try:
        return ipaddress.ip_address(host) in network
    except ValueError:
        return False
