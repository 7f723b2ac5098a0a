"""A request as data, and what came back."""

import email.utils
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

__all__ = ["DEFAULT_HEADERS", "Exchange", "Fault", "Mark", "Request", "http_date", "rfc3339"]

# unreachable: no connection; dropped: closed without an answer; timeout: no whole answer in time;
# garbled: what came is no answer of HTTP; incomplete: closed within the body; undecodable: its
# Content-Encoding does not decode; oversized: longer than what is read. surplus is no fault of an
# answer: it tells of one that came before, after whose end there were more bytes.
_NoAnswer = Literal["unreachable", "dropped", "timeout", "garbled"]
# unrecorded: who kept the exchange did not keep the body.
Fault = Literal["", _NoAnswer, "incomplete", "undecodable", "oversized", "surplus", "unrecorded"]

# What only the asker can know of a request. Without a mark, it is what its method, its path and
# its headers say.
# together: sent at once with others, so that their order is unknown; overlapping: sent before the
# answer to another one for the same had come, by clients of their own; absent: for a room that the
# asker made up; unauthorised: with a wrong key, or none; hostile: meant to break the server;
# walk: in an order that was drawn, whose answers are weighed there; probe: any other request that
# no client of the API would send.
Mark = Literal["", "together", "overlapping", "absent", "unauthorised", "hostile", "walk", "probe"]

# What is sent if nothing else is given. A curl line leaves it out.
DEFAULT_HEADERS = {
    "accept": "application/json",
    "user-agent": "active-calls-verify",
    "accept-encoding": "gzip, deflate",
}

_SHOWN = 120  # characters of an error's body


@dataclass(frozen=True)
class Request:
    """What is sent: ``target`` is the path and query, percent-encoded, as it goes on the wire.

    ``content`` is the body, in UTF-8.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    content: str = ""

    def header(self, name: str) -> str | None:
        """Return the value of the first header with this lower-case name, or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True)
class Exchange:
    """A request and what came back.

    ``sent`` and ``received`` are monotonic seconds, ``at`` the wall clock (aware UTC) on arrival.
    ``headers`` have lower-case names; ``status`` is 0 and ``headers`` empty where nothing came.
    ``content`` is decoded from its Content-Encoding, and cut where the fault says so. ``landed``
    is the target that it came from: another than the request's where that redirected;
    ``redirects`` are the headers of each answer that did. ``reused`` says whether it came on a
    connection that had been used before.
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
    mark: Mark = ""
    redirects: tuple[Mapping[str, str], ...] = ()
    reused: bool = False

    @property
    def broken(self) -> bool:
        """Whether the server failed: a 5xx, or no answer at all."""
        return self.status >= 500 or self.fault in ("unreachable", "dropped", "timeout", "garbled")

    @property
    def outcome(self) -> str:
        """The status or the fault, in words."""
        if self.fault and (not self.status or self.fault == "timeout"):
            return self.detail
        return str(self.status)

    @property
    def told(self) -> str:
        """The outcome, and how the body of an error begins: that often says who answered."""
        start = " ".join(self.content[: 4 * _SHOWN].decode("utf-8", "replace").split())
        if self.status < 300 or not start:
            return self.outcome
        return f"{self.outcome}: {start[:_SHOWN]}{'…' if len(start) > _SHOWN else ''}"

    @property
    def is_challenge(self) -> bool:
        """Whether a page came that wants to see a browser, or a person, first."""
        if self.status not in (401, 403, 429, 503):
            return False
        html = "html" in self.headers.get("content-type", "")
        return html and "cf-mitigated" in self.headers


def http_date(headers: Mapping[str, str], name: str) -> datetime | None:
    """Return the date that a header holds, aware, or None."""
    try:
        date = email.utils.parsedate_to_datetime(headers.get(name, ""))
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else None


def rfc3339(moment: datetime) -> str:
    """Return an aware moment in UTC, to the millisecond, as reports and lines show it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
