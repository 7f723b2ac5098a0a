"""Sums of money, as a country writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Money"]

_COMMA = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class Money:
    """How a country writes sums of money, and how many units of its own make a dollar, about.

    ``before`` and ``after`` are what stands around the digits; ``group`` and ``point`` stand
    between them. ``cents`` are in a unit, 1 where there are none.
    """

    before: str
    after: str
    group: str
    point: str
    cents: int
    scale: int

    @classmethod
    def read(cls, country: Mapping[str, Any], default: str) -> "Money":
        """Return what ``countries.yaml`` has for a country."""
        before, after = country.get("money", default).split("{amount}")
        group, point = ".," if country.get("comma") else ",."
        group = country.get("group", group)
        cents = 10 ** country.get("decimals", 2)
        return cls(before, after, group, point, cents, country.get("scale", 1))

    def price(self, dollars: float) -> str:
        """Return about so many dollars as a list of prices has it, such as 9.99 or 1,250."""
        amount = dollars * self.scale
        if self.cents == 1:
            return self._written(round(amount / 10) * 10)
        half = self.cents // 2
        return self._written(max(1, round(amount * 2)) * half - 1)

    def exact(self, dollars: float, number: int) -> str:
        """Return a sum of about so many dollars, which no other ``number`` below 32 has.

        It is odd, so that no round sum is the same.
        """
        return self._written(int(dollars * self.scale * self.cents) & ~63 | 2 * number & 63 | 1)

    def round(self, dollars: float) -> str:
        """Return so many whole dollars."""
        return f"{self.before}{self._grouped(int(dollars * self.scale))}{self.after}"

    def _written(self, cents: int) -> str:
        if self.cents == 1:
            return f"{self.before}{self._grouped(cents)}{self.after}"
        whole, part = divmod(cents, self.cents)
        return f"{self.before}{self._grouped(whole)}{self.point}{part:02}{self.after}"

    def _grouped(self, whole: int) -> str:
        return str(whole) if whole < 1000 else f"{whole:,}".replace(",", self.group)
