"""Lines that change after they have appeared, as the last one of a live transcript may."""

from dataclasses import replace

from mockserver.simulation.performance import Performance

__all__ = ["as_of"]


def as_of(performance: Performance, elapsed: float) -> Performance:
    """Return a performance with its lines as they stand ``elapsed`` seconds into the call."""
    lines = list(performance.lines)
    for revision in performance.revisions:
        if revision.at > elapsed:
            break
        lines[revision.place] = revision.line
    return replace(performance, lines=tuple(lines))
