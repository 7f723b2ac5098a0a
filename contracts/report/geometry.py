"""The pictures of the HTML report as plain geometry, in coordinates of an SVG ``viewBox``."""

import math
from dataclasses import dataclass

__all__ = [
    "BOTTOM",
    "HEIGHT",
    "LEFT",
    "RIGHT",
    "TOP",
    "WIDTH",
    "Axis",
    "Bar",
    "Curve",
    "Picture",
    "Row",
]

# The size of a picture, and the margins around what is drawn in it.
WIDTH, HEIGHT = 400.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 12.0, 22.0, 34.0


@dataclass(frozen=True)
class Axis:
    """A scale from values ``low … high`` to coordinates ``start … end``.

    ``least`` is the smallest step between two ticks, such as 1 for what is counted.
    """

    low: float
    high: float
    start: float
    end: float
    least: float = 0.0

    def place(self, value: float) -> float:
        """Return the coordinate of ``value``."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return round(self.start + share * (self.end - self.start), 1)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Coordinates and labels of a few round values."""
        step = max(_round_step((self.high - self.low) / 5), self.least)
        first = math.ceil(self.low / step)
        values = [(first + n) * step for n in range(12)]
        placed = {_label(value): self.place(value) for value in values if value <= self.high}
        return [(place, label) for label, place in placed.items()]


def _label(value: float) -> str:
    for least, unit, sign in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= least:
            return f"{value / unit:g}{sign}"
    return f"{value:g}"


def _round_step(rough: float) -> float:
    if not rough:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1.0, 2.0, 5.0, 10.0) if n * power >= rough * 0.999)


@dataclass(frozen=True)
class Curve:
    """One room's line: its place in the legend and its points."""

    name: str
    kind: int
    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        """The points as an SVG polyline takes them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass(frozen=True)
class Bar:
    """A filled stretch of a row or of a histogram."""

    x: float
    y: float
    width: float
    height: float
    kind: int
    label: str = ""

    @property
    def shown_label(self) -> str:
        """The label where there is room for it inside the bar, else nothing."""
        return self.label if len(self.label) * 6.5 < self.width else ""


@dataclass(frozen=True)
class Row:
    """A named row of bars."""

    name: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Picture:
    """One figure: title, what it says in words, and what to draw."""

    id: str
    title: str
    words: str
    x: Axis
    x_name: str
    height: float
    y: Axis | None = None
    y_name: str = ""
    curves: tuple[Curve, ...] = ()
    bars: tuple[Bar, ...] = ()
    rows: tuple[Row, ...] = ()
    guides: tuple[tuple[float, str], ...] = ()
    reference: Curve | None = None
    kinds: tuple[str, ...] = ()

    @property
    def keys(self) -> list[tuple[int, str]]:
        """Return the legend: a kind of line or bar, and what it stands for."""
        return [(one.kind, one.name) for one in self.curves] or list(enumerate(self.kinds))
