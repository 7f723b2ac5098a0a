"""The dialogue files can be spoken in any combination of their wordings."""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest

from mockserver.simulation.conversation import converse
from mockserver.simulation.dialogue import ANONYMOUS, Language, Topic, language, languages
from mockserver.simulation.performance import Passage, Turn
from mockserver.simulation.persona import Particulars
from mockserver.simulation.places import place
from mockserver.simulation.randomness import Draws, digest
from mockserver.simulation.schedule import MAXIMUM_SECONDS, MINIMUM_SECONDS
from tests.mockserver.conversations import LOCALES, is_misspaced

TOPICS = [(code, topic.name) for code in languages() for topic in language(code).topics]
TAKEOVERS = [(code, "takeover") for code in languages()]
MATTERS = [
    (code, topic.name)
    for code in languages()
    for topic in (*language(code).topics, *language(code).scenes.values())
]
SCENES = {"escalation", "handover", "recovery", "transfer"}
EIGHT = {"billing", "delivery", "appointment", "outage", "returns", "account-access",
         "cancellation", "sales-enquiry"}  # fmt: skip


def particulars(code: str) -> Particulars:
    """Return values for every slot."""
    return Particulars(bytes(64), 1_780_000_000, place(LOCALES[code]), "Desk")


def passages_of(topic: Topic) -> list[tuple[frozenset[str], Passage]]:
    """Return how a topic is spoken after others, for everything that may have been said."""
    counts = range(len(topic.heeds) + 1)
    known = [frozenset(said) for n in counts for said in combinations(sorted(topic.heeds), n)]
    return [(said, topic.later[said]) for said in known]


def every_turn(spoken: Language) -> list[Turn]:
    """Return all turns of a language."""
    topics = (*spoken.topics, *spoken.scenes.values())
    passages = [passage for topic in spoken.topics for _, passage in passages_of(topic)]
    parts = (spoken.greeting, spoken.closing, *(topic.turns for topic in topics))
    every = (*parts, *(passage.turns for passage in passages), spoken.takeover.turns)
    return list(dict.fromkeys(turn for part in every for turn in part))


@pytest.mark.parametrize("code", languages())
def test_language_is_complete(code: str) -> None:
    """Every language has the eight topics, the four scenes, and its own words for dates."""
    spoken = language(code)
    assert {topic.name for topic in spoken.topics} >= EIGHT
    assert set(spoken.scenes) == SCENES
    assert len(spoken.months) == 12
    assert spoken.code == code


@pytest.mark.parametrize(("code", "name"), TOPICS)
def test_topic_is_a_conversation(code: str, name: str) -> None:
    """A topic has 12 to 36 turns, the customer's first, the agent's last, and the mood moves."""
    (topic,) = (topic for topic in language(code).topics if topic.name == name)
    assert 12 <= len(topic.turns) <= 36
    assert topic.turns[0].role == "customer"
    assert all(len(set(turn.variants)) == len(turn.variants) for turn in topic.turns)
    assert len(topic.turns[0].variants) >= 2
    assert 1 <= sum(turn.hold for turn in topic.turns) <= 3
    moods = [turn.mood for turn in topic.turns if turn.mood]
    assert len(set(moods)) >= 2
    assert topic.turns[0].mood == moods[0]


@pytest.mark.parametrize(("code", "name"), TOPICS)
def test_only_who_says_their_name_has_one(code: str, name: str) -> None:
    """A caller can keep their name to themselves, and is not asked twice for what they said."""
    (topic,) = (topic for topic in language(code).topics if topic.name == name)
    personal = ("{full_name}", "{first_name}", "{last_name}", "{email}")
    for said, passage in passages_of(topic):
        told = "".join(text for turn in passage.turns for text in turn.variants)
        if said & {ANONYMOUS, "account"}:
            assert not [slot for slot in personal if slot in told]
    assert len({turn.variants for turn in topic.later[frozenset()].turns}) == len(
        topic.later[frozenset()].turns
    )


@pytest.mark.parametrize("code", languages())
def test_every_wording_can_be_said(code: str) -> None:
    """Every slot of every wording has a value, and moods are those of the contract's advisory."""
    values = particulars(code)
    for turn in every_turn(language(code)):
        assert turn.mood in (None, "positive", "neutral", "negative")
        assert turn.joins in (None, "supervisor", "human")
        for variant in turn.variants:
            said = re.sub(r"\{(\w+)\}", lambda slot: values[slot[1].encode()].decode(), variant)
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
    values: dict[bytes, bytes] = defaultdict(lambda: b"x" * 12)
    performance = passage.performance(Draws(digest(seed)))
    offsets = performance.offsets(0.0)
    lines = json.loads(b"[%b]" % (b",".join(performance.lines) % values))
    return [(offset, line["content"]) for offset, line in zip(offsets, lines, strict=True)]


def test_lines_follow_each_other_at_speaking_pace() -> None:
    """A line appears when it has been said: longer lines take longer."""
    lines = spoken_lines(language("en").scenes["recovery"].first, 1)
    for (before, _), (offset, content) in pairwise(lines):
        assert 0.3 <= offset - before - len(content) / 15 <= 1.5


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("length", [MINIMUM_SECONDS, 777, MAXIMUM_SECONDS])
def test_conversation_fills_the_call(code: str, length: int) -> None:
    """Topics follow each other until the closing, which ends with the call; no long silence."""
    spoken = language(code)
    for seed in range(20):
        rng = Draws(digest(seed))
        first = rng.choice(spoken.topics)
        segments = list(converse(spoken, first, rng, particulars(code), length))
        offsets = [offset for segment in segments for offset in segment.offsets]
        assert offsets == sorted(offsets)
        assert length - 15 < offsets[-1] <= length
        assert max(b - a for a, b in pairwise(offsets)) < 35
        topics = [cue.topic for segment in segments for cue in segment.performance.cues]
        assert topics[0] == first.name
        assert len(set(topics)) == len(topics)
        assert len(topics) >= 2
        last = json.loads(segments[-1].performance.lines[-1])["content"]
        assert last in spoken.closing[-1].variants


def test_two_rooms_of_a_topic_differ() -> None:
    """The wording is drawn, so that two calls about the same matter do not read alike."""
    passage = language("en").scenes["recovery"].first
    assert spoken_lines(passage, 1) != spoken_lines(passage, 2)


def matter(code: str, name: str) -> Topic:
    """Return a topic or a scene of a language."""
    spoken = language(code)
    return next(one for one in (*spoken.topics, *spoken.scenes.values()) if one.name == name)


def slots(text: str) -> set[str]:
    """Return the slots of a text, a first or last name being part of the full one."""
    found = re.findall(r"\{(\w+)\}", text)
    return {"full_name" if slot in ("first_name", "last_name") else slot for slot in found}


def said_for_sure(turn: Turn) -> set[str]:
    """Return the slots that every wording of a turn has."""
    return set.intersection(*(slots(wording) for wording in turn.variants))


def texts(turns: Sequence[Turn]) -> list[str]:
    """Return all that the notes of turns say."""
    notes = [turn.note for turn in turns if turn.note]
    return [text for note in notes for text in (note.tells, *note.suggests) if text]


@pytest.mark.parametrize(("code", "name"), MATTERS)
def test_matter_has_its_notes(code: str, name: str) -> None:
    """A name, a summary that goes on with the turns, and two or three suggestions at a time."""
    topic = matter(code, name)
    notes = [turn.note for turn in topic.turns if turn.note]
    first, *others = notes
    assert topic.turns[0].note is first
    assert first.label and first.briefly and first.tells and first.suggests
    assert first.label != topic.name
    assert not any(note.label or note.briefly for note in others)
    assert len([note for note in notes if note.tells]) >= 4
    suggested = [note.suggests for note in notes if note.suggests]
    assert len(suggested) >= 3
    assert all(2 <= len(one) == len(set(one)) <= 3 for one in suggested)
    assert all(one != other for one, other in pairwise(suggested))


@pytest.mark.parametrize(("code", "name"), [*MATTERS, *TAKEOVERS])
def test_notes_say_what_has_been_said(code: str, name: str) -> None:
    """A note mentions what every wording of its turn, or of one before it, has mentioned."""
    turns = language(code).takeover.turns if name == "takeover" else matter(code, name).turns
    known: set[str] = set()
    for turn in turns:
        known |= said_for_sure(turn)
        for text in texts([turn]):
            assert slots(text) <= known, text
    first = turns[0].note
    assert first is not None and slots(first.briefly) <= known


@pytest.mark.parametrize("code", languages())
def test_notes_are_sentences(code: str) -> None:
    """Every slot has a value; sentences end as such, and nothing has a space where none belongs."""
    spoken, values = language(code), particulars(code)
    turns = every_turn(spoken)
    sentences = [turn.note.tells for turn in turns if turn.note and turn.note.tells]
    sentences += [turn.note.briefly for turn in turns if turn.note and turn.note.briefly]
    everything = [
        *texts(turns),
        *sentences,
        *(one for s in spoken.phrases.after.values() for one in s),
    ]
    for text in (*everything, spoken.phrases.silence):
        filled = re.sub(r"\{(\w+)\}", lambda slot: values[slot[1].encode()].decode(), text)
        assert filled == filled.strip() != ""
        assert not re.search(r"[{}]|None|\.\.", filled), filled
        assert not is_misspaced(filled, code)
    assert all(text.endswith("。" if code == "ja" else ".") for text in sentences)
    topics = (*spoken.topics, *spoken.scenes.values())
    labels = [topic.turns[0].note.label for topic in topics if topic.turns[0].note]
    assert len(set(labels)) == len(labels) == len(topics)


@pytest.mark.parametrize("code", languages())
def test_general_notes_name_nobody(code: str) -> None:
    """Greeting and closing suggest something, and fit every call."""
    spoken = language(code)
    for part in (spoken.greeting, spoken.closing):
        assert any(turn.note and turn.note.suggests for turn in part)
        assert not any(slots(text) for text in texts(part))
    assert set(spoken.phrases.after) == {"nobody", "agent", "customer", "other"}
    assert all(2 <= len(one) <= 3 for one in spoken.phrases.after.values())


@pytest.mark.parametrize("code", languages())
def test_a_person_can_take_over_any_call(code: str) -> None:
    """Whoever it is begins, presupposes nothing that only some calls mention, and says goodbye."""
    turns = language(code).takeover.turns
    assert 12 <= len(turns) <= 20
    assert (turns[0].role, turns[0].joins) == ("agent", "human")
    assert all(len(set(turn.variants)) == 2 for turn in turns)
    assert {slot for turn in turns for text in turn.variants for slot in slots(text)} == {
        "reference"
    }


@pytest.mark.parametrize(("code", "name"), MATTERS)
def test_a_person_is_asked_for_where_the_story_says_so(code: str, name: str) -> None:
    """It is the customer who asks, once; who takes over comes afterwards."""
    turns = matter(code, name).turns
    asking = [number for number, turn in enumerate(turns) if turn.transfer]
    assert len(asking) == (name in SCENES - {"recovery"})
    joining = [number for number, turn in enumerate(turns) if turn.joins]
    assert len(joining) == (name in {"escalation", "handover"})
    assert all(turns[number].role == "customer" for number in asking)
    assert not joining or asking[0] < joining[0]
    passage = matter(code, name).first
    performance = passage.performance(Draws(digest(5)))
    turn = None if performance.transfer is None else passage.turns[performance.transfer]
    assert (turn is not None and turn.transfer) == bool(asking)
