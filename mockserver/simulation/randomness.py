"""Randomness by name: the same seed and names always give the same draws, in any order."""

from collections.abc import MutableSequence, Sequence
from hashlib import blake2b
from typing import TypeVar

__all__ = ["Draws", "digest"]

_T = TypeVar("_T")

# The multiplier and increment of Knuth's MMIX. Its high bits, which alone are used, are good enough
# for choosing words, and its state is one integer: a script keeps its generator for as long as the
# call lasts, and the standard library's takes 2.5 kB each.
_MULTIPLIER, _INCREMENT, _MASK = 6364136223846793005, 1442695040888963407, 2**64 - 1


def digest(seed: int, *names: str | int, size: int = 16) -> bytes:
    """Return ``size`` bytes, at most 64, that depend on ``seed`` and every one of ``names``."""
    # repr keeps ("a", "bc") and ("ab", "c") apart, and escapes what UTF-8 cannot encode.
    return blake2b(repr((seed, names)).encode(), digest_size=size).digest()


class Draws:
    """The draws that belong to a key of 8 bytes or more, one after the other."""

    __slots__ = ("_state",)

    def __init__(self, key: bytes) -> None:
        self._state = int.from_bytes(key[:8])

    def below(self, bound: int) -> int:
        """Return a whole number from 0 to ``bound`` - 1, for a bound of at most 2**32."""
        self._state = state = (self._state * _MULTIPLIER + _INCREMENT) & _MASK
        return (state >> 32) * bound >> 32

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def uniform(self, low: float, high: float) -> float:
        """Return a number from ``low`` to ``high``."""
        return low + (high - low) * self.below(2**32) / 2**32

    def choice(self, options: Sequence[_T]) -> _T:
        """Return one of ``options``."""
        return options[self.below(len(options))]

    def shuffle(self, items: MutableSequence[_T]) -> None:
        """Bring ``items`` into another order."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
