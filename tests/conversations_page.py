"""``python -m tests.conversations_page``: writes whole calls into docs/conversations.md."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mockserver.simulation import Question, World, builtin_scenarios
from mockserver.simulation.dialogue import language, languages
from tests.mockserver.conversations import EPOCH, LOCALES

PAGE = Path(__file__).parents[1] / "docs" / "conversations.md"
_PLACE = re.compile(r"(<!-- calls:[^>]*-->\n).*?(<!-- /calls -->)", re.DOTALL)
_CALLS = 3
_LONGEST = 560  # seconds; longer ones take many pages


def _whole_calls(code: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield rooms with the timelines of their calls, those that are short enough for a page."""
    world = World(0, EPOCH, LOCALES[code], builtin_scenarios())
    begun: set[str] = set()
    number = 0
    while len(begun) < _CALLS:
        number += 1
        question = Question("ws-acme", f"call-{number}")
        timeline, _ = world.timeline(question, world.scenario(question, EPOCH), EPOCH)
        first = timeline["topics"][0]["name"]
        if timeline["length"] <= _LONGEST and first not in begun:
            begun.add(first)
            yield question.room, timeline


def _call(room: str, timeline: dict[str, Any]) -> Iterator[str]:
    topics = ", ".join(topic["name"] for topic in timeline["topics"])
    yield f"### `{room}`: {topics}\n\n```text"
    moods = {mood["line"]: mood["value"] for mood in timeline["sentiment"]}
    for number, line in enumerate(timeline["lines"]):
        minutes, seconds = divmod(int(line["at"]), 60)
        felt = f"  [{moods[number]}]" if number in moods else ""
        yield f"{minutes:2}:{seconds:02} {line['role']:8} {line['content']}{felt}"
    yield "```\n"


def calls() -> str:
    """Return the calls of all languages, as Markdown."""
    lines: list[str] = []
    for code in languages():
        lines.append(f"## {language(code).name} (`{LOCALES[code]}`)\n")
        for one in _whole_calls(code):
            lines += _call(*one)
    return "\n".join(lines)


def with_calls(text: str) -> str:
    """Return ``text`` with what stands between the marks made anew."""
    made, places = _PLACE.subn(lambda place: f"{place[1]}\n{calls()}\n{place[2]}", text)
    assert places == 1, f"{PAGE.name} has {places} places for calls, and not one"
    return made


if __name__ == "__main__":
    PAGE.write_text(with_calls(PAGE.read_text("utf-8")), "utf-8")
