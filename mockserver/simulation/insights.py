"""What a call is about at a moment: its topics, a summary, and suggestions for the agent.

All of it follows from what has been said: turns of the dialogues carry notes, other lines are
quoted. It is made when somebody asks for it, and costs the call itself nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from mockserver.simulation.dialogue import Phrases, language
from mockserver.simulation.events import Event
from mockserver.simulation.happenings import Spoken, sentiment, spoken
from mockserver.simulation.performance import Facts, Note, template
from mockserver.simulation.script import CallScript

__all__ = ["Account", "Insights", "insights_json"]

Insights = Iterable[tuple[float, Mapping[str, Any]]]
"""Insights of a scenario's own, each with the offset in seconds from which they hold."""

_TOLD_BRIEFLY = 2  # of the matters that are over; those before them are only named
_QUOTES = 3  # of the lines that no note sums up
_QUOTE_CHARACTERS = 140


def insights_json(
    script: CallScript,
    elapsed: float,
    events: Sequence[Event],
    own: Insights = (),
) -> bytes:
    """Return the insights into the call ``elapsed`` seconds in, as JSON.

    ``events`` are those of this call up to that moment. ``own`` are the scenario's insights, which
    count instead of what follows from the lines.
    """
    account = Account(language(script.language).phrases)
    for one in spoken(script, elapsed, events):
        account.hear(one)
    body: dict[str, Any] = {
        "sentiment": sentiment(script, elapsed, events),
        "topics": account.topics,
        "summary": account.summary(),
        "suggestions": account.suggestions(),
    }
    for since, fields in own:
        if since <= elapsed:
            body.update(fields)
    return orjson.dumps(body)


class _Sentence(NamedTuple):
    """One sentence of the summary."""

    text: str
    is_quote: bool = False


class _Matter(NamedTuple):
    """A matter that was raised: what it is called, and a sentence for when it is over."""

    label: str
    briefly: str


class Account:
    """What a call has been about so far, by the lines that are heard, in their order.

    ``topics`` are the matters that have been raised, each once.
    """

    def __init__(self, phrases: Phrases) -> None:
        self.topics: list[str] = []
        self._phrases = phrases
        self._matters: list[_Matter] = []  # the latest one is what the sentences are about
        self._sentences: list[_Sentence] = []
        self._suggests = phrases.after["nobody"]

    def hear(self, one: Spoken) -> None:
        """Take the next line into account."""
        if one.turn is None:
            self._quote(str(one.line["role"]), str(one.line["content"]))
        elif one.turn.note is not None:
            self._note(one.turn.note, one.facts)

    def summary(self) -> str:
        """Return what has been said: the present matter in full, those before it briefly."""
        over = self._matters[:-1]
        settled, brief = over[:-_TOLD_BRIEFLY], over[-_TOLD_BRIEFLY:]
        parts = [matter.briefly for matter in brief]
        if settled:
            named = self._phrases.comma.join(matter.label for matter in settled)
            parts.insert(0, self._phrases.earlier.format(topics=named))
        left = sum(one.is_quote for one in self._sentences)
        for one in self._sentences:
            if not one.is_quote or left <= _QUOTES:
                parts.append(one.text)
            left -= one.is_quote
        return self._phrases.joint.join(parts) or self._phrases.silence

    def suggestions(self) -> list[str]:
        """Return what the agent could do next."""
        return list(self._suggests)

    def _note(self, note: Note, facts: Facts) -> None:
        if note.label:
            # A matter that comes up again is no longer over.
            self._matters = [one for one in self._matters if one.label != note.label]
            self._matters.append(_Matter(note.label, _filled(note.briefly, facts)))
            self._sentences.clear()
            if note.label not in self.topics:
                self.topics.append(note.label)
        if note.tells:
            self._sentences.append(_Sentence(_filled(note.tells, facts)))
        if note.suggests:
            self._suggests = tuple(_filled(text, facts) for text in note.suggests)

    def _quote(self, role: str, content: str) -> None:
        if len(content) > _QUOTE_CHARACTERS:
            content = content[: _QUOTE_CHARACTERS - 1].rstrip() + "…"
        phrases = self._phrases
        said = phrases.said.get(role, phrases.said["other"])
        self._sentences.append(_Sentence(said.format(role=role, content=content), is_quote=True))
        self._suggests = phrases.after.get(role, phrases.after["other"])


def _filled(text: str, facts: Facts) -> str:
    """Return ``text`` with values in its slots, such as ``{order}``."""
    filled: str = orjson.loads(template(text) % facts)
    return filled
