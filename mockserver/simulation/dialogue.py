"""The dialogue files: what can be said in a language, in which wordings.

A language's folder holds one file a topic and ``common.yaml`` with what all calls share: the
greeting, how a caller says who they are, and the closing. ``turns.py`` reads the turns.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import product
from typing import Any

from mockserver.simulation.goods import Matter, Product, products_of
from mockserver.simulation.performance import Note, Passage, Turn
from mockserver.simulation.turns import (
    Identification,
    Inquiry,
    Part,
    parts_of,
    read_turns,
    spoken_turns,
)
from openapi.documents import read_yaml

__all__ = ["ANONYMOUS", "Language", "Phrases", "Topic", "language", "languages", "speaks"]

_DIALOGUES = files(__package__).joinpath("dialogues")
_DEFAULT_LANGUAGE = "en"
_TAKEOVER = "takeover"

ANONYMOUS = "anonymous"
"""What is said of a caller who does not say their name, beside the facts that are known."""


class Later(dict[frozenset[str], Passage]):
    """A topic's passages by what has been said before; each is made when it is first looked up."""

    def __init__(self, make: Callable[[frozenset[str]], Passage]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, said: frozenset[str]) -> Passage:
        made = self[said] = self._make(said)
        return made


@dataclass(frozen=True, eq=False)
class Topic:
    """A matter that a customer calls about.

    ``first`` is how it is spoken when the call begins with it, greeting included; of a scene, a
    whole call. ``later`` is how it is spoken when it follows another one, by what has been said so
    far of what it ``heeds``. Once it is over, its ``facts`` have been said. Nobody calls about it
    and one of ``not_with``.
    """

    name: str
    agents: tuple[str, ...]
    turns: tuple[Turn, ...]
    first: Passage
    anonymous: Passage
    later: Later
    facts: frozenset[str]
    heeds: frozenset[str]
    not_with: frozenset[str]
    matter: Matter

    @cached_property
    def seconds(self) -> float:
        """How long it takes when it follows another one, at most."""
        return self.later[frozenset()].seconds

    def contradicts(self, other: "Topic") -> bool:
        """Return whether nobody would call about both."""
        return other.name in self.not_with or self.name in other.not_with


@dataclass(frozen=True)
class Phrases:
    """What insights say, apart from the notes of what is spoken.

    ``silence`` stands for the summary while nobody has spoken. ``said`` quotes a line, by its role
    or ``other``; ``after`` are suggestions that fit once that role has spoken, and ``""`` those for
    before anybody has. ``earlier`` names matters that were settled a while ago. ``joint`` stands
    between sentences, ``comma`` between matters.
    """

    silence: str
    said: Mapping[str, str]
    after: Mapping[str, tuple[str, ...]]
    earlier: str
    joint: str
    comma: str


@dataclass(frozen=True, eq=False)
class Language:
    """The dialogues of one language, and its conventions that Faker does not know.

    ``takeover`` is what is spoken when a person takes over from the AI agent, in whatever call.
    ``agents`` are the names of those who take any topic.
    """

    code: str
    name: str
    agents: tuple[str, ...]
    greeting: tuple[Turn, ...]
    closing: tuple[Turn, ...]
    ending: Passage
    takeover: Passage
    topics: tuple[Topic, ...]
    topic_seconds: float
    scenes: Mapping[str, Topic]
    date: str
    first_day: str
    months: tuple[str, ...]
    time: str
    minutes: tuple[str, ...]
    products: tuple[Product, ...]
    plans: tuple[str, ...]
    companies: tuple[str, ...]
    phrases: Phrases

    def called(self, month: int, day: int) -> str:
        """Return how a day of the year is called."""
        called = self.first_day if day == 1 else day
        return self.date.format(month=self.months[month - 1], day=called)

    def at(self, hour: int, quarter: int) -> str:
        """Return how a time of day is called, by its hour and the quarter of it."""
        half, minute = "AM" if hour < 12 else "PM", self.minutes[quarter]
        return self.time.format(hour=hour, minute=minute, hour12=(hour - 1) % 12 + 1, half=half)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have dialogues, such as ``en``."""
    return tuple(sorted(folder.name for folder in _DIALOGUES.iterdir() if folder.is_dir()))


def _code(locale: str) -> str:
    return locale.replace("-", "_").partition("_")[0]


def speaks(locale: str) -> bool:
    """Return whether there are dialogues in the language of a locale."""
    return _code(locale) in languages()


@cache
def language(locale: str) -> Language:
    """Return the dialogues for a locale: those of its language, or else the English ones."""
    return _language(_code(locale) if speaks(locale) else _DEFAULT_LANGUAGE)


@dataclass(frozen=True)
class _Common:
    """What the topics of a language share."""

    code: str
    joint: str
    greeting: tuple[Turn, ...]
    closing: tuple[Turn, ...]
    offer: Note | None
    identification: Identification


def _topic(document: dict[str, Any], common: _Common) -> Topic:
    name, is_scene = document["topic"], bool(document.get("scene"))
    entries = parts_of(document["turns"])
    first = entries[0]
    assert isinstance(first, Turn)
    note = replace(first.note or Note(), label=document["label"], briefly=document["briefly"])
    opening = replace(first, topic=name, note=note)
    parts: list[Part] = [opening, *entries[1:]]

    def turns(opening: Turn, said: frozenset[str]) -> tuple[Turn, ...]:
        made = spoken_turns([opening, *parts[1:]], said, common.identification, common.joint)
        return made if is_scene else (*made, _offer(document, common.offer))

    nothing, anonymous = frozenset[str](), frozenset({ANONYMOUS})
    whole = turns(opening, nothing)
    facts = _facts(whole)
    heeds = facts | anonymous | {part.fact for part in parts if isinstance(part, Inquiry)}
    ending = common.closing if is_scene else ()
    code = common.code

    def later(said: frozenset[str]) -> Passage:
        also = _also(opening, document["also"], common.joint)
        return Passage(f"{code}/later/{name}/{'+'.join(sorted(said))}", turns(also, said))

    return Topic(
        name,
        tuple(document.get("agents", ())),
        whole if is_scene else whole[:-1],
        Passage(f"{code}/first/{name}", (*common.greeting, *whole, *ending)),
        Passage(f"{code}/anonymous/{name}", (*common.greeting, *turns(opening, anonymous))),
        Later(later),
        facts,
        heeds,
        frozenset(document.get("not_with", ())),
        Matter.read(document, (text for turn in whole for text in turn.variants)),
    )


def _facts(turns: tuple[Turn, ...]) -> frozenset[str]:
    """Return what has been said of the caller once these have been spoken."""
    text = "".join(wording for turn in turns for wording in turn.variants)
    found = {fact for fact, slots in _FACTS.items() if any(slot in text for slot in slots)}
    return frozenset(found)


_FACTS = {"account": ("{full_name}", "{email}"), "street": ("{street}",)}
"""What nobody is asked twice, by the slots in which it is said."""


def _also(opening: Turn, entry: str | list[str], joint: str) -> Turn:
    """Return the first turn of a topic as it is spoken after another one."""
    (also,) = read_turns([{"customer": entry}])
    variants = product(also.variants, opening.variants)
    return replace(opening, variants=tuple(joint.join(one) for one in variants))


def _offer(document: Mapping[str, Any], note: Note | None) -> Turn:
    """Return the agent's last turn: what has been settled, and whether there is anything else."""
    (turn,) = read_turns([{"agent": document["done"]}])
    return replace(turn, note=note)


@cache
def _language(code: str) -> Language:
    folder = _DIALOGUES.joinpath(code)
    documents = {p.name.removesuffix(".yaml"): read_yaml(p) for p in folder.iterdir()}
    entry, takeover = documents.pop("common"), documents.pop(_TAKEOVER)
    phrases = _phrases(entry["insights"])
    common = _Common(
        code,
        phrases.joint,
        read_turns(entry["greeting"]),
        read_turns(entry["closing"]),
        Note("", tuple(entry["offer"]["suggests"])),
        Identification.read(entry["identify"]),
    )
    # A topic in which somebody joins, or that the catalogue tells as a story, is a scene: ordinary
    # calls do not chain it.
    scenes = {name for name, document in documents.items() if document.get("scene")}
    read = {name: _topic(documents[name], common) for name in sorted(documents)}
    topics = tuple(topic for name, topic in read.items() if name not in scenes)
    return Language(
        code=code,
        name=entry["language"],
        agents=tuple(entry["agents"]),
        greeting=common.greeting,
        closing=common.closing,
        topics=topics,
        # A topic ends with the question that the closing begins with.
        ending=Passage(f"{code}/closing", common.closing[1:]),
        takeover=Passage(f"{code}/{_TAKEOVER}", read_turns(takeover["turns"])),
        topic_seconds=sum(topic.seconds for topic in topics) / len(topics),
        scenes={name: topic for name, topic in read.items() if name in scenes},
        date=entry["date"],
        first_day=entry.get("first_day", "1"),
        months=tuple(entry["months"]),
        time=entry.get("time", "{hour}:{minute}"),
        minutes=tuple(entry.get("minutes", ("00", "15", "30", "45"))),
        products=products_of(entry["product"]),
        plans=tuple(entry["plan"]),
        companies=tuple(entry["company"]),
        phrases=phrases,
    )


def _phrases(entry: Mapping[str, Any]) -> Phrases:
    suggestions = {role: tuple(texts) for role, texts in entry["after"].items()}
    return Phrases(**{**entry, "after": suggestions})
