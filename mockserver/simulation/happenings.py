"""A call in which somebody has made things happen: its script, with events folded in.

Lines are said where the conversation stands, so that a transcript is still only appended to. A
sentiment that is set holds until another one is set.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.events import Event, of_kind
from mockserver.simulation.performance import NO_FACTS, Facts, Turn
from mockserver.simulation.schedule import Window
from mockserver.simulation.script import CallScript, duration_at
from mockserver.simulation.takeover import mute

__all__ = [
    "Spoken",
    "directed_json",
    "directed_timeline",
    "ended",
    "people",
    "sentiment",
    "since_begun",
    "spoken",
    "within",
]

Body = dict[str, Any]


class Spoken(NamedTuple):
    """A line with its offset in seconds, and its turn if it was written as one.

    ``facts`` are the values of the slots of the turn's notes.
    """

    at: float
    line: Mapping[str, Any]
    turn: Turn | None = None
    facts: Facts = NO_FACTS


def directed_json(
    script: CallScript, elapsed: float, events: Sequence[Event], overrides: Mapping[str, Any]
) -> bytes:
    """Return the body that shows the call ``elapsed`` seconds in, as JSON.

    ``events`` are those of this call up to that moment; ``overrides`` are fields of the body that
    are given other values.
    """
    body: Body = {
        **script.fields_at(elapsed),
        **overrides,
        "duration": duration_at(script, elapsed),
    }
    body["sentiment"] = sentiment(script, elapsed, events)
    body["transcript"] = [one.line for one in spoken(script, elapsed, events)]
    body["participants"] = people(script, elapsed, events)
    return orjson.dumps(body)


def sentiment(script: CallScript, elapsed: float, events: Sequence[Event]) -> str:
    """Return how the customer appears to feel ``elapsed`` seconds in."""
    felt = of_kind(events, "sentiment")
    return str(felt[-1].data["value"]) if felt else script.mood(elapsed)


def spoken(script: CallScript, elapsed: float, events: Sequence[Event]) -> list[Spoken]:
    """Return what has been said within ``elapsed`` seconds, in its order."""
    turns = script.turns(elapsed)
    lines = [Spoken(*one, *turn) for one, turn in zip(script.lines(elapsed), turns, strict=True)]
    lines += [Spoken(event.at - script.started, _line(event)) for event in of_kind(events, "say")]
    lines.sort(key=lambda one: one.at)  # stable: what is said at a line's end comes after it
    return lines


def _line(event: Event) -> Mapping[str, Any]:
    return {"role": event.data["role"], "content": event.data["content"]}


def people(script: CallScript, elapsed: float, events: Sequence[Event]) -> list[Body]:
    """Return who is in the room ``elapsed`` seconds in, as the body shows them.

    Who is there already does not join again, whether by the script or by an event.
    """
    scripted = [(since, "join", body) for since, body in script.participants(elapsed)]
    made = [(e.at - script.started, e.kind, _joining(e)) for e in of_kind(events, "join", "leave")]
    present: dict[str, Body] = {}
    for _, kind, body in sorted([*scripted, *made], key=lambda one: one[0]):
        identity = str(body.get("identity"))
        if kind == "leave":
            present.pop(identity, None)
        else:
            present.setdefault(identity, body)
    for event in of_kind(events, "mute"):
        if event.data["identity"] in present:
            present[event.data["identity"]] = mute(present[event.data["identity"]])
    return list(present.values())


def _joining(event: Event) -> Body:
    if event.kind == "leave":
        return dict(event.data)
    joined_at = iso_milliseconds(int(event.at * 1000) / 1000)
    return {"isAgent": False, "metadata": {}, **event.data, "joinedAt": joined_at}


def directed_timeline(
    timeline: Mapping[str, Any], started: float, length: float, events: Sequence[Event]
) -> Body:
    """Return the script's timeline with what happens by ``events``, up to ``length`` seconds."""
    made: Body = {**timeline, "length": length}
    for part, when in (("lines", "at"), ("topics", "at"), ("participants", "joins")):
        made[part] = [one for one in timeline[part] if one[when] <= length]
    said = [{"at": event.at - started, **_line(event)} for event in of_kind(events, "say")]
    made["lines"] = sorted([*made["lines"], *said], key=lambda line: line["at"])
    made["participants"] = _presences(made["participants"], started, length, events)
    made["sentiment"] = _moods(timeline["sentiment"], made["lines"], started, events)
    return made


def _presences(
    scripted: Iterable[Mapping[str, Any]], started: float, length: float, events: Sequence[Event]
) -> list[Body]:
    found: list[Body] = []
    for one in scripted:
        leaves = one["leaves"]
        found.append({**one, "leaves": None if leaves is None or leaves > length else leaves})
    for event in of_kind(events, "join", "leave"):
        at = event.at - started
        if event.kind == "join":
            found.append({"joins": at, "leaves": None, **_joining(event)})
            continue
        for one in found:
            still = one["leaves"] is None or one["leaves"] > at
            if one.get("identity") == event.data["identity"] and one["joins"] <= at and still:
                one["leaves"] = at
    return found


def _moods(
    scripted: Sequence[Mapping[str, Any]],
    lines: Sequence[Mapping[str, Any]],
    started: float,
    events: Sequence[Event],
) -> list[Body]:
    felt = [(event.at - started, event.data["value"]) for event in of_kind(events, "sentiment")]
    until = felt[0][0] if felt else None
    kept = [(m["at"], m["value"]) for m in scripted if until is None or m["at"] < until]
    offsets = [line["at"] for line in lines]
    return [
        {"at": round(at, 3), "value": value, "line": sum(o <= at for o in offsets) - 1}
        for at, value in [*kept, *felt]
    ]


def since_begun(events: Sequence[Event], now: float) -> Sequence[Event]:
    """Return the events without those that belong to calls before the latest that was begun."""
    starts = [event for event in of_kind(events, "start") if event.at <= now]
    if not starts:
        return events
    last = starts[-1]
    return [
        one
        for one in events
        if (one.at, one.number) > (last.at, last.number)
        # What a client did before means the call of that time, also where it comes later.
        and not ("by" in one.data and one.number < last.number)
    ]


def ended(window: Window, events: Sequence[Event], now: float) -> Window:
    """Return the window as it is if somebody has ended its call by ``now``."""
    ends = [
        event.at
        for event in of_kind(events, "end")
        if event.at <= now and window.live_from <= event.at < window.live_until
    ]
    return window._replace(live_until=min(ends)) if ends else window


def within(window: Window, events: Sequence[Event], instant: float) -> list[Event]:
    """Return what has happened in a window's call up to an instant."""
    return [
        event
        for event in of_kind(events, "say", "join", "leave", "mute", "sentiment")
        if window.live_from <= event.at <= instant and event.at < window.live_until
    ]
