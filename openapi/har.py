"""HAR 1.2 files, read one entry after the other: what browsers, proxies and tests have recorded.

Written for the files of Chromium, Firefox, Playwright, mitmproxy, Charles, Insomnia and of our own.
"""

import binascii
import sys
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast

import ijson

__all__ = ["ArchiveError", "Attached", "Entry", "entries", "opened"]

_LONGEST = 200  # characters of the name of an attached body
_LONGEST_SECONDS = 366 * 86_400
_MOST_BYTES = 64 * 1024 * 1024
"""Of one attached body: of a longer one it counts as not kept."""

# What a file can be, but a HAR: broken, compressed in a way that is not known, or encrypted.
_UNREADABLE = (
    *(ijson.JSONError, zipfile.BadZipFile, zlib.error, EOFError),
    *(UnicodeDecodeError, NotImplementedError),
)
_File = IO[bytes]
Headers = tuple[tuple[str, str], ...]


class ArchiveError(ValueError):
    """A file cannot be read as HAR; the message is one line that names it."""


@dataclass(frozen=True)
class Entry:
    """One recorded exchange.

    ``number`` is its place in the file, from 1. ``at`` is when it was sent, aware, in UTC;
    ``seconds`` how long it took, 0 where the file does not say. ``headers`` and ``answer_headers``
    are as they were recorded, without the pseudo-headers of HTTP/2. ``status`` is 0 where no
    answer came. ``body`` is None where it was not kept; ``whole`` says whether it is as long as
    the file says that it was. ``cached`` says that a browser had the answer already. ``origin`` is
    scheme and host, and ``target`` path and query.
    """

    number: int
    at: datetime
    seconds: float
    method: str
    origin: str
    target: str
    headers: Headers
    content: str
    status: int
    answer_headers: Headers
    body: bytes | None
    whole: bool = True
    cached: bool = False
    redirect: str = ""
    comment: str = ""

    @property
    def answered(self) -> datetime:
        """When its answer had come, aware, in UTC."""
        return self.at + timedelta(seconds=self.seconds)


def entries(path: Path | None) -> Iterator[Entry]:
    """Yield each entry of a HAR file, a ``.zip`` with one, or standard input (None), in its order.

    Only one entry is in memory at a time.

    Raises:
        ArchiveError: it cannot be read, or is no HAR; so late that earlier entries may have come.
    """
    with opened(path) as (file, attached):
        yield from _read(file, attached)


@contextmanager
def opened(path: Path | IO[bytes] | None) -> Iterator[tuple[IO[bytes], "Attached"]]:
    """Open a HAR file, a ``.zip`` with one, a file that is open, or standard input (None).

    What goes wrong within is told of the file.

    Raises:
        ArchiveError: it cannot be read, or what is read is no HAR.
    """
    name = str(path) if isinstance(path, Path) else "standard input"
    with ExitStack() as stack:
        try:
            yield _opened(path, stack)
        except ArchiveError as error:
            raise ArchiveError(f"{name}: {error}") from None
        except OSError as error:
            why = error.strerror or error
            raise ArchiveError(f"{name}: cannot be read: {why}") from None
        except _UNREADABLE as error:
            why = " ".join(str(error).split())[:100]
            raise ArchiveError(f"{name}: is no HAR file, or a part of one: {why}") from None


class Attached:
    """The bodies that stand in files of their own, beside the HAR or with it in a zip."""

    def __init__(self, folder: Path | None, archive: zipfile.ZipFile | None = None) -> None:
        self._folder, self._archive = folder, archive

    def read(self, name: str) -> bytes | None:
        """Return a body, None where it is not there. The name is foreign: it leads nowhere else."""
        if name != Path(name).name or name in ("", ".", ".."):
            return None
        if self._archive:
            return self._within(self._archive, name)
        if not self._folder or len(name) > _LONGEST or not (path := self._folder / name).is_file():
            return None
        return path.read_bytes() if path.stat().st_size <= _MOST_BYTES else None

    @staticmethod
    def _within(archive: zipfile.ZipFile, name: str) -> bytes | None:
        try:
            known = archive.getinfo(name)
        except KeyError:
            return None
        try:
            return archive.read(known) if known.file_size <= _MOST_BYTES else None
        except (RuntimeError, *_UNREADABLE):  # encrypted, or broken
            return None


def _opened(path: Path | IO[bytes] | None, stack: ExitStack) -> tuple[_File, Attached]:
    if path is None:
        return _without_mark(sys.stdin.buffer), Attached(None)
    file = stack.enter_context(path.open("rb")) if isinstance(path, Path) else path
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return _without_mark(file), Attached(path.parent if isinstance(path, Path) else None)
    archive = stack.enter_context(zipfile.ZipFile(file))
    names = [one for one in archive.namelist() if one.lower().endswith(".har")]
    if len(names) != 1:
        raise ArchiveError(f"expected one .har file in it, found {len(names)}")
    try:
        inner = stack.enter_context(archive.open(names[0]))
    except RuntimeError as error:
        raise ArchiveError(f"cannot be opened: {error}") from None
    return _without_mark(inner), Attached(None, archive)


def _without_mark(file: Any) -> _File:
    """Return the file without the byte order mark that Windows programs write."""
    if file.peek(3)[:3] == b"\xef\xbb\xbf":
        file.read(3)
    return cast(_File, file)


def _read(file: _File, attached: Attached) -> Iterator[Entry]:
    number = 0
    for number, raw in enumerate(ijson.items(file, "log.entries.item", use_float=True), 1):
        try:
            yield _entry(number, raw, attached)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            what = f"has no {error}" if isinstance(error, KeyError) else str(error)
            raise ArchiveError(f"entry {number}: {what}") from None
    if not number:
        raise ArchiveError("expected a HAR file, with exchanges in log.entries; found none")


def _entry(number: int, raw: Mapping[str, Any], attached: Attached) -> Entry:
    request, response = raw["request"], raw["response"]
    content = response.get("content") or {}
    # Playwright writes -1 where no answer came.
    method, status = str(request["method"]).upper(), max(0, int(response["status"]))
    body = _body(content, attached)
    size = content.get("size") or 0
    empty = content.get("text") == "" and size <= 0 < status
    if body is None and (empty or method == "HEAD"):
        body = b""
    origin, target = _parts(str(request["url"]))
    return Entry(
        number,
        _instant(str(raw["startedDateTime"])),
        _seconds(raw.get("time") or 0.0),
        method,
        origin,
        target,
        _headers(request),
        str((request.get("postData") or {}).get("text") or ""),
        status,
        _headers(response),
        body,
        body is None or len(body) >= size,
        _is_cached(raw, response),
        str(response.get("redirectURL") or _location(response)),
        str(raw.get("comment") or ""),
    )


def _is_cached(raw: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """Return whether a browser had the answer, or its body behind a 304 that is shown as 200."""
    if raw.get("_fromCache") or response.get("_fetchedFromCache"):
        return True
    if response.get("_serviceWorkerResponseSource") in ("cache-storage", "http-cache"):
        return True
    came = response.get("_transferSize")  # head and body, as they came
    if not isinstance(came, int | float) or came < 0 or int(response["status"]) <= 0:
        return False
    coded = any(name.lower() == "content-encoding" for name, _ in _headers(response))
    size = (response.get("content") or {}).get("size") or 0
    return came == 0 or (came < size and not coded)


def _body(content: Mapping[str, Any], attached: Attached) -> bytes | None:
    if name := content.get("_file"):
        return attached.read(str(name))
    text = content.get("text")
    if not text:
        return None
    if content.get("encoding") != "base64":
        return str(text).encode("utf-8", "surrogatepass")
    try:
        return b64decode("".join(str(text).split()), validate=True)
    except binascii.Error:
        return None


def _headers(message: Mapping[str, Any]) -> Headers:
    found = ((str(one["name"]), str(one["value"])) for one in message.get("headers") or ())
    return tuple(one for one in found if not one[0].startswith(":"))


def _location(response: Mapping[str, Any]) -> str:
    headers = _headers(response)
    return next((value for name, value in headers if name.lower() == "location"), "")


def _parts(url: str) -> tuple[str, str]:
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ValueError(f"expected a URL, found {url[:100]!r}")
    rest = rest.partition("#")[0]
    host, slash, path = rest.partition("/")
    host, query, asked = host.partition("?") if not slash else (host, "", "")
    name = host.rpartition("@")[2].lower()
    return f"{scheme.lower()}://{name}", f"/{path}{query}{asked}"


def _seconds(milliseconds: Any) -> float:
    seconds = max(0.0, float(milliseconds)) / 1000
    if seconds > _LONGEST_SECONDS:
        raise ValueError(f"expected a time in milliseconds, found {milliseconds}")
    return seconds


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
