"""The scripts that are kept, within a bound of bytes.

Where space gets scarce, it is for rooms that are asked for again: one that is asked for once, by a
crawler or a fuzzer say, never pushes out one that is polled. First the bodies are forgotten that
were made last, then scripts. Where more rooms are polled in turn than there is space for, most of
those stay that are there: if each pushed out the one that comes next, none would ever be found.
"""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import chain
from math import inf
from sys import getsizeof

from mockserver.simulation.schedule import Window
from mockserver.simulation.script import CallScript

__all__ = ["Entry", "Key", "ScriptCache"]

Key = tuple[str, str, str, int | None, str | None]
"""Workspace, room, scenario, seed and locale: what tells scripts apart."""

_REMEMBERED = 16_384  # rooms, at about 60 bytes each
_SCARCE, _FULL = 0.75, 0.99  # of the bound
_ONE_IN = 8  # of the scripts and bodies that find no space, one pushes out another
_STAY_RENDERED = 1 / 16


class Entry:
    """A script, and the window in which its call is live.

    ``names`` is the size of its key, ``counted`` what is counted of the script itself, in bytes,
    and None while it is not kept. ``noted`` is when it was last noted that a client was shown the
    call, by a stopwatch. ``bare`` says that no body of it is kept.
    """

    __slots__ = ("bare", "counted", "names", "noted", "script", "window")

    def __init__(self, window: Window, script: CallScript) -> None:
        self.window, self.script = window, script
        self.names, self.noted = 0, -inf
        self.counted: int | None = None
        self.bare = False


class ScriptCache:
    """Scripts by key, the one that was asked for latest last."""

    def __init__(self, most_bytes: int) -> None:
        self.bytes = 0
        self._most_bytes = most_bytes
        self._rendered: OrderedDict[Key, Entry] = OrderedDict()
        self._bare: OrderedDict[Key, Entry] = OrderedDict()  # without the bodies that were made
        # Hashes of keys that were not kept lately.
        self._recent: set[int] = set()
        self._before: set[int] = set()
        self._refused = 0

    def __len__(self) -> int:
        return len(self._bare) + len(self._rendered)

    def __iter__(self) -> Iterator[tuple[Key, Entry]]:
        """Return what is kept, those first that will be forgotten first."""
        return chain(self._bare.items(), self._rendered.items())

    def get(self, key: Key) -> Entry | None:
        """Return what is kept under ``key``."""
        entry = self._rendered.get(key)
        if entry is not None:
            self._rendered.move_to_end(key)
            return entry
        entry = self._bare.get(key)
        if entry is None:
            return None
        if self._has_space():
            del self._bare[key]
            self._rendered[key], entry.bare = entry, False
        else:
            self._bare.move_to_end(key)
        return entry

    def unnote(self, workspace: str) -> None:
        """Take no call of a workspace for one that a client was shown."""
        for (owner, *_), entry in self:
            if owner == workspace:
                entry.noted = -inf

    def put(self, key: Key, entry: Entry) -> None:
        """Keep ``entry`` under ``key``, if there is space or something was put there lately."""
        if self.bytes > _SCARCE * self._most_bytes and not self._may_stay(key):
            return
        self._drop(self._rendered.pop(key, None) or self._bare.pop(key, None))
        self._rendered[key] = entry
        entry.names, entry.counted = getsizeof(key[0]) + getsizeof(key[1]), 0
        self.bytes += entry.names
        self.weigh(entry)

    def _may_stay(self, key: Key) -> bool:
        """Return whether there is space for a key that comes back, or another one may go for it."""
        return self._is_back(key) and (self._has_bodies() or self._has_space())

    def _has_bodies(self) -> bool:
        """Return whether bodies are kept that may be forgotten."""
        return len(self._rendered) > 1 + len(self) * _STAY_RENDERED

    def _has_space(self) -> bool:
        """Return whether there is space, or it is time for one to push out another."""
        if self.bytes < _FULL * self._most_bytes:
            return True
        self._refused = (self._refused + 1) % _ONE_IN
        return self._refused == 0

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
        if entry.bare:
            entry.script.forget_body()
        if entry.counted is None or entry.counted == entry.script.size:
            return
        self._count(entry)
        # One script always stays, however long: the one that is being answered.
        while self.bytes > self._most_bytes and len(self) > 1:
            self._shrink()

    def _count(self, entry: Entry) -> None:
        size = entry.script.size
        self.bytes += size - (entry.counted or 0)
        entry.counted = size

    def _shrink(self) -> None:
        """Forget a body that was made: to draw a call takes ten times as long. Or else a script."""
        if not self._has_bodies():
            self._drop((self._bare or self._rendered).popitem(last=False)[1])
            return
        key, entry = self._rendered.popitem(last=False)
        self._bare[key], entry.bare = entry, True
        entry.script.forget_body()
        self._count(entry)

    def _drop(self, entry: Entry | None) -> None:
        if entry is not None and entry.counted is not None:
            self.bytes -= entry.names + entry.counted
            entry.counted = None
