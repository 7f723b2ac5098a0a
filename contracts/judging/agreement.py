"""Whether the list and the details tell the same of a call."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.judging.around import around, polls
from contracts.judging.coherence import INVARIANTS
from contracts.judging.coherence.calls import call_id, instant, number, people
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.listing import LAG, shown
from contracts.judging.question import Place
from contracts.judging.results import ABSENT, Level, Observation
from contracts.judging.siblings import Answer

__all__ = ["agrees"]

_CACHED = 2.0  # seconds that the details may be old
_WHOLE = 1.0  # seconds that a whole number hides
_FIELDS = ("customerPhone", "customerName", "aiAgentName")
_CHANGING = ("aiAgentName",)  # one agent may hand a call over to another
_LONGEST = 60  # characters of a line that are shown

Call = dict[str, Any]
Pair = tuple[Observation, Observation]


def agrees(history: History) -> Finding:
    """What the list shows of a call is what the details showed before or after."""
    breaches: list[Breach] = []
    exercised = False
    for answer, listing in shown(history):
        for room in history.rooms:
            listed = listing.calls.get(room.name)
            if listed is None or room.place.workspace != answer.question.workspace:
                continue
            seen = polls(history, room.place)
            pair = around(seen, answer).same_call
            if pair is None:
                continue
            exercised = True
            breaches += _told(room.place, answer, _differences(listed, answer, pair, seen))
    why_not = "no call of a list was seen in detail before and after it"
    return judged(breaches, exercised, why_not)


def _told(place: Place, answer: Answer, found: Iterator[Breach]) -> Iterator[Breach]:
    for one in found:
        cause = f"{one.path}: {one.expected.partition(' ')[0]}"
        yield replace(
            one, room=place.room, request=answer.request, steps=(place.room,), cause=cause
        )


def _differences(
    listed: Call, answer: Answer, pair: Pair, seen: list[Observation]
) -> Iterator[Breach]:
    id_ = call_id(pair[0].body)
    if _is_young(pair[0], answer, seen):
        return
    if listed.get("id") != id_:
        if isinstance(listed.get("id"), str) and isinstance(id_, str):
            yield Breach(f"id {id_!r}, as in detail", f"{listed['id']!r} in the list", path="id")
        return
    call = [one for one in seen if isinstance(one.body, dict) and call_id(one.body) == id_]
    for field in _FIELDS:
        if field not in _CHANGING or _reaches_back(answer, call):
            yield from _fact(field, listed.get(field), [one.body.get(field) for one in call])
    yield from _duration(listed, answer, pair, call)
    yield from _people(listed, answer, pair, call)
    yield from _mood(listed, pair)
    yield from _last(listed, answer, pair, call)


def _is_young(before: Observation, answer: Answer, seen: list[Observation]) -> bool:
    """Return whether the room's call was so new that a list may show what was before it."""
    lasted = number(before.body.get("duration"))
    if lasted and lasted + answer.sent - before.received < LAG:  # one with 0 may ring for long
        return True
    told = [one for one in seen if one.sent <= before.sent and one.status in (200, *ABSENT)]
    since = len(told)
    while since and call_id(told[since - 1].body) == call_id(before.body):
        since -= 1
    return since > 0 and answer.sent - told[since].received < LAG


def _reaches_back(answer: Answer, call: list[Observation]) -> bool:
    """Return whether the details tell how the call was when a list that lags was made."""
    return any(one.received <= answer.sent - LAG for one in call)


def _fact(field: str, listed: Any, values: list[Any]) -> Iterator[Breach]:
    """Yield the breach where the list says what no detail said."""
    shown_ = [one or None for one in values if one is None or isinstance(one, str)]
    if not isinstance(listed, str | None) or not shown_ or (listed or None) in shown_:
        return
    words = f"{field} {shown_[-1]!r}, as in detail"
    # Unknown in one of two places is no contradiction.
    level: Level | None = None if listed and any(shown_) else "should"
    yield Breach(words, f"{listed!r} in the list", path=field, level=level)


def _duration(
    listed: Call, answer: Answer, pair: Pair, call: list[Observation]
) -> Iterator[Breach]:
    """Yield the breach where the durations differ by other than the time between.

    Where the details' own does not follow the clock, that is said elsewhere.
    """
    value = number(listed.get("duration"))
    if value is None or INVARIANTS["time.duration-rate"](call).breaches:
        return
    for one in pair:
        known = number(one.body.get("duration"))
        if not known:  # it may ring
            continue
        earliest = answer.sent - one.received - LAG - _WHOLE
        latest = answer.received - one.sent + _CACHED + _WHOLE
        if not earliest <= value - known <= latest:
            between = (answer.sent + answer.received - one.sent - one.received) / 2
            expected = f"duration about {known + between:.0f}, by that in detail"
            yield Breach(expected, f"{value:g} in the list", path="duration")
            return


def _people(listed: Call, answer: Answer, pair: Pair, call: list[Observation]) -> Iterator[Breach]:
    there = people(replace(pair[0], body=listed))
    if not isinstance(listed.get("participants"), list):
        return
    known = [people(one) for one in call]
    for who, one in there.items():
        told = [each[who] for each in known if who in each]
        if not told and not _reaches_back(answer, call):
            continue  # who left a moment ago
        if not told:
            words = "participants of the call in detail"
            yield Breach(words, f"{who!r} in the list alone", path="participants[]")
            continue
        yield from _person(who, one, told)
    for who in people(pair[0]).keys() & people(pair[1]).keys() - there.keys():
        joined = instant(people(pair[0])[who].get("joinedAt"))
        now = answer.date or answer.exchange.at
        if joined and now - joined > timedelta(seconds=LAG + _WHOLE):
            words = "everybody who is there in detail"
            yield Breach(words, f"{who!r} is not in the list", path="participants[]")


def _person(who: str, one: Call, told: list[Call]) -> Iterator[Breach]:
    roles = [each.get("isAgent") for each in told]
    if isinstance(one.get("isAgent"), bool) and one["isAgent"] not in roles:
        words = f"isAgent of {who!r} as in detail"
        yield Breach(words, f"{one['isAgent']} in the list", path="participants[].isAgent")
    joined = [moment for each in told if (moment := instant(each.get("joinedAt")))]
    shown_ = instant(one.get("joinedAt"))
    if shown_ and joined and min(abs((shown_ - each).total_seconds()) for each in joined) > _WHOLE:
        words = f"joinedAt of {who!r} as in detail: {told[-1]['joinedAt']}"
        yield Breach(words, f"{one['joinedAt']} in the list", path="participants[].joinedAt")


def _mood(listed: Call, pair: Pair) -> Iterator[Breach]:
    moods = [one.body.get("sentiment") for one in pair]
    if moods[0] == moods[1] and isinstance(moods[0], str) and listed.get("sentiment") != moods[0]:
        words = f"sentiment {moods[0]!r}, as in detail before and after"
        received = f"{listed.get('sentiment')!r} in the list"
        yield Breach(words, received, path="sentiment", level="should")


def _last(listed: Call, answer: Answer, pair: Pair, call: list[Observation]) -> Iterator[Breach]:
    """Yield the breach where the last message is none of the latest lines, be it unfinished."""
    lines = [_lines(one) for one in pair]
    last = listed.get("lastMessage")
    earlier = [one for one in call if one.received <= answer.sent - LAG]
    known = len(_lines(earlier[-1])) - 1 if earlier else 0  # what was newest a while ago
    said = [*lines[0][known:], *lines[1][known:]]
    if not lines[0] or not isinstance(last, str | None):
        return
    begun = (one.startswith(last) or last.startswith(one) for one in said if one) if last else ()
    if not any(begun):
        words = f"lastMessage {_short(lines[1][-1] if lines[1] else '')}, as in detail"
        received = f"{_short(last) if last else last!r} in the list"
        yield Breach(words, received, path="lastMessage", level="should")


def _lines(one: Observation) -> list[str]:
    lines = one.body.get("transcript")
    said = [line.get("content") for line in lines or [] if isinstance(line, dict)]
    return [text for text in said if isinstance(text, str)]


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
