"""What was done to calls: by whom, to whom, and in which order."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from contracts.contract import END_CALL, REMOVE_AGENT
from contracts.judging.around import Around, around, polls
from contracts.judging.coherence.calls import people
from contracts.judging.history import History
from contracts.judging.question import Place
from contracts.judging.results import Observation
from contracts.judging.siblings import Answer

__all__ = ["Command", "Kind", "commands", "done"]

# uninvited: from another workspace, without one, without the key or with a wrong one. The others
# came from who may: right is what should be done; nobody and human name somebody who is not the
# agent; again is the right one once it was done.
Kind = Literal["uninvited", "right", "nobody", "human", "again"]


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
        kind = _kind(answer, seen, identity, name)
        if _invited(answer, place) and kind == "right" and _was_done(found, place, identity, seen):
            kind = "again"
        found.append(
            Command(kind if _invited(answer, place) else "uninvited", answer, place, near, identity)
        )
    return found


def done(history: History, name: str) -> Iterator[Command]:
    """Yield each command of an operation that was right, and is said to be done."""
    return (one for one in commands(history, name) if one.kind == "right" and one.done)


def _place(history: History, answer: Answer) -> Place | None:
    """Return where the call is that a command is about: the sender's, or else somebody's."""
    if history.opened(answer.place):
        return answer.place
    rooms = (room for room in history.rooms if room.opened and room.name == answer.question.room)
    return next((room.place for room in rooms), None)


def _invited(answer: Answer, place: Place) -> bool:
    return answer.place == place and answer.exchange.mark != "unauthorised"


def _kind(answer: Answer, seen: list[Observation], identity: str, name: str) -> Kind:
    if name == END_CALL:
        return "right"
    earlier = (people(one) for one in seen if one.received <= answer.sent)
    named = [one[identity] for one in earlier if identity in one]
    if not named:
        return "nobody"
    return "right" if named[-1].get("isAgent") is True else "human"


def _was_done(found: list[Command], place: Place, identity: str, seen: list[Observation]) -> bool:
    """Return whether the same was done before, and no other call began since."""
    for one in found:
        if one.kind == "right" and one.done and (one.place, one.identity) == (place, identity):
            began = one.around.before.body.get("id") if one.around.before else None
            since = [poll for poll in seen if poll.sent >= one.answer.received]
            shown = [poll.body.get("id") for poll in since if isinstance(poll.body, dict)]
            return all(id_ == began for id_ in shown)
    return False


def _identity(answer: Answer) -> str:
    """Return whom a request names; empty where nobody."""
    try:
        sent: Any = json.loads(answer.request.content)
    except ValueError:
        return ""
    named = sent.get("participantIdentity") if isinstance(sent, dict) else None
    return named if isinstance(named, str) else ""
