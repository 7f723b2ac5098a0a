"""An AI agent that is muted, and the person who takes over."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from mockserver.simulation.attendance import Presence
from mockserver.simulation.conversation import Segment
from mockserver.simulation.cuts import Part
from mockserver.simulation.events import Event, of_kind
from mockserver.simulation.performance import Facts
from mockserver.simulation.randomness import Draws, digest
from mockserver.simulation.rooms import word
from mockserver.simulation.script import CallScript

__all__ = [
    "all_muted", "is_muted", "mute", "muted_tracks", "not_mutable", "taken_over", "takeovers",
]  # fmt: skip

_MUTED = "muted"  # what the metadata of a muted agent has
_SOONEST, _LATEST = 6.0, 10.0  # seconds until the person speaks
_TRACK_CHARACTERS = 12


def is_muted(participant: Mapping[str, Any]) -> bool:
    """Return whether a participant of a call's body is an agent that was muted."""
    return bool(participant.get("metadata", {}).get(_MUTED))


def not_mutable(participant: Mapping[str, Any] | None) -> str | None:
    """Return why somebody cannot be muted, as the end of a sentence; None where they can."""
    if participant is None:
        return "is not in the room"
    if not participant.get("isAgent"):
        return "is not an AI agent"
    return "is muted already" if is_muted(participant) else None


def mute(participant: Mapping[str, Any]) -> dict[str, Any]:
    """Return a participant of a call's body as one that is muted."""
    return {**participant, "metadata": {**participant.get("metadata", {}), _MUTED: True}}


def muted_tracks(call_id: str, identity: str) -> list[str]:
    """Return the ids of a participant's tracks."""
    return [f"TR_{word(_TRACK_CHARACTERS, digest(0, 'track', call_id, identity))}"]


def taken_over(script: CallScript, events: Sequence[Event]) -> CallScript:
    """Return the script as it goes on since AI agents were muted, if any were.

    ``events`` are those of the call. An agent that is muted stays in the room. Where no other one
    is there, nor a person in its place, the conversation breaks off, and a person takes over.
    """
    for event in of_kind(events, "mute"):
        script = _without(script, event.data["identity"], event.at - script.started)
    return script


def all_muted(script: CallScript, at: float) -> CallScript:
    """Return the script as it goes on if all its agents are muted ``at`` seconds in."""
    for identity in _agents(script, at):
        script = _without(script, identity, at)
    return script


def takeovers(script: CallScript, length: float) -> Iterator[dict[str, Any]]:
    """Yield what comes of it if an agent is muted within ``length`` seconds, for each of them.

    What is said is about the matter of that moment, so that there may be several for an agent, each
    with the offset ``since`` from which on it is that. Offsets are called ``after``, in seconds
    since the agent is muted. ``instead`` are those who do not come any more where a person takes
    over, and ``joined`` is from when on nobody has to.
    """
    joined = [
        offsets[cue.index]
        for performance, offsets, _ in script.segments
        for cue in performance.cues
        if cue.joins is not None and offsets[cue.index] <= length
    ]
    bodies = [_body(one) for one in script.presences if one.joins <= length]
    agents = (str(one.get("identity")) for one in bodies if one.get("isAgent"))
    for identity in dict.fromkeys(agents):
        fixed = {
            "identity": identity,
            "mutedTracks": muted_tracks(str(script.fields.get("id")), identity),
            "joined": joined[0] if joined else None,
            "instead": [str(one["identity"]) for one in script.joiners.values()],
        }
        before: dict[str, Any] = {}
        for since, facts in _matters(script, length):
            now = _takeover(script, identity, facts)
            if now != before:
                yield {"since": since, **fixed, **now}
            before = now


def _matters(script: CallScript, length: float) -> Iterator[tuple[float, Facts]]:
    """Yield what the call is about, each time with the offset from which on."""
    yield 0.0, script.facts
    for _, offsets, facts in script.segments:
        if offsets[0] <= length:
            yield offsets[0], facts or script.facts


def _takeover(script: CallScript, identity: str, facts: Facts) -> dict[str, Any]:
    lines: list[tuple[float, dict[str, Any]]] = []
    moods: list[tuple[float, str | None]] = []
    people: list[tuple[float, Mapping[str, Any]]] = []
    for performance, offsets, _ in _person_speaks(script, identity, 0.0, facts):
        whole = script.transcript([Part(performance, len(offsets), facts)])
        lines += zip(offsets, orjson.loads(whole), strict=True)
        moods += zip(offsets, performance.moods[1:], strict=True)
        people += [
            (offsets[cue.index], script.joiners[cue.joins])
            for cue in performance.cues
            if cue.joins is not None
        ]
    return {
        "lines": [{"after": after, **line} for after, line in lines],
        "sentiment": [] if script.moods else _changes(moods),
        "participants": [{"after": after, **one} for after, one in people],
    }


def _changes(moods: Iterable[tuple[float, str | None]]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    for after, mood in moods:
        if mood is not None and (not changes or changes[-1]["value"] != mood):
            changes.append({"after": after, "value": mood})
    return changes


def _agents(script: CallScript, at: float) -> list[str]:
    """Return the identities of the AI agents that can be heard."""
    present = (body for _, body in script.participants(at))
    heard = (one for one in present if one.get("isAgent") and not is_muted(one))
    return [str(one.get("identity")) for one in heard]


def _without(script: CallScript, identity: str, at: float) -> CallScript:
    agents = _agents(script, at)
    if identity not in agents:
        return script
    if len(agents) > 1 or _person_joined(script, at):
        list(script.plan())  # to its end: a plan cannot be continued twice
        return script.changed(_muted_presences(script, identity, at))
    said = list(_until(script, at))
    matter = said[-1].facts if said else {}  # the person goes on with it, where it has facts
    facts = matter or script.facts
    conversation = (*said, *_person_speaks(script, identity, at, facts))
    presences = _muted_presences(script, identity, at)
    people = {str(one["identity"]) for one in script.joiners.values()}
    left = [one for one in presences if one.joins <= at or _identity(one) not in people]
    return script.changed(left, conversation)


def _body(presence: Presence) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(orjson.dumps(presence.shown))
    return body


def _identity(presence: Presence) -> str:
    return str(_body(presence).get("identity"))


def _person_joined(script: CallScript, at: float) -> bool:
    """Return whether somebody has joined with a line, as those do who take over."""
    return any(
        cue.joins is not None and offsets[cue.index] <= at
        for performance, offsets, _ in script.segments
        for cue in performance.cues
    )


def _muted_presences(script: CallScript, identity: str, at: float) -> Iterator[Presence]:
    for one in script.presences:
        if one.joins <= at < one.leaves and _identity(one) == identity:
            yield one._replace(leaves=at)
            shown = orjson.Fragment(orjson.dumps(mute(_body(one))))
            yield one._replace(joins=at, shown=shown)
        else:
            yield one


def _until(script: CallScript, at: float) -> Iterator[Segment]:
    """Yield what has been said until then."""
    for performance, offsets, facts in script.plan():
        count = bisect_right(offsets, at)
        if count:
            yield Segment(performance.beginning(count), [*offsets][:count], facts)
        if count < len(offsets):
            return


def _person_speaks(script: CallScript, identity: str, at: float, facts: Facts) -> Iterator[Segment]:
    if script.takeover is not None:
        rng = Draws(digest(script.started, "takeover", str(script.fields.get("id")), identity))
        start = at + rng.uniform(_SOONEST, _LATEST)
        performance = script.takeover.performance(rng)
        yield Segment(performance, performance.offsets(start), facts)
