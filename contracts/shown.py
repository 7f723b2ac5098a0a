"""What a result may show of rooms and observations: no secrets, and nothing that was said."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from contracts.contract import END_CALL, REMOVE_AGENT
from contracts.judging.results import Done, Observation, RoomShown
from contracts.judging.rooms import Room
from contracts.traffic.secrets import Secrets

__all__ = ["done_shown", "observations_shown", "rooms_shown"]


def rooms_shown(rooms: Iterable[Room], secrets: Secrets) -> tuple[RoomShown, ...]:
    """Return each room with its last answer that was no call."""
    return tuple(_room(one, secrets) for one in rooms)


def _room(room: Room, secrets: Secrets) -> RoomShown:
    answer = room.refused.outcome if room.refused else ""
    return RoomShown(secrets.redacted(room.name), room.opened, secrets.redacted(answer))


def done_shown(done: Mapping[str, Container[str]], secrets: Secrets) -> tuple[Done, ...]:
    """Return what was done to calls, of the operations that did something by room."""
    return tuple(
        Done(secrets.redacted(room), REMOVE_AGENT in of, END_CALL in of)
        for room, of in done.items()
    )


def observations_shown(
    observations: Iterable[Observation], secrets: Secrets
) -> tuple[Observation, ...]:
    """Return the observations without headers, and without what was said."""
    return tuple(_observation(one, secrets) for one in observations)


def _observation(one: Observation, secrets: Secrets) -> Observation:
    body = one.body
    if isinstance(body, dict) and isinstance(body.get("transcript"), list):
        body = body | {"transcript": [None] * len(body["transcript"])}
    return replace(one, headers={}, body=secrets.scrubbed(body))
