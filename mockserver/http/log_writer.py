"""Writes the log from a thread of its own: nobody who logs waits for whoever reads."""

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.synchronize import Lock
from stat import S_ISFIFO
from threading import Event, Thread

__all__ = ["LogWriter"]

_EVERY_SECONDS = 0.05  # a line is at most twice that late
_MOST_BYTES = 8 * 1024 * 1024  # that wait for a reader
_PIECE_BYTES = 256 * 1024
_LAST_SECONDS = 1.0  # for what is left at the end, if nobody reads
_ATOMIC_BYTES = 4096  # POSIX promises 512 at least, Linux has 4096
_TURN_SECONDS = 30.0  # afterwards, whose turn it is counts as killed


class LogWriter:
    """Takes lines, and writes them to a file descriptor in batches.

    Where nobody reads, lines are left out once 8 MiB wait; ``left_out`` makes the line that says
    how many. Processes that write to the same pipe mix up their lines, unless these are short or
    they take turns: ``turn`` is the lock that they share, None where no other process writes.
    """

    def __init__(
        self, descriptor: int, left_out: Callable[[int], bytes], turn: Lock | None = None
    ) -> None:
        self._descriptor, self._left_out, self._turn = descriptor, left_out, turn
        small = turn is not None and S_ISFIFO(os.fstat(descriptor).st_mode)
        self._piece_bytes = _ATOMIC_BYTES if small else _PIECE_BYTES
        self._lines: deque[bytes] = deque()
        # Each is changed by one thread only: by who logs, and by who writes.
        self._taken = self._missed = self._written = self._told = 0
        self._some, self._closed = Event(), Event()
        self._thread = Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Take a line, with its line feed. Never waits."""
        if self._taken - self._written >= _MOST_BYTES:
            self._missed += 1
            return
        self._taken += len(line)
        self._lines.append(line)
        if not self._some.is_set():
            self._some.set()

    def close(self) -> None:
        """Write what is left, for a second at most."""
        self._closed.set()
        self._some.set()
        self._thread.join(_LAST_SECONDS)

    def _run(self) -> None:
        with suppress(OSError):  # nobody can read it any more
            while not self._closed.is_set():
                self._some.wait()
                self._closed.wait(_EVERY_SECONDS)  # more may come
                self._some.clear()
                self._write_all()
            self._write_all()

    def _write_all(self) -> None:
        while self._lines:
            self._put(self._piece())
        if self._missed > self._told:
            missed = self._missed
            self._put(self._left_out(missed - self._told))
            self._told = missed

    def _piece(self) -> bytes:
        piece = [self._lines.popleft()]
        size = len(piece[0])
        while self._lines and size + len(self._lines[0]) <= self._piece_bytes:
            piece.append(self._lines.popleft())
            size += len(piece[-1])
        self._written += size
        return b"".join(piece)

    def _put(self, data: bytes) -> None:
        if self._turn is not None and not self._turn.acquire(timeout=_TURN_SECONDS):
            self._turn = None
        try:
            self._put_whole(data)
        finally:
            if self._turn is not None:
                self._turn.release()

    def _put_whole(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:  # somebody made it so, and nobody reads
                Event().wait(_EVERY_SECONDS)
