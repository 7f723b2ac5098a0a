"""Tells whether a body holds call data, and whose."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from contracts.asking.session import Room, Session
from contracts.judging.bodies import Schemas, parse
from contracts.judging.findings import Breach
from contracts.traffic.exchange import Answer

__all__ = ["call_in", "is_same_call", "marks", "refusal", "shows_call", "whose"]

_SETTLED = 3  # lines of a transcript that tell it from another, once one more has followed
_UNIQUE = 12  # characters of an id that nothing else has by chance
_ALIKE = ("customerPhone", "customerName", "participants", "transcript")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object within a JSON value, the outermost first."""
    left = deque([value])
    while left:
        one = left.popleft()
        if isinstance(one, dict):
            yield one
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)


def call_in(body: Any) -> dict[str, Any] | None:
    """Return the first object of a body, however deep, that has what tells a call from another."""
    return next((one for one in _objects(body) if marks(one).keys() & {"id", "participants"}), None)


def marks(body: dict[str, Any]) -> dict[str, object]:
    """Return by field what tells a call from another and stays as it is while the call goes on."""
    texts = ("roomName", "id", "customerPhone", "customerName")
    found: dict[str, object] = {
        name: body[name] for name in texts if body.get(name) and isinstance(body[name], str)
    }
    people, lines = body.get("participants"), body.get("transcript")
    if isinstance(people, list):
        known = [(one.get("joinedAt"), one.get("identity")) for one in people if _is_object(one)]
        joined = [one for one in known if isinstance(one[0], str) and isinstance(one[1], str)]
        found |= {"participants": min(joined)} if joined else {}
    if isinstance(lines, list) and len(lines) > _SETTLED and all(map(_is_object, lines[:_SETTLED])):
        said = tuple(str((one.get("role"), one.get("content"))) for one in lines[:_SETTLED])
        found["transcript"] = said
    return found


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def is_same_call(body: Any, known: Any, others: Sequence[Any] = ()) -> bool:
    """Return whether a call is known, and shown anywhere in a body.

    It is by its id, else by who called and who is there since when; else, where the id was taken
    out, by three marks that agree, one of which no call of ``others`` has. What was said tells
    little by itself: a demonstration server may say the same in every call.
    """
    call = call_in(known)
    if call is None:
        return False
    found = (call_in(one) for one in others)
    return any(
        _agree(one, call, [marks(other) for other in found if other]) for one in _objects(body)
    )


def _agree(one: dict[str, Any], call: dict[str, Any], others: list[dict[str, object]]) -> bool:
    shown, known = marks(one), marks(call)
    if "id" in known and shown.get("id") == known["id"]:
        # A short one alone may be that of anything else.
        return len(shown) > 1 or len(call["id"]) >= _UNIQUE
    alike = [name for name in _ALIKE if name in known and shown.get(name) == known[name]]
    if "customerPhone" in alike and "participants" in alike:
        return True
    own = any(all(other.get(name) != known[name] for other in others) for name in alike)
    return len(alike) > 2 and bool(others) and own


def whose(body: Any, rooms: Sequence[Room]) -> Room | None:
    """Return the room whose call a body shows, at whatever depth."""
    for room in rooms:
        if is_same_call(body, room.known, [one.known for one in rooms if one is not room]):
            return room
    return None


def shows_call(content: bytes, rooms: Sequence[Room], schemas: Schemas) -> bool:
    """Return whether content is any call: one of the rooms', or one that the contract knows."""
    body = parse(content).body
    return bool(whose(body, rooms)) or (isinstance(body, dict) and not schemas.breaches(body))


def refusal(session: Session, answer: Answer, allowed: Iterable[int], words: str) -> list[Breach]:
    """Return the breach where an answer has another status than is allowed, or call data."""
    curl = session.target.curl(answer.request)
    data = shows_call(answer.content, session.rooms, session.journal.schemas)
    if data:
        return [Breach(words, f"{answer.outcome} with call data", curl=curl)]
    if answer.status not in allowed:
        return [Breach(words, answer.outcome, curl=curl)]
    return []
