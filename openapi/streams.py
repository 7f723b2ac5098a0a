"""Standard output and standard error of the commands, which may find no space and no reader."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EPIPE
from typing import Any, TextIO

__all__ = ["patient_streams", "unprinted"]


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
