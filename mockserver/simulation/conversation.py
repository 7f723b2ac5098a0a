"""A whole call's conversation: passages that follow each other until its time is up.

Passages are planned one by one, as the call goes on: a call that has just begun costs one passage.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import NamedTuple

from mockserver.simulation.dialogue import Language, Topic
from mockserver.simulation.performance import Passage, Performance
from mockserver.simulation.randomness import Draws

__all__ = ["Segment", "converse", "play"]

# Passages have an average length. One performance of the closing may be so much longer.
_MARGIN_SECONDS = 6.0
_LEAST_FILLED = 0.65  # of a call that a scene can fill


class Segment(NamedTuple):
    """A performance in its place in a call: the offset of each line, in seconds since the start."""

    performance: Performance
    offsets: Sequence[float]


def play(scene: Topic, rng: Draws, length: float = 0.0) -> Iterator[Segment]:
    """Yield a scene, from its greeting to its closing, in ``length`` seconds or more."""
    yield _within(scene.first, rng, 0.0, max(0.0, length - _MARGIN_SECONDS))


def fitting(scenes: Iterable[Topic], length: float) -> list[Topic]:
    """Return the scenes that fill a call of ``length`` seconds without being drawn out."""
    most, least = length - _MARGIN_SECONDS, length * _LEAST_FILLED
    return [scene for scene in scenes if least <= scene.first.seconds <= most]


def converse(spoken: Language, first: Topic, rng: Draws, length: float) -> Iterator[Segment]:
    """Yield a whole call of ``length`` seconds that begins with the topic ``first``.

    Topics follow each other until the time is up, in an order that is drawn for the call. Time that
    would be left over is shared out among them.
    """
    end = length - spoken.ending.seconds - _MARGIN_SECONDS
    count = max(1, int(end // spoken.topic_seconds))
    segment = _within(first.first, rng, 0.0, end / count)
    yield segment
    told = [first]
    for left in range(count - 1, 0, -1):
        start = segment.offsets[-1]
        topic = _next(spoken.topics, told, rng, end - start if left == 1 else inf)
        segment = _within(topic.later, rng, start, (end - start) / left)
        yield segment
        told.append(topic)
    start = max(end, segment.offsets[-1])
    yield _within(spoken.ending, rng, start, 0.0)


def _next(topics: Sequence[Topic], told: Sequence[Topic], rng: Draws, seconds: float) -> Topic:
    """Draw a topic that takes at most ``seconds``, has not been told, and agrees with those told.

    Where no topic meets all three demands, the last is dropped first, then the second.
    """
    others = [topic for topic in topics if topic is not told[-1]]
    short = [t for t in others if t.later.seconds <= seconds] or [min(others, key=_seconds)]
    latest = told[-len(topics) + 1 :]
    new = [topic for topic in short if topic not in latest] or short
    return rng.choice([topic for topic in new if not any(map(topic.contradicts, told))] or new)


def _seconds(topic: Topic) -> float:
    return topic.later.seconds


def _within(passage: Passage, rng: Draws, start: float, seconds: float) -> Segment:
    """Return a performance from ``start`` on that takes up ``seconds``, or longer if it must."""
    performance = passage.performance(rng)
    return Segment(performance, performance.offsets(start, seconds))
