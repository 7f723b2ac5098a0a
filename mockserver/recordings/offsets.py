"""From the instants of a recording to seconds since the call began."""

from math import ceil, floor

from mockserver.recordings.takes import Take
from mockserver.simulation.clock import instant

__all__ = ["Offsets"]

_MIDDLE, _LOW, _HIGH = 0.5, 0.1, 0.9
_ROUGHLY = 1.5  # seconds that a whole duration and an instant can be apart
_SAME_CLOCK = 1.0  # second that the date of an answer leaves open


class Offsets:
    """When things happened in a call, in seconds since it began.

    ``lead`` is how many whole seconds the call had been going on when it was first seen, and
    ``end`` after how many it was over. What is seen in the first answer has been so before.
    """

    def __init__(self, take: Take) -> None:
        # A duration without decimals is up to a second behind: the latest of its instants is the
        # true one. But clocks jitter.
        begun = take.begun.quantile(_MIDDLE if take.decimals else _LOW)
        self._first, self._begun = take.first, take.first if begun is None else begun
        ahead = take.ahead.quantile(_HIGH) or 0.0
        self._ahead = ahead if abs(ahead) >= _SAME_CLOCK else 0.0
        seen = take.first - self._begun
        self.lead = max(0, int(take.duration if abs(seen - take.duration) < _ROUGHLY else seen))
        self.end = self._end(take)

    def _end(self, take: Take) -> int:
        last = self.of(take.last)
        least = max(floor(last), self.lead) + 1
        if take.over is not None:
            return max(floor(self.of(take.over)), least)
        poll = (take.last - take.first) / max(1, take.polls - 1)
        return max(ceil(last + poll), least)

    def of(self, at: float) -> float:
        """Return the offset of what was first seen at an instant, in UTC Unix seconds."""
        if at <= self._first:
            return 0.0
        return max(self.exact(at), float(self.lead))

    def exact(self, at: float) -> float:
        """Return the offset of an instant, whatever was seen before."""
        # To the millisecond before, so that who asks just then sees it.
        return floor(round(at - self._begun, 6) * 1000) / 1000

    def joined(self, text: str, seen: float) -> float:
        """Return the offset of a participant's ``joinedAt`` who was ``seen`` at an instant."""
        latest = max(0.0, self.exact(seen))
        try:
            offset = round(instant(text) - self._begun - self._ahead, 3)
        except ValueError:
            return latest
        return min(max(0.0, offset), latest)
