"""HAR files as they lie there: open, unpacked, with the bodies beside them, and parsed."""

import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import ijson

__all__ = ["NO_ENTRIES", "ArchiveError", "Attached", "each", "opened", "parsed"]

NO_ENTRIES = "expected a HAR file, with exchanges in log.entries; found none"
_LONGEST = 200  # bytes of the name of an attached body
_DEEPEST = 200  # objects and arrays within each other: each level costs more than the one before
_MOST_BYTES = 64 * 1024 * 1024
"""Of one attached body: of a longer one it counts as not kept."""

# What a file can be, but a HAR: broken, compressed in a way that is not known, or encrypted.
_UNREADABLE = (
    *(ijson.JSONError, zipfile.BadZipFile, zlib.error, EOFError),
    *(UnicodeDecodeError, NotImplementedError),
)
_File = IO[bytes]
_Made = TypeVar("_Made")


class ArchiveError(ValueError):
    """A file cannot be read as HAR; the message is one line that names it."""


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
        if not self._folder or len(name.encode(errors="replace")) > _LONGEST:
            return None
        path = self._folder / name
        if not path.is_file():
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


def each(
    path: Path | IO[bytes] | None, make: Callable[[int, dict[str, Any], Attached], _Made]
) -> Iterator[_Made]:
    """Yield what is made of each entry: of its number, its JSON, and the bodies beside the file.

    Only one entry is in memory at a time.

    Raises:
        ArchiveError: it cannot be read, or is no HAR; so late that earlier entries may have come.
    """
    number = 0
    with opened(path) as (file, attached):
        for number, raw in enumerate(ijson.items(parsed(file), "log.entries.item"), 1):
            try:
                made = make(number, _checked(raw), attached)
            except KeyError as error:
                raise ArchiveError(f"entry {number}: has no {error}") from None
            except (TypeError, AttributeError):
                what = "has a value of another type than HAR has in that place"
                raise ArchiveError(f"entry {number}: {what}") from None
            except (ValueError, OverflowError) as error:
                raise ArchiveError(f"entry {number}: {error}") from None
            yield made
        if not number:
            raise ArchiveError(NO_ENTRIES)


def _checked(raw: Any) -> dict[str, Any]:
    """Return an entry that has what each of them has."""
    if not isinstance(raw, dict):
        raise ValueError("expected an object")
    for name in ("request", "response"):
        if not isinstance(raw.get(name), dict):
            raise KeyError(name)
    if not isinstance(raw["request"].get("url"), str):
        raise KeyError("url")
    return raw


def parsed(file: IO[bytes]) -> Iterator[tuple[str, str, Any]]:
    """Yield the parts of a JSON file, as ijson's ``parse`` does.

    Raises:
        ArchiveError: it is nested deeper than any HAR file.
    """
    events: Iterator[tuple[str, str, Any]] = ijson.parse(
        _shallow(ijson.basic_parse(file, use_float=True))
    )
    return events


def _shallow(events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    depth = 0
    for one in events:
        if one[0] in ("start_map", "start_array"):
            depth += 1
            if depth > _DEEPEST:
                raise ArchiveError(f"is nested deeper than {_DEEPEST} levels")
        elif one[0] in ("end_map", "end_array"):
            depth -= 1
        yield one
