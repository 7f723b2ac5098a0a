"""How a process and a store come together that no longer have the same history.

A store may have lost its latest entries, and others may have gone on from there. What this process
has read and is not there is put back, after what is there: both hold then.
"""

import logging
from collections.abc import Iterable, Sequence
from operator import attrgetter

from mockserver.state.kept import Entry, Kept
from mockserver.state.ledger import WITHOUT_NUMBER, Batch, Ledger

__all__ = ["reunited"]

_log = logging.getLogger(__name__)
_POSITION = attrgetter("position")


async def reunited(
    ledger: Ledger, position: int, kept: Kept, removals: Iterable[Entry]
) -> Sequence[Batch]:
    """Return all that a store has, once it has what was read up to ``position``.

    ``kept`` is what counts of that, and ``removals`` are the latest entries that forget others.

    Raises:
        StoreError: the store cannot be reached.
    """
    counting = sorted(kept, key=_POSITION)
    known = await ledger.restore(position, counting)
    own = sorted((*counting, *removals), key=_POSITION)
    if known is None:
        _log.warning("the store has lost all events; they are written back")
        known = position
    lost = [entry for entry in own if entry.position > known]
    there = _There(kept)
    there.add(await ledger.since(0))
    while missing := there.without(lost, known):
        answer = await ledger.append(there.position, missing, alone=True)
        there.add(answer)
        if answer.own:
            _log.warning("the store has lost the latest events; they are put back")
            break
    return there.batches


class _There:
    """What a store has: all of it, and what counts of that."""

    def __init__(self, kept: Kept) -> None:
        self.batches: list[Batch] = []
        self.position = 0
        self._kept, self._ids = Kept(kept.limits), set[str]()

    def add(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.position = batch.position
        for entry in batch.entries:
            self._kept.apply(entry)
            self._ids.add(entry.id)

    def without(self, lost: Sequence[Entry], known: int) -> list[Entry]:
        """Return what has to be appended, so that nothing of ``lost`` is missing.

        What was forgotten is forgotten again, but for what others have appended since, after the
        position ``known``. Numbers that others have been given meanwhile are given anew.
        """
        missing: list[Entry] = []
        for entry in lost:
            if entry.id in self._ids:
                continue
            missing.append(entry)
            if entry.event.kind == "forget":
                missing += self._later(entry.workspace, entry.event.room, known)
        return _numbered(missing, self._kept)

    def _later(self, workspace: str, room: str | None, known: int) -> list[Entry]:
        return [
            entry
            for entry in self._kept
            if entry.workspace == workspace
            and room in (None, entry.event.room)
            and entry.position > known
        ]


def _numbered(entries: Sequence[Entry], kept: Kept) -> list[Entry]:
    """Return entries with their numbers, or none where these would not be the next ones."""
    latest: dict[str, int] = {}
    numbered = []
    for entry in entries:
        workspace, event = entry.workspace, entry.event
        if event.kind == "forget" and event.room is None:
            latest[workspace] = 0
        elif event.kind not in WITHOUT_NUMBER:
            before = latest.get(workspace, kept.latest(workspace))
            if event.number <= before:
                event = event._replace(number=0)
            latest[workspace] = event.number or before + 1
        numbered.append(entry._replace(event=event))
    return numbered
