"""The rooms that are walked through, each as it should be by what was done to it."""

from dataclasses import dataclass, field
from math import inf

from contracts.asking.session import Session
from contracts.contract import END_CALL, ENDING, REMOVE_AGENT
from contracts.judging.around import polls
from contracts.judging.coherence.calls import call_id, people
from contracts.judging.question import Place
from contracts.judging.rooms import Room
from contracts.judging.siblings import Answer
from contracts.traffic.exchange import Request

__all__ = ["ENDED", "LIVE", "UNKNOWN", "Scene", "scenes"]

_ROOMS = 2  # live rooms that are walked through; one, if there are expendable ones as well

# How a call stands: on, ended by a command, or over by itself: then nothing is known of the room.
LIVE, ENDED, UNKNOWN = "live", "ended", "unknown"


@dataclass
class Scene:
    """A room as it should be: its call, and what was done to it at which second, by which request.

    ``agent`` is who may be muted; None where nothing may be done to the call.
    """

    room: Room
    id: object = None
    state: str = LIVE
    ended: float = 0.0
    muted: bool = False
    agent: str | None = None
    expendable: bool = False
    done: list[Request] = field(default_factory=list)


def scenes(session: Session) -> list[Scene]:
    """Return a few live rooms, and every expendable one; ask for those that nobody asked for."""
    settings = session.settings
    names = settings.expendable_rooms
    expendable = [session.history.room(Place(settings.workspace_id, one)) for one in names]
    for room in expendable:
        if not room.opened:
            session.look(room)
    live = [room for room in session.rooms if room.live][: 1 if expendable else _ROOMS]
    made = [_scene(session, one, expendable=False) for one in live]
    return made + [_scene(session, one, expendable=True) for one in expendable]


def _scene(session: Session, room: Room, *, expendable: bool) -> Scene:
    done = {name: _done(session, room, name) for name in ENDING}
    ended = done[END_CALL]
    # After the end, a room may host another call.
    until = ended.sent if ended else inf
    seen = polls(session.history, room.place)
    shown = [one for one in seen if one.status == 200 and one.received <= until]
    known = people(shown[-1]) if shown else {}
    agents = [who for who, one in known.items() if one.get("isAgent") is True]
    id_ = call_id(shown[-1].body) if shown else None
    made = Scene(room, id_, agent=agents[0] if agents else None, expendable=expendable)
    made.state = LIVE if room.live else UNKNOWN
    made.muted = done[REMOVE_AGENT] is not None
    if ended:
        made.state, made.ended = ENDED, ended.received
    made.done = [one.request for name in (REMOVE_AGENT, END_CALL) if (one := done[name])]
    return made


def _done(session: Session, room: Room, name: str) -> Answer | None:
    """Return the answer that said first that something was done in a room."""
    answers = session.history.siblings.of(name)
    return next((one for one in answers if one.place == room.place and one.status == 200), None)
