"""What of a request and its answer lets somebody in, by the names that it goes by."""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

from contracts.contract import Operation
from contracts.traffic.scrubbing_credentials import is_credential

__all__ = ["credentials"]

Headers = Iterable[tuple[str, str]]
_LONG = 6  # characters of a cookie's value from which on it is looked for


def credentials(sent: Headers, target: str, came: Headers) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each, from headers, the query, and cookies that were set."""
    key = Operation.load().key_header
    for name, value in sent:
        if name.lower() == key or is_credential(name):
            yield name.lower(), value
    for name, value in parse_qsl(target.partition("?")[2], keep_blank_values=True):
        if is_credential(name, asked=True):
            yield f"query_{name}", value
    for name, value in came:
        if name.lower() == "set-cookie":
            cookie = value.partition(";")[0].partition("=")[2].strip()
            if len(cookie) >= _LONG:
                yield "set_cookie", cookie
