"""The scripts that are kept, within a bound of bytes.

Where space gets scarce, it is for rooms that are asked for again: one that is asked for once, by a
crawler or a fuzzer say, never pushes out one that is polled.
"""

from collections import OrderedDict
from math import inf
from sys import getsizeof

from mockserver.simulation.schedule import Window
from mockserver.simulation.script import CallScript

__all__ = ["Entry", "Key", "ScriptCache"]

Key = tuple[str, str, str, int | None, str | None]
"""Workspace, room, scenario, seed and locale: what tells scripts apart."""

_REMEMBERED = 16_384  # rooms, at about 60 bytes each
_SCARCE = 0.75  # of the bound


class Entry:
    """A script, and the window in which its call is live.

    ``names`` is the size of its key, ``counted`` what is counted of the script itself, in bytes,
    and None while it is not kept. ``noted`` is when it was last noted that a client was shown the
    call, by a stopwatch.
    """

    __slots__ = ("counted", "names", "noted", "script", "window")

    def __init__(self, window: Window, script: CallScript) -> None:
        self.window, self.script = window, script
        self.names, self.noted = 0, -inf
        self.counted: int | None = None


class ScriptCache:
    """Scripts by key, the one that was asked for latest last."""

    def __init__(self, most_bytes: int) -> None:
        self.bytes = 0
        self._most_bytes = most_bytes
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        # Hashes of keys that were not kept lately.
        self._recent: set[int] = set()
        self._before: set[int] = set()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Entry | None:
        """Return what is kept under ``key``."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def unnote(self, workspace: str) -> None:
        """Take no call of a workspace for one that a client was shown."""
        for (owner, *_), entry in self._entries.items():
            if owner == workspace:
                entry.noted = -inf

    def put(self, key: Key, entry: Entry) -> None:
        """Keep ``entry`` under ``key``, if there is space or something was put there lately."""
        if self.bytes > _SCARCE * self._most_bytes and not self._is_back(key):
            return
        self._drop(self._entries.pop(key, None))
        self._entries[key] = entry
        entry.names, entry.counted = getsizeof(key[0]) + getsizeof(key[1]), 0
        self.bytes += entry.names
        self.weigh(entry)

    def _is_back(self, key: Key) -> bool:
        """Remember that ``key`` was asked for; return whether it was before."""
        mark = hash(key)
        if mark in self._recent or mark in self._before:
            return True
        self._recent.add(mark)
        if len(self._recent) == _REMEMBERED:
            self._before, self._recent = self._recent, set()
        return False

    def weigh(self, entry: Entry) -> None:
        """Count how large a script has become; forget others where all are too large."""
        size = entry.script.size
        if entry.counted is None or entry.counted == size:
            return
        self.bytes += size - entry.counted
        entry.counted = size
        # One script always stays, however long: the one that is being answered.
        while self.bytes > self._most_bytes and len(self._entries) > 1:
            self._drop(self._entries.popitem(last=False)[1])

    def _drop(self, entry: Entry | None) -> None:
        if entry is not None and entry.counted is not None:
            self.bytes -= entry.names + entry.counted
            entry.counted = None
