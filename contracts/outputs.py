"""Where commands write: files, found out before the first request, and standard output."""

import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from errno import EPIPE
from pathlib import Path
from typing import Any, TextIO

from contracts.values import UsageError

__all__ = ["output", "patient_streams", "reports", "unprinted", "writable"]

_REPORTS = {"json": "json", "junit": "xml", "html": "html", "markdown": "md"}
"""The endings of the reports' files, by their kind."""


def writable(option: str, path: Path) -> Path:
    """Return the path, after making its folder and trying to write there. No file is left behind.

    Raises:
        UsageError: where nothing can be written there. It names the option and the path.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.is_file() or path.is_dir():  # a pipe would notice the attempt
            new = not path.exists()
            path.open("ab").close()
            if new:
                path.resolve().unlink()  # a link stays
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{option}: {str(path)!r} cannot be written: {why}") from None
    return path


def output(name: str, given: Mapping[str, Any]) -> Path | None:
    """Return the file that an option names, None where it was not given.

    Raises:
        UsageError: where nothing can be written there.

    """
    return writable(f"--{name}", Path(given[name])) if name in given else None


def reports(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the file of each report, by the name of its setting, None where none is wanted.

    Raises:
        UsageError: where nothing can be written there.

    """
    folder = given.get("report-dir")
    paths = {}
    for kind, ending in _REPORTS.items():
        option, path = f"--report-{kind}", given.get(f"report-{kind}")
        if folder and not path:
            option, path = "--report-dir", Path(folder, f"report.{ending}")
        paths[f"report_{kind}"] = writable(option, Path(path)) if path else None
    return paths


class _Patient(io.FileIO):
    """A stream that takes everything, also what there is no space or no reader for any more."""

    lost: OSError | None = None

    def write(self, content: Any) -> int:
        """Write, or do as if: after a gap, nothing more."""
        if self.lost is None:
            try:
                return super().write(content)
            except OSError as error:
                self.lost = error
        return memoryview(content).nbytes


def _patient(stream: TextIO) -> TextIO:
    # Others are a terminal, which is never full, what a test has put there, or none at all.
    if not isinstance(stream, io.TextIOWrapper) or stream.isatty():
        return stream
    try:
        raw = _Patient(stream.fileno(), "wb", closefd=False)
    except OSError:
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


@contextmanager
def patient_streams() -> Iterator[None]:
    """Let nothing that is printed end the command within it; ``unprinted`` says what was lost."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_patient, before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream:
                stream.flush()
        sys.stdout, sys.stderr = before


def unprinted() -> str:
    """Return why standard output has not taken all, empty where it has, or nobody reads it."""
    if not sys.stdout:
        return ""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    error = raw.lost if isinstance(raw, _Patient) else None
    if error is None or error.errno == EPIPE:
        return ""
    return f"standard output could not be written: {error.strerror}"
