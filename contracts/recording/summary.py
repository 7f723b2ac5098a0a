"""What is said at the end: what was recorded, what was replaced, and what nobody can promise."""

from collections.abc import Iterator, Sequence

from contracts.recording.room import Room
from contracts.traffic.scrubbing import KINDS, Scrubber

__all__ = ["recorded", "replaced"]

_UNPROMISED = (
    "Not promised: names that no field and no question tells, numbers spoken as words, other "
    "personal facts (ages, dates, illnesses), pictures and sound. Kept as they are: hosts, ids, "
    "times, sentiment. Read the file before you pass it on."
)


def recorded(rooms: Sequence[Room], exchanges: int, file: str) -> Iterator[str]:
    """Yield what became of each room."""
    calls = sum(one.shown for one in rooms)
    yield f"recorded {_number(calls, 'call')} in {_number(exchanges, 'exchange')}: {file}"
    for room in rooms:
        state = f"{room.state}; " if room.shown else ""
        yield f"  {room.name}: {state}{room.told}"


def replaced(scrubber: Scrubber, keeps_personal: bool) -> Iterator[str]:
    """Yield what was replaced, and how often; never a value."""
    told = [
        f"  {kind:<17} {times:>6} times, {tally.different(kind)} different"
        for kind in KINDS
        for tally in scrubber.tallies
        if (times := tally.times[kind])
    ]
    yield "replaced:" if told else "replaced: nothing; there was nothing to hide"
    yield from told
    yield "Personal data was kept (--keep-personal-data)." if keeps_personal else _UNPROMISED


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
