"""A request as data, its answer as data, and the curl line that sends it again."""

import email.utils
import html
import json
import re
import shlex
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

__all__ = ["DEFAULT_HEADERS", "Answer", "Fault", "Request", "Secrets", "http_date"]

# unreachable: no connection; dropped: closed without an answer; timeout: no whole answer in time;
# incomplete: closed within the body; undecodable: its Content-Encoding does not decode.
Fault = Literal["", "unreachable", "dropped", "timeout", "incomplete", "undecodable"]

# What is sent where nobody says otherwise; a curl line leaves it out.
DEFAULT_HEADERS = {
    "accept": "application/json",
    "user-agent": "active-calls-verify",
    "accept-encoding": "gzip, deflate",
}
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
    ``content`` is decoded from its Content-Encoding, and cut where the fault says so. ``landed``
    is the target that it came from: another than the request's where that redirected.
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
    landed: str = ""

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


def http_date(headers: Mapping[str, str], name: str) -> datetime | None:
    """Return the date that a header holds, aware, or None."""
    try:
        date = email.utils.parsedate_to_datetime(headers.get(name, ""))
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else None


def _forms(value: str) -> set[str]:
    """Return a text as it may come back: plain, and as JSON, Python, URL, HTML or base64."""
    encoded = [encode(value.encode()).decode() for encode in (b64encode, urlsafe_b64encode)]
    quoted = {quote(value, safe=""), quote(value)}
    quoted |= {re.sub("%..", lambda escape: escape[0].lower(), one) for one in quoted}
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    escaped |= {value, repr(value)[1:-1], html.escape(value)}
    return escaped | quoted | {*encoded, *(one.rstrip("=") for one in encoded)}


class Secrets:
    """Values that may appear nowhere; each stands as a shell variable instead."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take values by the name of their variable."""
        found = ((value, f"${{{name}}}") for name, value in values.items() if value)
        # The longer first: one may be a part of another.
        self._variables = dict(sorted(found, key=lambda one: -len(one[0])))
        self._forms: dict[str, str] = {}
        self._pieces: dict[str, str] = {}
        for value, variable in self._variables.items():
            # A very short one would tear words apart, and says nothing by itself.
            for form in _forms(value) if len(value) >= 4 else ():
                self._forms.setdefault(form, variable)
                for at in range(len(form) - _TELLING + 1):
                    self._pieces.setdefault(form[at : at + _TELLING], variable)
        longest_first = sorted(self._forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def redacted(self, text: str) -> str:
        """Return the text with every secret in it replaced: escaped, or a piece of it, too."""
        if not self._forms:
            return text
        return self._without_pieces(self._pattern.sub(lambda hit: self._forms[hit[0]], text))

    def _without_pieces(self, text: str) -> str:
        """Return the text with each run of a secret's characters replaced that is long enough.

        A report shows the beginnings and ends of long texts, so a secret may have been cut in two.
        """
        kept: list[str] = []
        at = 0
        while at < len(text):
            end = at
            while text[end : end + _TELLING] in self._pieces:
                end += 1
            kept.append(self._pieces[text[at : at + _TELLING]] if end > at else text[at])
            at = end + _TELLING - 1 if end > at else at + 1
        return "".join(kept)

    def scrubbed(self, value: Any) -> Any:
        """Return a JSON value with every secret in its texts and names replaced."""
        if isinstance(value, str):
            return self.redacted(value)
        if isinstance(value, list):
            return [self.scrubbed(one) for one in value]
        if isinstance(value, dict):
            return {self.redacted(name): self.scrubbed(one) for name, one in value.items()}
        return value

    def curl(self, request: Request, origin: str, *, options: str = "") -> str:
        """Return a command that sends the request again, to paste into a shell."""
        words = ["curl -sS -i" + options]
        if request.method == "HEAD":
            words.append("--head")
        elif request.method != "GET":
            words.append(f"-X {request.method}")
        if "%2e" in request.target.lower():
            words.append("--path-as-is")
        if re.search(r"[][{}]", request.target):
            words.append("--globoff")
        for name, value in request.headers:
            if DEFAULT_HEADERS.get(name) != value:
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
