"""Where the target is, and which of its own places a redirect leads to."""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from contracts.traffic.secrets import Secrets

__all__ = ["Address", "scheme_and_token"]

_UNLIKELY = 6  # characters of a part of a header; a shorter one may be a word such as "true"


@dataclass(frozen=True)
class Address:
    """The base URL in parts: ``origin`` has no user info, ``prefix`` no slash at its end."""

    origin: str
    prefix: str
    authorization: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @staticmethod
    def of(url: str) -> "Address":
        """Take a base URL apart."""
        parts = urlsplit(url)
        password = unquote(parts.password or "")
        authorization = ""
        if parts.username is not None:
            user = f"{unquote(parts.username)}:{password}"
            authorization = f"Basic {b64encode(user.encode()).decode()}"
        prefix = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
        return Address(_origin(parts), prefix, authorization, password)

    def onward(self, target: str, location: str) -> tuple[str, str]:
        """Return the origin and the target that a ``Location`` leads to, empty where to none."""
        try:
            parts = urlsplit(urljoin(self.origin + target, location))
        except ValueError:
            return "", ""
        path = quote(parts.path, safe="/%:@!$&'()*+,;=~")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~?")
        return _origin(parts), path + (f"?{query}" if query else "")

    def secrets(
        self,
        headers: Iterable[tuple[str, str]],
        credential: tuple[str, str] | None,
        proxy: "Address | None" = None,
    ) -> Secrets:
        """Return what may appear in no report: of both URLs, the user's headers and the key.

        ``credential`` is the name of the key's variable and the key.
        """
        found = {
            "PROXY_AUTHORIZATION": proxy.authorization if proxy else "",
            "PROXY_PASSWORD": proxy.password if proxy else "",
            "BASE_URL_AUTHORIZATION": self.authorization,
            "BASE_URL_PASSWORD": self.password,
        }
        for name, value in headers:
            variable = re.sub(r"\W", "_", name).upper()
            found[variable] = value
            found |= {f"{variable}_{n}": part for n, part in enumerate(_parts(name, value), 1)}
        if credential:
            variable, key = credential
            found[variable] = key
            found[f"{variable}%?"] = key[:-1]  # to a shell: all but its last letter
        return Secrets(found)


def scheme_and_token(value: str) -> tuple[str, str]:
    """Return ``Bearer `` and what follows it; an empty scheme where the value is no such pair."""
    found = re.fullmatch(r"([A-Za-z][\w-]* )(\S+)", value)
    return (found[1], found[2]) if found else ("", value)


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _parts(name: str, value: str) -> list[str]:
    """Return what is secret within a header: each cookie, or what follows the scheme."""
    parts = [value.partition(" ")[2]] if "authorization" in name.lower() else []
    if name.lower() == "cookie":
        parts = [cookie.partition("=")[2] for cookie in value.split(";")]
    return [part.strip() for part in parts if len(part.strip()) >= _UNLIKELY]
