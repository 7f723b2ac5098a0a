"""What has passed, kept until the end, and written then without what must not leave."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from contracts.proxy.exchanges import UnusableError, exchange
from contracts.proxy.passed import Passed
from contracts.recording.growing import GrowingFile, as_json
from contracts.recording.keeping import log
from contracts.recording.summary import replaced
from contracts.traffic.har_entry import har_entry
from contracts.traffic.scrubbing import Scrubber

__all__ = ["Tape"]

_IN_MEMORY = 16 * 1024 * 1024
_TELL_SECONDS = 5.0


class Tape:
    """Keeps exchanges in a nameless temporary file; ``origin`` is who has answered.

    A name may become known after a line that says it: hence what is kept is read twice at the end.
    """

    def __init__(self, path: Path, origin: str, *, personal: bool) -> None:
        self._path, self._origin, self._personal = path, origin, personal
        self._scrubber = Scrubber(personal=personal)
        self._all = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see write
        self._count = 0
        self._lost: OSError | None = None

    def add(self, passed: Passed) -> None:
        """Keep an exchange that came to its end."""
        with suppress(UnusableError):
            if passed.whole and not self._lost:
                line = as_json(har_entry(exchange(passed), self._origin)) + b"\n"
                try:
                    self._all.write(line)
                    self._count += 1
                except OSError as error:  # what passes goes on
                    self._lost = error

    def write(self, say: Callable[[str], None]) -> None:
        """Write the file, say what was replaced in it, and forget what came.

        Raises:
            OSError: it cannot be written, or what came could not be kept.
        """
        if self._lost:
            raise self._lost
        for entry in self._entries(say, "reading"):
            self._scrubber.learn(entry)
        self._scrubber.recount()
        file = GrowingFile(self._path, log("active-calls-proxy"))
        file.write(self._scrubber.scrubbed(entry) for entry in self._entries(say, "writing"))
        file.close()
        say(f"recorded {self._count} exchanges: {self._path}")
        for line in replaced(self._scrubber, not self._personal):
            say(line)
        self._all.close()

    def _entries(self, say: Callable[[str], None], doing: str) -> Iterator[dict[str, Any]]:
        self._all.seek(0)
        told = monotonic()
        for number, line in enumerate(self._all):
            yield json.loads(line)
            if monotonic() - told > _TELL_SECONDS:
                say(f"--record: {doing}, {number} of {self._count}")
                told = monotonic()
