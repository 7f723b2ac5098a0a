"""Reads whole calls, as a person would who reads from the first line to the last.

``python -m tests.mockserver.conversations`` reads 500 rooms in each language, and counts what it
finds wrong.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from mockserver.simulation import Question, World, builtin_scenarios
from mockserver.simulation.dialogue import Language, language, languages
from mockserver.simulation.performance import Turn
from mockserver.simulation.script import CallScript

__all__ = [
    "EPOCH",
    "FAULTS",
    "LOCALES",
    "Call",
    "faults",
    "is_misspaced",
    "read_call",
    "read_rooms",
]

LOCALES = {
    "de": "de_DE", "en": "en_US", "es": "es_ES", "fr": "fr_FR", "ja": "ja_JP", "pt": "pt_BR"
}  # fmt: skip
FAULTS = (
    "line twice", "two values", "shared value", "asked again", "date", "punctuation", "empty slot",
    "unmoved", "unreadable",
)  # fmt: skip
"""What is looked for; ``shared value`` is one order, reference or sum for two matters."""

EPOCH = 1_780_000_000
_ROOMS = 500
_SHORT = 30  # characters; "One moment, please." may be said twice
_SLOT = re.compile(r"\{(\w+)\}")
_LEFT_OVER = re.compile(r"[{}]|\bNone\b|%\(|\[.*\|.*\]")
_SPACED = re.compile(r"\s[,.;:!?)»。、\uff01\uff1f]|\s\s|,\s*,|\(\s")
_SPACED_FRENCH = re.compile(r"[ \t\n][,.;:!?)]|\s[,.)]|\s\s|,\s*,|\(\s")
_DOUBLED = re.compile(r"[?!\uff01\uff1f][.,。、]")
_PERSONAL = ("full_name", "email", "street", "customer_number")
_OWN = ("order", "reference", "amount")
_IN_ORDER = ("plan_date", "early_date", "date", None, "due_date", "later_date")
"""Dates as stories need them; None is the day of the call."""


@dataclass
class Said:
    """A line, the topic in which it is said, and the values that it gives to slots."""

    role: str
    content: str
    topic: str
    values: list[tuple[str, str]]
    readable: bool = True


@dataclass
class Call:
    """A whole call; ``moved`` are the topics in which the sentiment changes."""

    language: Language
    started: float
    lines: list[Said] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)


@cache
def _shapes(spoken: Language) -> dict[str, str]:
    """Return what the values of some slots look like, as patterns."""
    months = "|".join(map(re.escape, spoken.months))
    day = re.escape(spoken.date).replace(r"\{month\}", f"(?:{months})")
    shapes = {slot: day.replace(r"\{day\}", r"\d{1,2}(?:er|º)?") for slot in _IN_ORDER if slot}
    return shapes | {"order": r"\d{2}-\d{5}", "reference": r"[A-Z]{2}-\d{4}"}


@cache
def _patterns(variants: tuple[str, ...], spoken: Language) -> list[tuple[str, re.Pattern[str]]]:
    """Return what finds the values of the slots in a line, for each wording, with its beginning.

    Of two wordings that fit, the one with more words of its own tells where a value begins.
    """
    ordered = sorted(variants, key=lambda wording: len(_SLOT.sub("", wording)), reverse=True)
    return [(wording.partition("{")[0], _pattern(wording, _shapes(spoken))) for wording in ordered]


def _pattern(wording: str, shapes: dict[str, str]) -> re.Pattern[str]:
    made, seen, end = "", set(), 0
    for slot in _SLOT.finditer(wording):
        made += re.escape(wording[end : slot.start()])
        shape = shapes.get(slot[1], ".*?")
        made += f"(?P={slot[1]})" if slot[1] in seen else f"(?P<{slot[1]}>{shape})"
        seen.add(slot[1])
        end = slot.end()
    return re.compile(made + re.escape(wording[end:]), re.DOTALL)


def _values(turn: Turn, content: str, spoken: Language) -> list[tuple[str, str]] | None:
    """Return the values of the slots; None if the line was made of none of the wordings."""
    for beginning, pattern in _patterns(turn.variants, spoken):
        match = pattern.fullmatch(content) if content.startswith(beginning) else None
        if match is not None:
            return list(match.groupdict().items())
    return None


def read_call(script: CallScript) -> Call:
    """Return a whole call as it is read."""
    call = Call(language(script.language), script.started)
    lines, turns = script.lines(script.length), script.turns(script.length)
    topics = {
        segment.offsets[cue.index]: cue.topic
        for segment in script.segments
        for cue in segment.performance.cues
        if cue.topic is not None
    }
    topic = ""
    for (at, line), (turn, _) in zip(lines, turns, strict=True):
        topic = topics.get(at) or topic
        values = [] if turn is None else _values(turn, line["content"], call.language)
        said = Said(line["role"], line["content"], topic, values or [], values is not None)
        call.lines.append(said)
        # The first line of a topic takes up the mood in which the one before has ended.
        if turn is not None and turn.mood is not None and at not in topics:
            call.moved.add(topic)
    return call


@cache
def _dates_around(spoken: Language, day: date) -> dict[str, int]:
    """Return how dates are called, with how many days after the day they are."""
    days = {day + timedelta(distance): distance for distance in range(-250, 60)}
    return {spoken.called(one.month, one.day): distance for one, distance in days.items()}


def _repeated(call: Call) -> Iterator[str]:
    counted = Counter(one.content for one in call.lines if len(one.content) > _SHORT)
    yield from (content for content, times in counted.items() if times > 1)


def _facts(call: Call) -> Iterator[tuple[str, str]]:
    by_topic: dict[tuple[str, str], set[str]] = defaultdict(set)
    topics: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in call.lines:
        for slot, value in one.values:
            by_topic[one.topic, slot].add(value)
            if slot in _OWN:
                topics[slot, value].add(one.topic)
    for (topic, slot), values in by_topic.items():
        # "A の B の C" can be read in two ways: then the shorter is the beginning of the longer.
        beginning = min(values, key=len) if call.language.code == "ja" else None
        if len(values) > 1 and not (beginning and all(one.startswith(beginning) for one in values)):
            yield "two values", f"{topic}: {slot}: {sorted(values)}"
    for (slot, value), told in topics.items():
        if len(told) > 1:
            yield "shared value", f"{slot} {value}: {sorted(told)}"


def _asked_again(call: Call) -> Iterator[str]:
    told: set[tuple[str, str]] = set()
    for before, one in zip([None, *call.lines], call.lines, strict=False):
        if one.role != "customer":
            continue
        new = {(slot, value) for slot, value in one.values if slot in _PERSONAL}
        if before is not None and before.role == "agent" and new & told:
            yield f"{before.content} / {one.content}"
        told |= new


def _dates(call: Call) -> Iterator[str]:
    around = _dates_around(call.language, datetime.fromtimestamp(call.started, UTC).date())
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in call.lines:
        for slot, value in one.values:
            if not slot.endswith("date"):
                continue
            days = around.get(value)
            if days is None:
                yield f"{value!r} is no date"
            else:
                found[one.topic][slot] = days
    for topic, dates in found.items():
        told = [0 if slot is None else dates.get(slot) for slot in _IN_ORDER]
        days_told = [days for days in told if days is not None]
        if days_told != sorted(set(days_told)) or set(dates) - set(_IN_ORDER):
            yield f"{topic}: {dates}"


def _unmoved(call: Call) -> Iterator[str]:
    whole = {one.topic for one in call.lines if one.topic}
    yield from sorted(whole - call.moved)


def is_misspaced(text: str, code: str) -> bool:
    """Return whether there is a space where none belongs, as the language has it."""
    return (_SPACED_FRENCH if code == "fr" else _SPACED).search(text) is not None


def faults(call: Call) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a call: one of ``FAULTS``, and where it is."""
    yield from (("line twice", text) for text in _repeated(call))
    yield from _facts(call)
    yield from (("asked again", text) for text in _asked_again(call))
    yield from (("date", text) for text in _dates(call))
    yield from (("unmoved", text) for text in _unmoved(call))
    for one in call.lines:
        if is_misspaced(one.content, call.language.code) or _DOUBLED.search(one.content):
            yield "punctuation", one.content
        if _LEFT_OVER.search(one.content) or not one.content.strip():
            yield "empty slot", one.content
        if any(not value.strip() for _, value in one.values):
            yield "empty slot", one.content
        if not one.readable:
            yield "unreadable", one.content


def read_rooms(code: str, rooms: Iterable[str]) -> Iterator[tuple[str, Call]]:
    """Yield the calls of rooms in a language, read from the first line to the last."""
    world = World(0, EPOCH, LOCALES[code], builtin_scenarios())
    for room in rooms:
        question = Question("ws", room)
        moment = world.moment(question, world.scenario(question, EPOCH), EPOCH, ())
        assert moment is not None
        yield room, read_call(moment.entry.script)


def _main(arguments: Sequence[str]) -> int:
    codes = [code for code in arguments if code in LOCALES] or sorted(languages())
    found = Counter[str]()
    for code in codes:
        rooms = [*(f"call-{number}" for number in range(_ROOMS)), "mock-long-call"]
        counted, calls = Counter[str](), Counter[str]()
        for room, call in read_rooms(code, rooms):
            here = list(faults(call))
            counted.update(kind for kind, _ in here)
            calls.update({kind for kind, _ in here})
            if "-v" in arguments:
                for kind, text in here:
                    print(f"{code} {room}: {kind}: {text}")
        told = ", ".join(f"{kind} {counted[kind]} in {calls[kind]} calls" for kind in counted)
        print(f"{code}: {len(rooms)} calls: {told or 'nothing found'}")
        found += counted
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
