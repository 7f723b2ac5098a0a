"""Scrubs a HAR file that somebody has made: read twice, and never whole in memory."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from contracts.recording.growing import GrowingFile
from contracts.recording.keeping import log
from contracts.traffic.scrubbing import Scrubber
from openapi.har_document import frame, raw_entries

__all__ = ["scrub"]


def scrub(
    source: Path | None,
    output: Path,
    scrubber: Scrubber,
    told: Callable[[str, int], None] = lambda doing, entries: None,
) -> int:
    """Write a file without what must not leave; return the number of its entries.

    ``source`` is None for standard input, of which a nameless copy is made. ``told`` hears what is
    being done, and with how many entries so far.

    Raises:
        ArchiveError: where it is no HAR file; then nothing is written.
        OSError: where the output cannot be written.

    """
    if source is not None:
        return _scrub(source, output, scrubber, told)
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
        return _scrub(cast(IO[bytes], copy), output, scrubber, told)


def _scrub(
    source: Path | IO[bytes],
    output: Path,
    scrubber: Scrubber,
    told: Callable[[str, int], None],
) -> int:
    head = frame(source)
    scrubber.learn(head)
    for number, entry in enumerate(raw_entries(source), 1):
        scrubber.learn(entry)
        told("looking whose data there is", number)
    number = 0

    def scrubbed() -> Iterator[Mapping[str, Any]]:
        nonlocal number
        for number, entry in enumerate(raw_entries(source), 1):
            yield scrubber.scrubbed(entry)
            told("writing", number)

    GrowingFile(output, log() | scrubber.scrubbed(head)).write(scrubbed())
    return number
