"""The calls that come and go in a workspace by themselves: a function of seed and time.

A fleet has slots. Each hosts one call after the other, with a pause after each, and gives every
call a room of its own. The room's name holds the slot and the number of the call, so that its
window follows from the name alone: nobody has to remember which rooms there were.
"""

from math import ceil
from typing import NamedTuple

from mockserver.simulation.places import place
from mockserver.simulation.randomness import Draws, digest
from mockserver.simulation.rooms import ALPHABET, read_room, word
from mockserver.simulation.schedule import Window

__all__ = ["MOST_CALLS", "Fleet", "fleet_slots"]

MOST_CALLS = 10_000
"""How large a fleet can be."""

_BUSY = 0.85  # the share of the time in which a slot hosts a call
_SHORTEST_CYCLE, _LONGEST_CYCLE = 14 * 60, 26 * 60
_LEAST_SHARE, _GREATEST_SHARE = 0.2, 0.8  # of the first of the two calls of a cycle
_CYCLES = 30  # whose lengths are drawn; then they come again

_SLOT_BITS, _NUMBER_BITS, _CHECK_BITS = 14, 22, 10
_DATA_BITS = _SLOT_BITS + _NUMBER_BITS
_CODE_CHARACTERS = 8  # of 57 characters each: they hold 46 bits

_AGENTS = ("genericAgent", "supportAgent", "salesAgent", "billingAgent", "bookingAgent")
_FORMS = ("sip",) * 5 + ("web",) * 2 + ("outbound",)
_DIALLED_SECONDS = 20  # before an outbound call is answered


def fleet_slots(calls: int) -> int:
    """Return how many slots it takes for so many calls to be on at once, on average."""
    return ceil(calls / _BUSY)


class _Slot(NamedTuple):
    """One slot: ``cycle`` and ``phase`` in seconds; ``shares`` are two bytes for each cycle."""

    cycle: int
    phase: int
    shares: bytes

    def number(self, since_epoch: float) -> int:
        """Return the number of the cycle that is on so many seconds after the epoch."""
        return int((since_epoch + self.phase) // self.cycle)


class Fleet:
    """The fleet of one workspace.

    ``epoch`` is in UTC Unix seconds; telephone numbers are those of ``locale``.
    """

    def __init__(self, seed: int, workspace: str, epoch: int, locale: str) -> None:
        self._seed, self._workspace, self._epoch = seed, workspace, epoch
        self._place = place(locale)

    def _slot(self, slot: int) -> _Slot:
        key = digest(self._seed, "fleet", self._workspace, slot, size=4 + 2 * _CYCLES)
        cycle = _SHORTEST_CYCLE + int.from_bytes(key[:2]) % (_LONGEST_CYCLE - _SHORTEST_CYCLE + 1)
        return _Slot(cycle, int.from_bytes(key[2:4]) % cycle, key[4:])

    def at(self, slot: int, now: float) -> Window:
        """Return the latest call of a slot that began by ``now``, in UTC Unix seconds.

        It may be over.
        """
        cycle = self._slot(slot).number(now - self._epoch)
        first, second = self._cycle(slot, cycle)
        return second if now >= second.started else first

    def _cycle(self, slot: int, cycle: int) -> tuple[Window, Window]:
        """Return the windows of the two calls of a cycle."""
        seconds, phase, shares = self._slot(slot)
        opened = self._epoch - phase + cycle * seconds
        at = cycle % _CYCLES * 2
        talk, pause = int(seconds * _BUSY), int(seconds * (1 - _BUSY))
        first, gap = int(_share(shares[at]) * talk), int(_share(shares[at + 1]) * pause)
        ended, begun = opened + first, opened + first + gap
        return (
            Window(2 * cycle, opened, opened, ended, begun),
            Window(2 * cycle + 1, begun, begun, begun + talk - first, opened + seconds),
        )

    def room(self, slot: int, number: int) -> str:
        """Return the name of the room of a slot's call."""
        key = digest(self._seed, "fleet room", self._workspace, slot, number, size=32)
        code = self._code(slot, number)
        form = _FORMS[key[0] % len(_FORMS)]
        if form == "sip":
            return f"call-_{self._place.phone(Draws(key[8:16]))}_{code}{word(4, key[1:])}"
        if form == "web":
            return f"web-{_AGENTS[key[1] % len(_AGENTS)]}-{code}"
        started = self._numbered(slot, number).started - _DIALLED_SECONDS
        return f"{started & 0xFFFFFFFF:08x}{key[8:16].hex()}-{code}"

    def _numbered(self, slot: int, number: int) -> Window:
        cycle, second = divmod(number, 2)
        return self._cycle(slot, cycle)[second]

    def window(self, room: str, now: float) -> Window | None:
        """Return when the call of one of the fleet's rooms is on, None for any other room.

        Numbers come again after some fifty years: of those, the nearest to ``now`` is meant.
        """
        code = read_room(room).code
        found = self._decoded(code) if code else None
        if found is None:
            return None
        slot, low = found
        near = 2 * self._slot(slot).number(now - self._epoch)
        span = 1 << _NUMBER_BITS
        number = near + (low - near + span // 2) % span - span // 2
        if self.room(slot, number) != room:
            return None
        return self._numbered(slot, number)

    def _code(self, slot: int, number: int) -> str:
        data = slot << _NUMBER_BITS | number % (1 << _NUMBER_BITS)
        check = self._bits(_CHECK_BITS, "check", data)
        left = check << _DATA_BITS | data ^ self._bits(_DATA_BITS, "mask", check)
        characters = []
        for _ in range(_CODE_CHARACTERS):
            left, digit = divmod(left, len(ALPHABET))
            characters.append(ALPHABET[digit])
        return "".join(characters)

    def _decoded(self, code: str) -> tuple[int, int] | None:
        """Return the slot and the low bits of the number, None where the check does not hold."""
        value = 0
        for character in reversed(code):
            value = value * len(ALPHABET) + ALPHABET.index(character)
        check, masked = divmod(value, 1 << _DATA_BITS)
        if check >> _CHECK_BITS:
            return None
        data = masked ^ self._bits(_DATA_BITS, "mask", check)
        if self._bits(_CHECK_BITS, "check", data) != check:
            return None
        return divmod(data, 1 << _NUMBER_BITS)

    def _bits(self, count: int, name: str, value: int) -> int:
        key = digest(self._seed, "fleet", name, self._workspace, value, size=8)
        return int.from_bytes(key) & ((1 << count) - 1)


def _share(byte: int) -> float:
    return _LEAST_SHARE + (_GREATEST_SHARE - _LEAST_SHARE) * byte / 255
