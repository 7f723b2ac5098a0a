"""The line that says how a recording goes."""

from collections.abc import Iterator
from contextlib import contextmanager

from contracts import report
from contracts.recording.recorder import Told

__all__ = ["Progress", "progress"]

_STEP = 1000  # entries of a file after which a log hears of it


@contextmanager
def progress(quiet: bool) -> Iterator["Progress"]:
    """Show the line for as long as the block lasts, where that is asked for."""
    screen = report.Screen(stderr=True)
    with report.Progress(screen, quiet) as line:
        yield Progress(line, each=screen.is_terminal)


class Progress:
    """Tells of polls on standard error: ``each`` in a terminal, in a log what is new of a call."""

    def __init__(self, line: report.Progress, *, each: bool) -> None:
        self._line, self._each = line, each
        self._requests = 0
        self._said: dict[str, tuple[object, ...]] = {}
        self._words: dict[str, str] = {}

    def told(self, told: Told) -> None:
        """Tell of a poll."""
        room, self._requests = told.room, told.requests
        self._words[room.name] = f"{room.name}: {room.told}"
        new = (room.state, room.lines, room.sentiment, room.why)
        if self._each:
            self._line.update("; ".join(self._words.values()), self._requests)
        elif self._said.get(room.name) != new:
            self._line.update(self._words[room.name], self._requests)
        self._said[room.name] = new

    def waiting(self, seconds: float) -> None:
        """Tell that the target's rate limit is waited for."""
        self._line.update(f"waiting {seconds:.0f} s for the rate limit", self._requests)

    def entries(self, doing: str, entries: int) -> None:
        """Tell how far a file has been read."""
        if self._each or entries % _STEP == 0:
            self._line.update(f"{doing}: {entries} entries", 0)
