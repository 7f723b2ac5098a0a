"""A HAR file that is whole after every entry, so that whoever is killed leaves a valid one."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

__all__ = ["GrowingFile", "as_json"]

_END = b"\n  ]\n}}\n"


def as_json(value: Any) -> bytes:
    """Return JSON in UTF-8; what is no text there, such as half a character, is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


class GrowingFile:
    """A file with the log of HAR, to which entries are added. ``log`` is what it holds besides.

    Each entry is one write, with the end of the file: from then on it is valid again.

    Raises:
        OSError: where it cannot be written; what was written before stays valid.

    """

    def __init__(self, path: Path, log: Mapping[str, Any]) -> None:
        self._path = path
        self._head = as_json({"log": {**log, "entries": []}})[: -len("]}}")]
        self._file: IO[bytes] | None = None
        self._end = 0
        self._count = 0

    def write(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Write the file anew with these entries; until that is done, the old one stays."""
        self.close()
        with _replacing(self._path) as file:
            self._end = file.write(self._head)
            self._count = 0
            for entry in entries:
                self._end += file.write(self._separated(entry))
                self._count += 1
            file.write(_END)

    def add(self, entry: Mapping[str, Any]) -> None:
        """Write one more entry."""
        if self._file is None:
            self._file = self._path.open("r+b", buffering=0)
        written = self._separated(entry)
        try:
            self._put(written + _END)
        except OSError:
            with suppress(OSError):  # a full disk: what was there has room
                self._put(_END)
                self._file.truncate()
            raise
        self._end += len(written)
        self._count += 1

    def _put(self, content: bytes) -> None:
        assert self._file
        self._file.seek(self._end)
        left = memoryview(content)
        while left:
            left = left[self._file.write(left) :]

    def _separated(self, entry: Mapping[str, Any]) -> bytes:
        return (b",\n    " if self._count else b"\n    ") + as_json(entry)

    def close(self) -> None:
        """Close it."""
        if self._file:
            self._file.close()
            self._file = None


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes the place of another one at the end, or that of none.

    A device or a pipe keeps its place, and so does a link: what it leads to is written.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
