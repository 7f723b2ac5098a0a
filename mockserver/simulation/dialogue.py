"""Conversations: the dialogue files, and how one is spoken line by line.

A language's folder holds one file a topic and ``common.yaml`` with the greeting, the bridge from
one topic to the next, and the closing. A conversation is a generator of lines in the order of
their offsets, so that a call that has just begun costs only its first lines.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from .randomness import Draws

__all__ = ["Language", "Line", "Topic", "Turn", "converse", "language", "languages", "speak"]

_DIALOGUES = files(__package__).joinpath("dialogues")
_DEFAULT_LANGUAGE = "en"
_SPEAKERS = ("agent", "customer")

# Fifteen characters a second is unhurried English, about 170 words a minute.
_CHARACTERS_PER_SECOND = 15.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.3, 1.4
# What slots may add to the lines that were planned, so that the last one is said in time.
_MARGIN_SECONDS = 6.0
_MEAN_PAUSE = (_SHORTEST_PAUSE + _LONGEST_PAUSE) / 2


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says, in several wordings of which a call uses one.

    ``seconds`` is about how long it takes to say, with the pause before it. ``mood`` is how the
    customer appears to feel from here on; ``hold`` that the agent looks something up afterwards;
    ``joins`` who enters the room and speaks this line; ``topic`` what the call is about from here.
    """

    role: str
    variants: tuple[str, ...]
    seconds: float
    mood: str | None = None
    hold: bool = False
    joins: str | None = None
    topic: str | None = None


@dataclass(frozen=True)
class Topic:
    """A matter that a customer calls about."""

    name: str
    agents: tuple[str, ...]
    turns: tuple[Turn, ...]
    seconds: float


@dataclass(frozen=True)
class Language:
    """The dialogues of one language, and its conventions that Faker does not know."""

    code: str
    greeting: tuple[Turn, ...]
    bridge: tuple[Turn, ...]
    closing: tuple[Turn, ...]
    topics: tuple[Topic, ...]
    scenes: Mapping[str, Topic]
    date: str
    months: tuple[str, ...]
    products: tuple[str, ...]
    plans: tuple[str, ...]
    companies: tuple[str, ...]


class Line(NamedTuple):
    """A line of the transcript, at the moment when it has been spoken.

    ``offset`` is in seconds since the call began; ``fields`` are those of the transcript line.
    A tuple, because each line of each call is one.
    """

    offset: float
    fields: Mapping[str, Any]
    mood: str | None = None
    joins: str | None = None
    topic: str | None = None


def spoken_seconds(text: str) -> float:
    """Return how long ``text`` takes to say; a wide (East Asian) character counts as two."""
    if text.isascii():
        return len(text) / _CHARACTERS_PER_SECOND
    wide = (len(text.encode()) - len(text)) // 2
    return (len(text) + wide) / _CHARACTERS_PER_SECOND


def _turn(entry: dict[str, Any]) -> Turn:
    role = next(speaker for speaker in _SPEAKERS if speaker in entry)
    options = {key: entry[key] for key in ("mood", "hold", "joins") if key in entry}
    seconds = max(map(spoken_seconds, entry[role])) + _MEAN_PAUSE
    return Turn(role=role, variants=tuple(entry[role]), seconds=seconds, **options)


def _turns(entries: list[dict[str, Any]]) -> tuple[Turn, ...]:
    return tuple(map(_turn, entries))


def _read(path: Any) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _topic(document: dict[str, Any]) -> Topic:
    turns = _turns(document["turns"])
    turns = (replace(turns[0], topic=document["topic"]), *turns[1:])
    seconds = sum(turn.seconds for turn in turns)
    return Topic(document["topic"], tuple(document["agents"]), turns, seconds)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have dialogues, such as ``en``."""
    return tuple(sorted(folder.name for folder in _DIALOGUES.iterdir() if folder.is_dir()))


@cache
def language(locale: str) -> Language:
    """Return the dialogues for a locale: those of its language, or else the English ones."""
    code = locale.replace("-", "_").partition("_")[0]
    code = code if code in languages() else _DEFAULT_LANGUAGE
    folder = _DIALOGUES.joinpath(code)
    documents = {p.name.removesuffix(".yaml"): _read(p) for p in folder.iterdir()}
    common = documents.pop("common")
    topics = {name: _topic(documents[name]) for name in sorted(documents)}
    # A topic in which somebody joins, or that the catalogue tells as a story, is a scene: ordinary
    # calls do not chain it.
    scenes = {name: topic for name, topic in topics.items() if documents[name].get("scene")}
    return Language(
        code=code,
        greeting=_turns(common["greeting"]),
        bridge=_turns(common["bridge"]),
        closing=_turns(common["closing"]),
        topics=tuple(topic for name, topic in topics.items() if name not in scenes),
        scenes=scenes,
        date=common["date"],
        months=tuple(common["months"]),
        products=tuple(common["product"]),
        plans=tuple(common["plan"]),
        companies=tuple(common["company"]),
    )


def speak(
    turns: Iterable[Turn],
    rng: Draws,
    slots: Mapping[str, str],
    start: float,
    silence: float = 0.0,
) -> Iterator[Line]:
    """Yield the lines of ``turns`` from the offset ``start`` on, seconds since the call began.

    ``silence`` is how long the agent looks things up altogether, in seconds.
    """
    turns = tuple(turns)
    share = silence / (sum(turn.hold for turn in turns) or 1)
    offset = start
    for turn in turns:
        text = rng.choice(turn.variants)
        if "{" in text:
            text = text.format_map(slots)
        offset += rng.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE) + spoken_seconds(text)
        yield Line(offset, {"role": turn.role, "content": text}, turn.mood, turn.joins, turn.topic)
        offset += share if turn.hold else 0.0


def _next(topics: list[Topic], remaining: float, bridge: float) -> tuple[Topic, float] | None:
    """Take the next topic off ``topics`` and say how much silence it gets, in seconds.

    What will be left over at the call's end is shared out among the topics still to come.
    """
    mean = sum(topic.seconds for topic in topics) / len(topics) + bridge
    count = int(remaining // mean)
    if count >= 2:
        return topics.pop(0), max(0.0, (remaining - count * mean) / count)
    fitting = [topic for topic in topics if topic.seconds + bridge <= remaining]
    if not fitting:
        return None
    best = max(fitting, key=lambda topic: topic.seconds)
    topics.remove(best)
    return best, remaining - best.seconds - bridge


def converse(
    spoken: Language,
    first: Topic,
    rng: Draws,
    slots: Mapping[str, str],
    length: float,
) -> Iterator[Line]:
    """Yield a whole call of ``length`` seconds that begins with the topic ``first``.

    Topics follow each other, in an order of the call's own, until the time is up.
    """
    offset = 0.0
    bridge = sum(turn.seconds for turn in spoken.bridge)
    end = length - sum(turn.seconds for turn in spoken.closing) - _MARGIN_SECONDS
    others = [topic for topic in spoken.topics if topic is not first]
    rng.shuffle(others)
    queue = [first, *others]
    opening: tuple[Turn, ...] = spoken.greeting
    while queue and (choice := _next(queue, end - offset, bridge)) is not None:
        topic, silence = choice
        for line in speak((*opening, *topic.turns), rng, slots, offset, silence):
            offset = line.offset
            yield line
        opening = spoken.bridge
        if not queue:
            queue = list(spoken.topics)
            rng.shuffle(queue)
    yield from speak(spoken.closing, rng, slots, max(offset, end))
