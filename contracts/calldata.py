"""Tells whether a body holds call data, and whose."""

from collections.abc import Iterable
from typing import Any

from contracts.exchange import Answer
from contracts.findings import Breach
from contracts.schema import Schemas, parse
from contracts.session import Room, Session

__all__ = ["is_same_call", "refusal", "shows_call"]


def is_same_call(body: Any, known: Any) -> bool:
    """Return whether two bodies show one call: by its id, else by who is in it since when.

    What was said tells nothing: a demonstration server may say the same in every call.
    """
    if not isinstance(body, dict) or not isinstance(known, dict):
        return False
    if isinstance(known.get("id"), str) and body.get("id") == known["id"]:
        return True
    phone, people = known.get("customerPhone"), known.get("participants")
    return bool(phone and people) and (body.get("customerPhone"), body.get("participants")) == (
        phone,
        people,
    )


def shows_call(content: bytes, rooms: Iterable[Room], schemas: Schemas) -> bool:
    """Return whether content is any call: one of the rooms', or one that the contract knows."""
    body = parse(content).body
    if any(is_same_call(body, room.known) for room in rooms):
        return True
    return isinstance(body, dict) and not schemas.breaches(body)


def refusal(session: Session, answer: Answer, allowed: Iterable[int], words: str) -> list[Breach]:
    """Return the breach where an answer has another status than is allowed, or call data."""
    curl = session.target.curl(answer.request)
    data = shows_call(answer.content, session.rooms, session.journal.schemas)
    if data:
        return [Breach(words, f"{answer.outcome} with call data", curl=curl)]
    if answer.status not in allowed:
        return [Breach(words, answer.outcome, curl=curl)]
    return []
