"""Randomness by name: the same seed and names always give the same draws, in any order."""

import random
from hashlib import blake2b

__all__ = ["digest", "generator"]


def digest(seed: int, *names: str | int) -> bytes:
    """Return 16 bytes that depend on ``seed`` and every one of ``names``, and on nothing else."""
    # repr keeps ("a", "bc") and ("ab", "c") apart; surrogates cannot come from a decoded request,
    # but may come from a caller of the Faker provider.
    return blake2b(repr((seed, names)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def generator(seed: int, *names: str | int) -> random.Random:
    """Return a random generator of its own for ``seed`` and ``names``."""
    return random.Random(int.from_bytes(digest(seed, *names)))
