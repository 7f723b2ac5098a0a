"""A whole call's conversation: passages that follow each other until its time is up.

Passages are planned one by one, as the call goes on: a call that has just begun costs one passage.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import NamedTuple

from mockserver.simulation.dialogue import ANONYMOUS, Language, Topic
from mockserver.simulation.performance import NO_FACTS, Facts, Passage, Performance
from mockserver.simulation.persona import Particulars
from mockserver.simulation.randomness import Draws

__all__ = ["Segment", "converse", "play"]

# Passages have an average length. One performance of the closing may be so much longer.
_MARGIN_SECONDS = 6.0
_LEAST_FILLED = 0.65  # of a call that a scene can fill
_ANONYMOUSLY = frozenset({ANONYMOUS})


class Segment(NamedTuple):
    """A performance in its place in a call.

    It has the offset of each line, in seconds since the start, and the values of their slots.
    """

    performance: Performance
    offsets: Sequence[float]
    facts: Facts = NO_FACTS


def play(
    scene: Topic, rng: Draws, particulars: Particulars, length: float = 0.0
) -> Iterator[Segment]:
    """Yield a scene, from its greeting to its closing, in ``length`` seconds or more."""
    seconds = max(0.0, length - _MARGIN_SECONDS)
    particulars.matter = scene.matter
    yield _within(scene.first, rng, particulars, 0.0, seconds)


def fitting(scenes: Iterable[Topic], length: float) -> list[Topic]:
    """Return the scenes that fill a call of ``length`` seconds without being drawn out."""
    most, least = length - _MARGIN_SECONDS, length * _LEAST_FILLED
    return [scene for scene in scenes if least <= scene.first.seconds <= most]


def converse(
    spoken: Language,
    first: Topic,
    rng: Draws,
    particulars: Particulars,
    length: float,
    *,
    anonymous: bool = False,
) -> Iterator[Segment]:
    """Yield a whole call of ``length`` seconds that begins with the topic ``first``.

    Topics follow each other until the time is up, in an order that is drawn for the call; each has
    particulars of its own, and none comes twice. Time that would be left over is shared out among
    them. An ``anonymous`` caller does not say their name.
    """
    end = length - spoken.ending.seconds - _MARGIN_SECONDS
    count = max(1, min(int(end // spoken.topic_seconds), len(spoken.topics)))
    passage = first.anonymous if anonymous else first.first
    particulars.matter = first.matter
    segment = _within(passage, rng, particulars, 0.0, end / count)
    yield segment
    most = count > len(spoken.topics) // 2
    told, said = [first], _ANONYMOUSLY if anonymous else frozenset()
    for number in range(1, count):
        left, start = count - number, segment.offsets[-1]
        seconds = end - start if left == 1 else inf
        topic = _next(spoken.topics, told, rng, seconds, most=most)
        said |= told[-1].facts
        passage = topic.later[said & topic.heeds]
        particulars = particulars.of(number, topic.matter)
        segment = _within(passage, rng, particulars, start, (end - start) / left)
        yield segment
        told.append(topic)
    start = max(end, segment.offsets[-1])
    yield _within(spoken.ending, rng, particulars, start, 0.0)


def _next(
    topics: Sequence[Topic], told: Sequence[Topic], rng: Draws, seconds: float, *, most: bool
) -> Topic:
    """Draw a topic that has not been told, takes at most ``seconds``, and agrees with those told.

    Where no topic meets all three demands, the last is dropped first, then the second. In a call
    that tells ``most`` of them, those that contradict others come late.
    """
    new = short = [topic for topic in topics if topic not in told]
    if seconds < inf:
        short = [topic for topic in new if topic.seconds <= seconds] or [min(new, key=_seconds)]
    names = {topic.name for topic in told}
    rivals = names.union(*(topic.not_with for topic in told))
    agreeing = [
        topic for topic in short if topic.name not in rivals and names.isdisjoint(topic.not_with)
    ]
    if not agreeing:
        return min(short, key=lambda topic: sum(map(topic.contradicts, told)))
    return rng.choice((most and [one for one in agreeing if not one.not_with]) or agreeing)


def _seconds(topic: Topic) -> float:
    return topic.seconds


def _within(passage: Passage, rng: Draws, facts: Facts, start: float, seconds: float) -> Segment:
    """Return a performance from ``start`` on that takes up ``seconds``, or longer if it must."""
    performance = passage.performance(rng)
    return Segment(performance, performance.offsets(start, seconds), facts)
