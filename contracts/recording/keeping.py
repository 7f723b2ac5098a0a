"""What becomes of each exchange of a recording: scrubbed, and in the file."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contracts import signals
from contracts.recording.growing import GrowingFile
from contracts.traffic.exchange import Exchange
from contracts.traffic.har_entry import har_entry
from contracts.traffic.scrubbing import Scrubber

__all__ = ["Keeping", "log"]

_IN_MEMORY = 16 * 1024 * 1024


def log(creator: str = "active-calls-record") -> dict[str, Any]:
    """Return what the log of a HAR file holds beside its entries."""
    return {"version": "1.2", "creator": {"name": creator, "version": "1"}}


class Keeping:
    """Keeps exchanges in a file from the first on, once it is said that there is a call.

    What came is kept in a nameless temporary file as well, without credentials: when a name becomes
    known that an earlier line says, the file is written anew.

    Raises:
        OSError: where the file cannot be written.

    """

    def __init__(self, path: Path, origin: str, scrubber: Scrubber) -> None:
        self._origin = origin
        self._scrubber = scrubber
        self._file = GrowingFile(path, log())
        self._all = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see close
        self.begun = False  # whether there is a file
        self.count = 0

    def add(self, exchange: Exchange) -> None:
        """Keep one more. Neither Ctrl-C nor SIGTERM comes between."""
        with signals.deferred():
            entry = har_entry(exchange, self._origin)
            changes = self._scrubber.learn(entry)
            hidden = self._scrubber.hidden(entry)
            self._all.write(json.dumps(hidden).encode() + b"\n")
            self.count += 1
            if not self.begun:
                return
            if changes:
                self._write()
            else:
                self._file.add(self._scrubber.replaced(hidden))

    def begin(self) -> None:
        """Write the file, with everything that came so far; from now on it grows."""
        if not self.begun:
            with signals.deferred():
                self.begun = True
                self._write()

    def _write(self) -> None:
        self._scrubber.recount()
        self._file.write(self._scrubber.scrubbed(one) for one in self._kept())

    def _kept(self) -> Iterator[Mapping[str, Any]]:
        self._all.seek(0)
        for line in self._all:
            yield json.loads(line)

    def close(self) -> None:
        """Close the file, and forget what came."""
        self._file.close()
        self._all.close()
