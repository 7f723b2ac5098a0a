"""One verification under way: rooms, what is known of them, and the asking."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from contracts.asking.journal import Journal, Reply, observed
from contracts.asking.opening import InconclusiveError, give_up
from contracts.asking.plan import Plan
from contracts.asking.target import Target
from contracts.asking.watch import Watch
from contracts.contract import segment
from contracts.judging.findings import Breach, GoneError, LimitedError, NotReachedError
from contracts.judging.results import ABSENT
from contracts.settings import Settings
from contracts.traffic.exchange import Answer, Request

__all__ = ["Room", "Session"]


_AGAIN = 2  # times that a request which broke the server is sent again


@dataclass
class Room:
    """A room, and what is known of it: the body of its call, and whether the call goes on.

    ``refused`` is the answer of a room that never showed a call.
    """

    name: str
    known: Any = None
    opened: bool = False
    gone: bool = False
    refused: Answer | None = None

    @property
    def live(self) -> bool:
        """Whether the room showed a call and has not lost it since."""
        return self.opened and not self.gone


class Session:
    """Asks the target, and keeps what came of it.

    ``lapses`` are failures that were gone when asked again. ``strays`` are calls that were shown
    where none belongs, whatever was being looked for, by the clause that they break.
    """

    def __init__(self, settings: Settings, target: Target, plan: Plan) -> None:
        self.settings = settings
        self.target = target
        self.plan = plan
        self.random = Random(settings.seed)
        self.journal = Journal()
        self.rooms = [Room(name) for name in settings.rooms]
        self.lapses: list[Answer] = []
        self.strays: dict[str, list[Breach]] = {}
        self.doing: Callable[[str], None] = lambda _: None
        self.watch: Watch | None = None

    def open(self) -> None:
        """Ask for each room once, and once more where it does not answer 200.

        Raises:
            UnreachableError: where nobody is there.
            InconclusiveError: where no room is live, or the key was refused.

        """
        self.doing("looking for the rooms")
        for room in self.rooms:
            try:
                self._look(room)
            except LimitedError as limited:
                if not any(one.opened for one in self.rooms):
                    line = f"{self.target.url} cannot be asked: {limited}"
                    raise InconclusiveError(line) from None
        if not any(room.opened for room in self.rooms):
            refused = {room.name: room.refused for room in self.rooms if room.refused}
            give_up(self.target, refused, keyed=self.settings.api_key is not None)

    def _look(self, room: Room) -> None:
        answer = self._ask_for(room)
        if not room.opened:
            again = self._ask_for(room)
            room.refused = None if room.opened else again
        if room.opened and answer.status != 200:
            # It answers after all, so the first answer was a lapse.
            self._reply(room, answer)

    @property
    def live(self) -> list[Room]:
        """The rooms with a call that goes on.

        Raises:
            GoneError: where every call has ended.
            NotReachedError: where there never was one.

        """
        found = [room for room in self.rooms if room.live]
        if not found:
            if any(room.opened for room in self.rooms):
                raise GoneError("every room's call has ended")
            raise NotReachedError("no room answered 200")
        return found

    def valid(self, room: str) -> Request:
        """Return the request for a room as it should be asked for."""
        return self.target.request(segment(room))

    def poll(self, room: Room, *, fresh: bool = False) -> Answer:
        """Ask for a room as it should be asked for, and keep what came.

        An absent call is asked for once more: one that ended stays away, a lapse does not.
        """
        was_live = room.live
        answer = self._ask_for(room, fresh=fresh)
        if answer.status in ABSENT and was_live:
            again = self._ask_for(room, fresh=fresh)
            room.gone = again.status in ABSENT
            if not room.gone:
                self._reply(room, answer)
            return again
        return answer

    def _ask_for(self, room: Room, *, fresh: bool = False) -> Answer:
        answer = self._asked(self.valid(room.name), fresh)
        self.keep(room, answer)
        return answer

    def keep(self, room: Room, answer: Answer, *, in_order: bool = True) -> Any:
        """Keep an answer to a valid request; return its body if it is a 200 that parses.

        ``in_order`` is false for answers whose order among the others nobody knows; of what they
        show, nothing is taken for known.
        """
        body = self.journal.body(room.name, answer) if answer.status == 200 else None
        if in_order:
            self.journal.observations.append(observed(room.name, answer, body))
        if answer.status == 200:
            if room.gone and isinstance(body, dict) and _id(body) == _id(room.known):
                # The very call that was thought to have ended.
                self.journal.replies.append(Reply(room.name, "404", False, True))
            room.opened, room.gone = True, False
            room.known = body if in_order and body is not None else room.known
        if room.opened and answer.status not in ABSENT:
            self._reply(room, answer)
        return body

    def _reply(self, room: Room, answer: Answer) -> None:
        ok = answer.status == 200
        reply = Reply(room.name, answer.outcome, ok, answer.status in ABSENT)
        self.journal.replies.append(reply)

    @property
    def failures(self) -> list[Reply]:
        """The replies that should have been a 200. A call that ended may be absent here first."""
        gone = {room.name for room in self.rooms if room.gone}
        failed = (reply for reply in self.journal.replies if not reply.ok)
        return [reply for reply in failed if not (reply.absent and reply.room in gone)]

    def ask(self, request: Request, *, fresh: bool = False) -> Answer:
        """Ask anything else. Where the server breaks, ask again: one that recovers has lapsed."""
        self.tick()
        first = answer = self._asked(request, fresh)
        for _ in range(_AGAIN):
            # An answer that takes too long twice has taken long enough.
            if not answer.broken or (answer is not first and answer.fault == "timeout"):
                break
            answer = self._asked(request, fresh=True)
        if first.broken and not answer.broken:
            self.lapses.append(first)
        return answer

    def _asked(self, request: Request, fresh: bool) -> Answer:
        answer = self.target.send(request, fresh=fresh)
        self.journal.error(answer)
        return answer

    def tick(self) -> None:
        """Poll the watched rooms if it is time to."""
        if self.watch:
            self.watch.tick()

    def start_watch(self) -> None:
        """Begin to watch the first of the live rooms, while other work goes on."""
        rooms = [room for room in self.rooms if room.live][: self.plan.watched]
        if rooms and self.settings.watch > 0:
            self.watch = Watch(
                [partial(self.poll, room) for room in rooms],
                self.settings.watch,
                self.plan.polls,
                # A watch is not over while a rate limit keeps anybody from looking.
                replace(self.target.clock, monotonic=self.target.worked),
            )

    def finish_watch(self) -> None:
        """Watch until the time is over, or every call is."""
        if self.watch:
            self.doing("watching the calls")
            self.watch.finish(lambda: any(room.live for room in self.rooms))

    @property
    def spare(self) -> int:
        """How many requests may be spent without taking any from the rest of the watch."""
        return self.target.budget.left - (self.watch.outstanding if self.watch else 0)


def _id(body: Any) -> Any:
    return body.get("id") if isinstance(body, dict) else None
