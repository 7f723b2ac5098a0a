"""A call in which somebody has made things happen: its script, with events folded in.

Lines are said where the conversation stands, so that a transcript is still only appended to. A
sentiment that is set holds until another one is set.
"""

from collections.abc import Mapping, Sequence
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
    "ended",
    "people",
    "present",
    "said",
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
    lines += said(script, events)
    lines.sort(key=lambda one: one.at)  # stable: what is said at a line's end comes after it
    return lines


def said(script: CallScript, events: Sequence[Event]) -> list[Spoken]:
    """Return the lines that somebody has put in, in their order."""
    return [Spoken(event.at - script.started, _line(event)) for event in of_kind(events, "say")]


def _line(event: Event) -> Mapping[str, Any]:
    return {"role": event.data["role"], "content": event.data["content"]}


def people(script: CallScript, elapsed: float, events: Sequence[Event]) -> list[Body]:
    """Return who is in the room ``elapsed`` seconds in, as the body shows them."""
    return [body for _, body in present(script, elapsed, events)]


def present(
    script: CallScript, elapsed: float, events: Sequence[Event]
) -> list[tuple[float, Body]]:
    """Return who is in the room ``elapsed`` seconds in, each with the offset of joining.

    Who is there already does not join again, whether by the script or by an event.
    """
    scripted = script.participants(elapsed)
    moves = of_kind(events, "join", "leave")
    # By the script alone they stand in its order, whatever else somebody has done.
    dated = [(since, "join", body) for since, body in scripted]
    dated += [(event.at - script.started, event.kind, _joining(event)) for event in moves]
    there: dict[str, tuple[float, Body]] = {}
    for since, kind, body in sorted(dated, key=lambda one: one[0]) if moves else dated:
        identity = str(body.get("identity"))
        if kind == "leave":
            there.pop(identity, None)
        else:
            there.setdefault(identity, (since, body))
    for event in of_kind(events, "mute"):
        if event.data["identity"] in there:
            since, body = there[event.data["identity"]]
            there[event.data["identity"]] = since, mute(body)
    return list(there.values())


def _joining(event: Event) -> Body:
    if event.kind == "leave":
        return dict(event.data)
    joined_at = iso_milliseconds(int(event.at * 1000) / 1000)
    return {"isAgent": False, "metadata": {}, **event.data, "joinedAt": joined_at}


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
