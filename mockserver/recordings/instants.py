"""When a call began, by many answers each of which knows it only roughly."""

__all__ = ["Sample"]

_MOST = 1024


class Sample:
    """Some of the numbers that it was given, spread evenly over all of them: at most 1024."""

    def __init__(self) -> None:
        self._kept: list[float] = []
        self._every = 1  # one of so many is kept
        self._given = 0

    def add(self, number: float) -> None:
        """Take another number into account."""
        if self._given % self._every == 0:
            self._kept.append(number)
        self._given += 1
        if len(self._kept) > _MOST:
            self._kept, self._every = self._kept[::2], self._every * 2

    def quantile(self, share: float) -> float | None:
        """Return the number that a ``share`` of the others is below; None where there is none."""
        ordered = sorted(self._kept)
        return ordered[int(share * (len(ordered) - 1))] if ordered else None
