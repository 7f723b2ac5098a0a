"""The dialogue files: what can be said in a language, in which wordings.

A language's folder holds one file a topic and ``common.yaml`` with the greeting, the bridge from
one topic to the next, and the closing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from mockserver.simulation.performance import Note, Passage, Turn
from openapi.documents import read_yaml

__all__ = ["Language", "Phrases", "Topic", "language", "languages"]

_DIALOGUES = files(__package__).joinpath("dialogues")
_DEFAULT_LANGUAGE = "en"
_SPEAKERS = ("agent", "customer")
_OPTIONS = ("mood", "hold", "joins", "transfer", "waits")
_TAKEOVER = "takeover"


@dataclass(frozen=True, eq=False)
class Topic:
    """A matter that a customer calls about.

    ``first`` is how it is spoken when the call begins with it, greeting included; ``later`` when it
    follows another one; of a scene, ``first`` is a whole call.
    """

    name: str
    agents: tuple[str, ...]
    turns: tuple[Turn, ...]
    first: Passage
    later: Passage
    not_with: frozenset[str]

    def contradicts(self, other: "Topic") -> bool:
        """Return whether nobody would call about both: they say different things of one order."""
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


@dataclass(frozen=True)
class Language:
    """The dialogues of one language, and its conventions that Faker does not know.

    ``takeover`` is what is spoken when a person takes over from the AI agent, in whatever call.
    """

    code: str
    greeting: tuple[Turn, ...]
    bridge: tuple[Turn, ...]
    closing: tuple[Turn, ...]
    ending: Passage
    takeover: Passage
    topics: tuple[Topic, ...]
    topic_seconds: float
    scenes: Mapping[str, Topic]
    date: str
    months: tuple[str, ...]
    products: tuple[str, ...]
    plans: tuple[str, ...]
    companies: tuple[str, ...]
    phrases: Phrases


def _turn(entry: dict[str, Any]) -> Turn:
    role = next(speaker for speaker in _SPEAKERS if speaker in entry)
    options = {key: entry[key] for key in _OPTIONS if key in entry}
    return Turn(role=role, variants=tuple(entry[role]), note=_note(entry), **options)


def _note(entry: Mapping[str, Any]) -> Note | None:
    if "tells" not in entry and "suggests" not in entry:
        return None
    return Note(entry.get("tells", ""), tuple(entry.get("suggests", ())))


def _turns(entries: list[dict[str, Any]]) -> tuple[Turn, ...]:
    return tuple(map(_turn, entries))


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have dialogues, such as ``en``."""
    return tuple(sorted(folder.name for folder in _DIALOGUES.iterdir() if folder.is_dir()))


def _topic(document: dict[str, Any], code: str, common: Mapping[str, tuple[Turn, ...]]) -> Topic:
    name = document["topic"]
    first, *others = _turns(document["turns"])
    note = replace(first.note or Note(), label=document["label"], briefly=document["briefly"])
    turns = (replace(first, topic=name, note=note), *others)
    ending = common["closing"] if document.get("scene") else ()
    return Topic(
        name,
        tuple(document["agents"]),
        turns,
        Passage(f"{code}/first/{name}", (*common["greeting"], *turns, *ending)),
        Passage(f"{code}/later/{name}", (*common["bridge"], *turns)),
        frozenset(document.get("not_with", ())),
    )


@cache
def language(locale: str) -> Language:
    """Return the dialogues for a locale: those of its language, or else the English ones."""
    code = locale.replace("-", "_").partition("_")[0]
    return _language(code if code in languages() else _DEFAULT_LANGUAGE)


@cache
def _language(code: str) -> Language:
    folder = _DIALOGUES.joinpath(code)
    documents = {p.name.removesuffix(".yaml"): read_yaml(p) for p in folder.iterdir()}
    common, takeover = documents.pop("common"), documents.pop(_TAKEOVER)
    parts = {part: _turns(common[part]) for part in ("greeting", "bridge", "closing")}
    # A topic in which somebody joins, or that the catalogue tells as a story, is a scene: ordinary
    # calls do not chain it.
    scenes = {name for name, document in documents.items() if document.get("scene")}
    read = {name: _topic(documents[name], code, parts) for name in sorted(documents)}
    topics = tuple(topic for name, topic in read.items() if name not in scenes)
    return Language(
        code=code,
        **parts,
        topics=topics,
        ending=Passage(f"{code}/closing", parts["closing"]),
        takeover=Passage(f"{code}/{_TAKEOVER}", _turns(takeover["turns"])),
        topic_seconds=sum(topic.later.seconds for topic in topics) / len(topics),
        scenes={name: topic for name, topic in read.items() if name in scenes},
        date=common["date"],
        months=tuple(common["months"]),
        products=tuple(common["product"]),
        plans=tuple(common["plan"]),
        companies=tuple(common["company"]),
        phrases=_phrases(common["insights"]),
    )


def _phrases(entry: Mapping[str, Any]) -> Phrases:
    suggestions = {role: tuple(texts) for role, texts in entry["after"].items()}
    return Phrases(**{**entry, "after": suggestions})
