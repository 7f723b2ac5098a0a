"""Recorded traffic as exchanges to judge: what of HAR files is about the contract's operations."""

import heapq
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, cast, get_args
from urllib.parse import urldefrag, urljoin

from contracts.contract import Operation, operations
from contracts.traffic.arrivals import Trip, in_order
from contracts.traffic.clients import Clients
from contracts.traffic.exchange import Exchange, Fault, Mark, Request, rfc3339
from openapi.har import Entry, entries

__all__ = [
    "ASKED_FOR",
    "OF_THE_CLIENT",
    "PREFLIGHT",
    "REDIRECTS",
    "UNANSWERED",
    "HostError",
    "Recorded",
    "Seen",
    "joined",
]

ASKED_FOR = "with a status that follows from what its client asked for"
"""Why nothing is said of an answer with one of these."""
OF_THE_CLIENT = (206, 406, 412, 413, 414, 416, 417, 431)
"""A range, a media type, a condition, or too much was asked for: a call may be on all the same."""

_MOST_WAITING = 1000  # redirects that are waited for
_MARKED = re.compile(r"\[(\w+)\]")  # as our archive writes it
REDIRECTS = (301, 302, 303, 307, 308)

_CACHED = "from a browser's cache"
PREFLIGHT = "a browser's preflight"
UNANSWERED = "without an answer"
_WITHOUT_BODY = "200 whose body was not kept"
_WITHOUT_HEADERS = "without the request's headers"
_UNFOLLOWED = "a redirect that nobody followed"


class HostError(ValueError):
    """Several hosts have the operations; the message names them."""


class Seen(NamedTuple):
    """An exchange, and where it stands: file, number of the entry, moment."""

    exchange: Exchange
    where: str


class Recorded:
    """Reads files, standard input for None, in the order in which their requests were sent.

    ``host`` is the one to judge, such as ``api.example`` or ``127.0.0.1:8080``; else there may be
    only one that has the contract's operations. ``left_out`` counts what was not judged, by why;
    ``origin`` is scheme and host of what was. ``credentials`` are the values of headers that let
    somebody in, by name.
    """

    def __init__(self, paths: Sequence[Path | None], host: str | None = None) -> None:
        self._paths, self._host = paths, host
        self.left_out: Counter[str] = Counter()
        self.origin = ""
        self._clients = Clients()
        self.credentials = self._clients.credentials
        # By where it leads, and for which workspace: not everybody who asks there was sent there.
        self._moved: dict[tuple[str, str | None], tuple[Entry, tuple[dict[str, str], ...]]] = {}

    def __iter__(self) -> Iterator[Seen]:
        """Yield what is to be judged.

        Raises:
            ArchiveError: a file cannot be read.
            HostError: more than one host has the operations, and none was chosen.
        """
        files = [self._file(path) for path in self._paths]
        yield from heapq.merge(*files, key=attrgetter("exchange.sent"))
        if self._moved:
            self.left_out[_UNFOLLOWED] = len(self._moved)

    def _file(self, path: Path | None) -> Iterator[Seen]:
        name = path.name if path else "standard input"
        found = (trip for entry in entries(path) if (trip := self._trip(entry)))
        for trip in in_order(found):
            entry = trip.entry
            yield Seen(self._made(trip), f"entry {entry.number} of {name}, {rfc3339(entry.at)}")

    def _trip(self, entry: Entry) -> Trip | None:
        began, headers = self._moved.pop(
            (entry.origin + entry.target, _workspace(entry)), (entry, ())
        )
        if not _is_about_us(began):
            return None
        if not self._is_ours(began.origin):
            return None
        if reason := _unusable(entry):
            self.left_out[reason] += 1
            return None
        if entry.status in REDIRECTS and entry.redirect:
            self._wait_for(began, entry, headers)
            return None
        self._clients.keep_credentials(began.headers, began.target, entry.answer_headers)
        return Trip(began, entry, headers, joined(entry.answer_headers))

    def _is_ours(self, origin: str) -> bool:
        host = origin.partition("://")[2]
        if self._host:
            if host != self._host.lower():
                return False
        elif self.origin and origin != self.origin:
            raise HostError(f"{self.origin} and {origin} both have the operations")
        self.origin = origin
        return True

    def _wait_for(self, began: Entry, entry: Entry, earlier: tuple[dict[str, str], ...]) -> None:
        # A client leaves the fragment out, and writes a host in lower case, as entries have it.
        there = urldefrag(urljoin(entry.origin + entry.target, entry.redirect)).url
        scheme, separator, rest = there.partition("://")
        host, slash, path = rest.partition("/")
        there = scheme + separator + host.lower() + slash + path
        if len(self._moved) < _MOST_WAITING:
            self._moved[there, _workspace(entry)] = began, (*earlier, joined(entry.answer_headers))

    def _made(self, trip: Trip) -> Exchange:
        began, entry, redirects, headers = trip
        request = Request(began.method, began.target, began.headers, began.content)
        if request.header("accept-encoding") is None:
            headers.pop("content-encoding", None)  # the tool kept some of the headers only
        fault: Fault = "unrecorded" if entry.body is None and entry.status >= 400 else ""
        return Exchange(
            request,
            began.at.timestamp(),
            entry.answered.timestamp(),
            entry.answered,
            entry.status,
            headers,
            entry.body or b"",
            fault,
            landed=entry.target if redirects else "",
            mark=self._mark(request, began, entry),
            redirects=redirects,
        )

    def _mark(self, request: Request, began: Entry, entry: Entry) -> Mark:
        """Return what only the asker can know: as our own files say it, or as far as it shows."""
        found = _MARKED.match(entry.comment)
        if found and found[1] in get_args(Mark):
            return cast(Mark, found[1])
        sent, received = began.at.timestamp(), entry.answered.timestamp()
        return self._clients.mark(request, entry.status, sent, received)


def _workspace(entry: Entry) -> str | None:
    return Request(entry.method, entry.target, entry.headers).header(
        Operation.load().workspace_header
    )


def _is_about_us(entry: Entry) -> bool:
    path = entry.target.partition("?")[0]
    return any(one.path.match_end(path) is not None for one in operations().values())


def _unusable(entry: Entry) -> str:
    """Return why nothing can be said of an entry, empty if something can."""
    names = {name.lower() for name, _ in entry.headers}
    reasons = {
        _CACHED: entry.cached,
        PREFLIGHT: entry.method == "OPTIONS" and "access-control-request-method" in names,
        UNANSWERED: entry.status == 0,
        _WITHOUT_BODY: entry.status == 200 and not _has_body(entry),
        _WITHOUT_HEADERS: not names,
        ASKED_FOR: entry.status in OF_THE_CLIENT and not entry.comment.startswith("["),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _has_body(entry: Entry) -> bool:
    """Return whether the body of an answer is there as it came, as far as one can tell."""
    if entry.body is None:
        return False
    try:
        # Some tools keep what they cannot decompress as it is.
        entry.body.decode("utf-8" if _is_coded(entry) else "latin-1")
        return entry.whole or json.loads(entry.body) is not Ellipsis
    except ValueError:
        return False


def _is_coded(entry: Entry) -> bool:
    return any(name.lower() == "content-encoding" for name, _ in entry.answer_headers)


def joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by lower-case name; those with one name stand in one."""
    made: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        made[key] = f"{made[key]}, {value}" if key in made else value
    return made
