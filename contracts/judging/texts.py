"""Shows two texts so that a reader sees what tells them apart."""

import unicodedata
from collections.abc import Callable
from itertools import takewhile

__all__ = ["told_apart"]

_LONGEST = 12  # characters whose code points are shown


def told_apart(first: str, second: str, quoted: Callable[[str], str] = repr) -> tuple[str, str]:
    """Return both texts quoted; with the code points that differ, where they look the same.

    Such as ``'é' (U+00E9)`` and ``'é' (U+0065 U+0301)``.
    """
    shown = quoted(first), quoted(second)
    if first == second or _look(first) != _look(second):
        return shown
    start = _common(first, second)
    end = _common(first[start:][::-1], second[start:][::-1])
    points = (_points(text[start : len(text) - end]) for text in (first, second))
    return shown[0] + next(points), shown[1] + next(points)


def _look(text: str) -> str:
    """Return the text as it looks: one spelling of what Unicode spells in several ways."""
    return unicodedata.normalize("NFKC", text)


def _common(first: str, second: str) -> int:
    """Return how many characters both begin with."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _points(text: str) -> str:
    points = " ".join(f"U+{ord(char):04X}" for char in text[:_LONGEST])
    return f" ({points or 'nothing'}{' …' if len(text) > _LONGEST else ''})"
