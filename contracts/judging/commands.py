"""What was done to calls: by whom, to whom, and in which order."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from contracts.contract import END_CALL, LIST, REMOVE_AGENT
from contracts.judging.around import Around, around, polls
from contracts.judging.coherence.calls import call_id, people
from contracts.judging.history import History
from contracts.judging.question import Place
from contracts.judging.results import ABSENT, Observation
from contracts.judging.siblings import Answer

__all__ = ["Command", "Kind", "commands", "done", "until_ended"]

# uninvited: from another workspace, without one, without the key or with a wrong one. The others
# came from who may: right is what should be done; nobody and human name somebody who is not the
# agent; again is the right one once it was done; unsure may be again, or about another call.
Kind = Literal["uninvited", "right", "nobody", "human", "again", "unsure"]

_FRESH = 2.0  # seconds for which a room is taken to be as it was seen
_RECENT = 15.0  # seconds in which hardly anybody joins whom nobody was shown


@dataclass(frozen=True)
class Command:
    """One command. ``place`` is where the call is that it is about; ``identity`` whom it names."""

    kind: Kind
    answer: Answer
    place: Place
    around: Around
    identity: str = ""

    @property
    def status(self) -> int:
        """The status of the answer; 0 where none came."""
        return self.answer.status

    @property
    def done(self) -> bool:
        """Whether it is said to be done."""
        return 200 <= self.status < 300


def commands(history: History, name: str) -> list[Command]:
    """Return the commands of an operation for rooms that showed a call, in their order."""
    found: list[Command] = []
    for answer in history.siblings.of(name):
        place = _place(history, answer)
        if place is None:
            continue
        seen = polls(history, place)
        near = around(seen, answer)
        identity = _identity(answer) if name == REMOVE_AGENT else ""
        kind = _kind(history, answer, seen, identity)
        one = Command(
            kind if _invited(answer, place) else "uninvited", answer, place, near, identity
        )
        found.append(
            replace(one, kind=_once_more(found, one, seen)) if one.kind == "right" else one
        )
    return found


def done(history: History, name: str) -> Iterator[Command]:
    """Yield each command of an operation that was right, and is said to be done."""
    return (one for one in commands(history, name) if one.kind == "right" and one.done)


def until_ended(history: History) -> list[Observation]:
    """Return what was seen of calls until somebody ended them.

    From then on a call may be shown for some seconds, as it was at its end.
    """
    ended = [
        (one.place, call_id(one.around.before.body), one.answer.sent)
        for one in done(history, END_CALL)
        if one.around.before
    ]

    def later(poll: Observation) -> bool:
        call = (Place(poll.workspace, poll.room), call_id(poll.body))
        return any(call == (place, id_) and poll.received > at for place, id_, at in ended)

    return [poll for poll in history.observations if not later(poll)]


def _place(history: History, answer: Answer) -> Place | None:
    """Return where the call is that a command is about: the sender's, or else somebody's."""
    if history.opened(answer.place) or not _is_stranger(history, answer):
        return answer.place if history.opened(answer.place) else None
    rooms = (room for room in history.rooms if room.opened and room.name == answer.question.room)
    return next((room.place for room in rooms), None)


def _is_stranger(history: History, answer: Answer) -> bool:
    """Return whether it is known that the sender has no call in the room: its asker knew, or saw.

    Rooms of two workspaces may have one name.
    """
    if answer.exchange.mark:
        return True
    asked = [one for one in history.probes.values() if one.question.place == answer.place]
    refused = history.room(answer.place).refused if history.asked(answer.place) else None
    absent = [*(one.exchange for one in asked), *([refused] if refused else [])]
    return any(one.status in ABSENT for one in absent)


def _invited(answer: Answer, place: Place) -> bool:
    return answer.place == place and answer.exchange.mark != "unauthorised"


def _kind(history: History, answer: Answer, seen: list[Observation], identity: str) -> Kind:
    if answer.question.of == END_CALL:
        return "right"
    earlier = [one for one in seen if one.received <= answer.sent]
    named = [who[identity] for who in map(people, earlier) if identity in who]
    if named:
        return "right" if named[-1].get("isAgent") is True else "human"
    # Somebody may have joined since; and be known from a list.
    fresh = earlier and _shows(earlier[-1]) and answer.sent - earlier[-1].received <= _RECENT
    return "nobody" if fresh and not _is_listed(history, answer.place, identity) else "unsure"


def _is_listed(history: History, place: Place, identity: str) -> bool:
    """Return whether a list ever showed a participant of a room."""
    listings = (one.listing for one in history.siblings.of(LIST) if one.listing)
    calls = (one.calls.get(place.room, {}) for one in listings)
    people_ = (each for call in calls for each in call.get("participants") or [])
    return any(isinstance(each, dict) and each.get("identity") == identity for each in people_)


def _once_more(found: list[Command], one: Command, seen: list[Observation]) -> Kind:
    """Return whether the same was done before: again, unless another call may have begun since."""
    same = (each for each in found if each.kind == "right" and each.done)
    first = next((each for each in same if _target(each) == _target(one)), None)
    if first is None:
        return "right"
    until = one.answer.sent
    between = [
        poll for poll in seen if first.answer.received <= poll.sent <= poll.received <= until
    ]
    began = call_id(first.around.before and first.around.before.body)
    if any(_shows(poll) and call_id(poll.body) != began for poll in between):
        return "right"
    last = between[-1] if between else None
    known = last and (last.status in ABSENT or _shows(last)) and last.received >= until - _FRESH
    return "again" if known else "unsure"


def _target(one: Command) -> tuple[Place, str]:
    return one.place, one.identity


def _shows(poll: Observation) -> bool:
    return poll.status == 200 and isinstance(poll.body, dict)


def _identity(answer: Answer) -> str:
    """Return whom a request names; empty where nobody."""
    try:
        sent: Any = json.loads(answer.request.content)
    except ValueError:
        return ""
    named = sent.get("participantIdentity") if isinstance(sent, dict) else None
    return named if isinstance(named, str) else ""
