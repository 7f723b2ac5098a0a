"""The dialogue files can be spoken in any combination of their wordings."""

import json
import re
from collections import defaultdict
from itertools import pairwise

import pytest

from mockserver.simulation.conversation import converse
from mockserver.simulation.dialogue import Language, language, languages
from mockserver.simulation.performance import Passage, Turn
from mockserver.simulation.persona import Particulars, place
from mockserver.simulation.randomness import Draws, digest
from mockserver.simulation.schedule import MAXIMUM_SECONDS, MINIMUM_SECONDS

LOCALES = {"en": "en_US", "es": "es_ES", "ja": "ja_JP"}
TOPICS = [(code, topic.name) for code in LOCALES for topic in language(code).topics]
EIGHT = {"billing", "delivery", "appointment", "outage", "returns", "account-access",
         "cancellation", "sales-enquiry"}  # fmt: skip


def particulars(code: str) -> Particulars:
    """Return values for every slot."""
    return Particulars(bytes(64), 1_780_000_000, place(LOCALES[code]), "Desk")


def every_turn(spoken: Language) -> list[Turn]:
    """Return all turns of a language."""
    topics = (*spoken.topics, *spoken.scenes.values())
    parts = (spoken.greeting, spoken.bridge, spoken.closing, *(topic.turns for topic in topics))
    return [turn for part in parts for turn in part]


def test_languages_are_those_tested() -> None:
    """A language that is added is tested as well."""
    assert set(languages()) == set(LOCALES)


@pytest.mark.parametrize("code", LOCALES)
def test_language_is_complete(code: str) -> None:
    """Every language has the eight topics, the three scenes, and its own words for dates."""
    spoken = language(code)
    assert {topic.name for topic in spoken.topics} >= EIGHT
    assert set(spoken.scenes) == {"escalation", "handover", "recovery"}
    assert len(spoken.months) == 12
    assert spoken.code == code


@pytest.mark.parametrize(("code", "name"), TOPICS)
def test_topic_is_a_conversation(code: str, name: str) -> None:
    """A topic has 12 to 30 turns, the customer's first and last, and wordings that differ."""
    (topic,) = (topic for topic in language(code).topics if topic.name == name)
    assert 12 <= len(topic.turns) <= 30
    assert topic.turns[0].role == topic.turns[-1].role == "customer"
    assert all(len(set(turn.variants)) >= 2 for turn in topic.turns)
    assert 1 <= sum(turn.hold for turn in topic.turns) <= 2
    assert len({turn.mood for turn in topic.turns if turn.mood}) >= 2


@pytest.mark.parametrize("code", LOCALES)
def test_every_wording_can_be_said(code: str) -> None:
    """Every slot of every wording has a value, and moods are those of the contract's advisory."""
    slots = particulars(code)
    for turn in every_turn(language(code)):
        assert turn.mood in (None, "positive", "neutral", "negative")
        assert turn.joins in (None, "supervisor", "human")
        for variant in turn.variants:
            said = re.sub(r"\{(\w+)\}", lambda slot: slots[slot[1].encode()].decode(), variant)
            assert said.strip() == said != ""
            assert not re.search(r"[{}]|None", said)


def test_slots_keep_their_values() -> None:
    """A slot has one value throughout a call, in whatever order slots come up."""
    one, other = particulars("en"), particulars("en")
    names = [b"order", b"amount", b"date", b"full_name", b"email", b"first_name"]
    forward = [one[name] for name in names]
    assert forward == [other[name] for name in reversed(names)][::-1]
    assert forward == [one[name] for name in names]
    assert one[b"first_name"] in one[b"full_name"]


def spoken_lines(passage: Passage, seed: int) -> list[tuple[float, str]]:
    """Return one performance of a passage: when each line has been spoken, and its content."""
    slots: dict[bytes, bytes] = defaultdict(lambda: b"x" * 12)
    performance = passage.performance(Draws(digest(seed)))
    offsets = performance.offsets(0.0)
    lines = json.loads(b"[%b]" % (b",".join(performance.lines) % slots))
    return [(offset, line["content"]) for offset, line in zip(offsets, lines, strict=True)]


def test_lines_follow_each_other_at_speaking_pace() -> None:
    """A line appears when it has been said: longer lines take longer."""
    lines = spoken_lines(language("en").scenes["recovery"].first, 1)
    for (before, _), (offset, content) in pairwise(lines):
        assert 0.3 <= offset - before - len(content) / 15 <= 1.5


@pytest.mark.parametrize("code", LOCALES)
@pytest.mark.parametrize("length", [MINIMUM_SECONDS, 777, MAXIMUM_SECONDS])
def test_conversation_fills_the_call(code: str, length: int) -> None:
    """Topics follow each other until the closing, which ends with the call; no long silence."""
    spoken = language(code)
    for seed in range(20):
        rng = Draws(digest(seed))
        first = rng.choice(spoken.topics)
        segments = list(converse(spoken, first, rng, length))
        offsets = [offset for segment in segments for offset in segment.offsets]
        assert offsets == sorted(offsets)
        assert length - 15 < offsets[-1] <= length
        assert max(b - a for a, b in pairwise(offsets)) < 35
        topics = [cue.topic for segment in segments for cue in segment.performance.cues]
        assert topics[0] == first.name
        assert len(topics) >= 2
        last = json.loads(segments[-1].performance.lines[-1])["content"]
        assert last in spoken.closing[-1].variants


def test_two_rooms_of_a_topic_differ() -> None:
    """The wording is drawn, so that two calls about the same matter do not read alike."""
    passage = language("en").scenes["recovery"].first
    assert spoken_lines(passage, 1) != spoken_lines(passage, 2)
