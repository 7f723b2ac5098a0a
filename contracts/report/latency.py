"""How long the target took to answer, as a picture of the HTML report."""

import math
from collections.abc import Sequence

from contracts.judging.results import Observation
from contracts.report.geometry import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Bar,
    Picture,
)

__all__ = ["latency"]


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def latency(observations: Sequence[Observation]) -> Picture:
    """Draw how long the answers took, as a histogram in milliseconds."""
    taken = sorted(max(0.0, (one.received - one.sent) * 1000) for one in observations)
    middle, slow = taken[len(taken) // 2], taken[math.ceil(len(taken) * 0.95) - 1]
    bins = min(16, max(4, len(taken) // 3))
    x = Axis(0.0, max(taken[-1] * 1.05, 1.0), LEFT, WIDTH - RIGHT)
    step = x.high / bins
    counts = [0] * bins
    for one in taken:
        counts[min(int(one / step), bins - 1)] += 1
    y = Axis(0.0, float(max(counts)), HEIGHT - BOTTOM, TOP, least=1.0)
    bars = []
    for n, count in enumerate(counts):
        left, top = x.place(n * step), y.place(count)
        width = x.place((n + 1) * step) - left
        bars.append(Bar(left, top, round(width - 1, 1), round(y.start - top, 1), 0))
    return Picture(
        "latency",
        "How long the answers took",
        f"{len(taken)} answers: half within {_short(middle)} ms, 95 in 100 within "
        f"{_short(slow)} ms, the slowest {_short(taken[-1])} ms.",
        x,
        "milliseconds",
        HEIGHT,
        y,
        "answers",
        bars=tuple(bars),
        guides=((x.place(middle), "half"), (x.place(slow), "95 %")),
    )
