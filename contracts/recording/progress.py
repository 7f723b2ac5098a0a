"""The line that says how a recording goes."""

from types import TracebackType
from typing import Self

from contracts import report
from contracts.recording.recorder import Told

__all__ = ["Progress"]

_STEP = 1000  # entries of a file after which a log hears of it


class Progress:
    """Tells of polls on standard error: in a terminal each, in a log what is new of a call."""

    def __init__(self, quiet: bool) -> None:
        self._screen = report.Screen(stderr=True)
        self._line = report.Progress(self._screen, quiet)
        self._requests = 0
        self._said: dict[str, tuple[object, ...]] = {}
        self._words: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Show the line."""
        self._line.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the line away."""
        self._line.__exit__(kind, error, traceback)

    def told(self, told: Told) -> None:
        """Tell of a poll."""
        room, self._requests = told.room, told.requests
        self._words[room.name] = f"{room.name}: {room.told}"
        new = (room.state, room.lines, room.sentiment, room.why)
        if self._screen.is_terminal:
            self._line.update("; ".join(self._words.values()), self._requests)
        elif self._said.get(room.name) != new:
            self._line.update(self._words[room.name], self._requests)
        self._said[room.name] = new

    def waiting(self, seconds: float) -> None:
        """Tell that the target's rate limit is waited for."""
        self._line.update(f"waiting {seconds:.0f} s for the rate limit", self._requests)

    def entries(self, doing: str, entries: int) -> None:
        """Tell how far a file has been read."""
        if self._screen.is_terminal or entries % _STEP == 0:
            self._line.update(f"{doing}: {entries} entries", 0)
