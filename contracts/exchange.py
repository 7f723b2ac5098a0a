"""A request as data, its answer as data, and the curl line that sends it again."""

import html
import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import quote

__all__ = ["Answer", "Fault", "Request", "Secrets"]

# unreachable: no connection; dropped: closed without an answer; timeout: no whole answer in time;
# incomplete: closed within the body; undecodable: its Content-Encoding does not decode.
Fault = Literal["", "unreachable", "dropped", "timeout", "incomplete", "undecodable"]

_QUIET_HEADERS = frozenset({"accept", "user-agent", "accept-encoding"})
_TELLING = 12  # characters of a secret from which on a piece of it is a secret as well
_MEMORABLE = 64  # from how many zeros on a run of them is written as a printf


@dataclass(frozen=True)
class Request:
    """What is sent: ``target`` is the path and query, percent-encoded, as it goes on the wire."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """What came back.

    ``sent`` and ``received`` are monotonic seconds, ``at`` the wall clock (aware UTC) on arrival.
    ``headers`` have lower-case names; ``status`` is 0 and ``headers`` empty where nothing came.
    ``content`` is decoded from its Content-Encoding, and cut where the fault says so.
    """

    request: Request
    sent: float
    received: float
    at: datetime
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    fault: Fault = ""
    detail: str = ""

    @property
    def broken(self) -> bool:
        """Whether the server failed: a 5xx, or no answer at all."""
        return self.status >= 500 or self.fault in ("unreachable", "dropped", "timeout")

    @property
    def outcome(self) -> str:
        """The status or the fault, in words."""
        if self.fault and (not self.status or self.fault == "timeout"):
            return self.detail
        return str(self.status)


def _forms(value: str) -> list[str]:
    """Return a text as it may come back: plain, and in the escapings of JSON, Python, URL, HTML."""
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    escaped |= {value, repr(value)[1:-1], quote(value, safe=""), html.escape(value)}
    return sorted(escaped, key=len, reverse=True)


def _without(text: str, secret: str, variable: str) -> str:
    """Return the text with each run of a secret's characters replaced that is long enough to tell.

    A report shows the beginnings and ends of long texts, so a secret may have been cut in two.
    """
    size = min(len(secret), _TELLING)
    pieces = {secret[at : at + size] for at in range(len(secret) - size + 1)}
    kept: list[str] = []
    at = 0
    while at < len(text):
        end = at
        while text[end : end + size] in pieces:
            end += 1
        kept.append(variable if end > at else text[at])
        at = end + size - 1 if end > at else at + 1
    return "".join(kept)


class Secrets:
    """Values that may appear nowhere; each stands as a shell variable instead."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take values by the name of their variable."""
        found = ((value, f"${{{name}}}") for name, value in values.items() if value)
        # The longer first: one may be a part of another.
        self._variables = dict(sorted(found, key=lambda one: -len(one[0])))

    def redacted(self, text: str) -> str:
        """Return the text with every secret in it replaced: escaped, or a piece of it, too."""
        for value, variable in self._variables.items():
            # A very short one would tear words apart, and says nothing by itself.
            if len(value) >= 4:
                for form in _forms(value):
                    text = _without(text, form, variable)
        return text

    def curl(self, request: Request, origin: str, *, options: str = "") -> str:
        """Return a command that sends the request again, to paste into a shell."""
        words = ["curl -sS -i" + options]
        if request.method == "HEAD":
            words.append("--head")
        elif request.method != "GET":
            words.append(f"-X {request.method}")
        if "%2e" in request.target.lower():
            words.append("--path-as-is")
        for name, value in request.headers:
            if name not in _QUIET_HEADERS:
                words.append(f"-H {self._header(name, value)}")
        return self.redacted(" ".join([*words, _url(origin + request.target)]))

    def _header(self, name: str, value: str) -> str:
        secret = next((one for one in self._variables if one in value), None)
        if secret:
            before, after = (_within_quotes(part) for part in value.split(secret, 1))
            return f'"{name}: {before}{self._variables[secret]}{after}"'
        if len(value) >= _MEMORABLE and set(value) == {"0"}:
            return f'"{name}: $(printf %0{len(value)}d 0)"'
        # To curl, "Name;" is the header with an empty value; "Name:" would leave it out.
        return shlex.quote(f"{name}: {value}" if value else f"{name};")


def _within_quotes(text: str) -> str:
    return re.sub(r'([$`"\\])', r"\\\1", text)


def _url(url: str) -> str:
    zeros = re.search(f"0{{{_MEMORABLE},}}", url)
    if not zeros:
        return shlex.quote(url)
    printf = f'"$(printf %0{len(zeros[0])}d 0)"'
    rest = url[zeros.end() :]
    return shlex.quote(url[: zeros.start()]) + printf + (shlex.quote(rest) if rest else "")
