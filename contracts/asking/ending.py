"""Mutes the agent and ends the call in a room that was given for that, and in no other."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from contracts.asking.session import Session
from contracts.asking.strangers import with_wrong_keys, workspaces
from contracts.contract import END_CALL, LIST, REMOVE_AGENT, Operation
from contracts.judging.around import polls
from contracts.judging.coherence.calls import call_id, people
from contracts.judging.findings import NotReachedError
from contracts.judging.listing import LAG
from contracts.judging.question import Place
from contracts.judging.removal import BEGUN, LONG_ENOUGH
from contracts.judging.results import ABSENT, Observation
from contracts.judging.rooms import Room
from contracts.judging.siblings import is_page
from contracts.traffic.exchange import Exchange, Mark, Request
from openapi.paths import segment

__all__ = ["Ending"]

_PAUSE = 0.7  # seconds between the first two looks at what should be over


class Ending:
    """Sends the commands for one expendable room, in an order in which each can be judged.

    Raises:
        NotReachedError: no expendable room is live.

    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._clock = session.target.clock
        session.doing("looking for the room whose call may end")
        self.room = self._live()

    def _live(self) -> Room:
        settings = self._session.settings
        answers = []
        for name in settings.expendable_rooms:
            room = self._session.history.room(Place(settings.workspace_id, name))
            answer = self._session.look(room)
            if room.live:
                return room
            answers.append(f"{room.label} answered {answer.outcome}")
        raise NotReachedError(f"no expendable room is live: {', '.join(answers)}")

    def try_as_others(self) -> None:
        """Send both commands as who may not, and look at the call after each kind."""
        self._confirmed(self._try_as_others)
        self._session.settle()

    def _confirmed(self, tries: Callable[[], None]) -> None:
        """Try what must not end a call; where it is over, in another room as well.

        The first one may have ended by itself at that instant.
        """
        tries()
        if not self.room.live:
            with suppress(NotReachedError):
                self.room = self._live()
                tries()

    def _try_as_others(self) -> None:
        strangers = self._strangers()
        for of in (REMOVE_AGENT, END_CALL):
            content = (
                self._naming(self._identity(agent=True) or "agent") if of == REMOVE_AGENT else ""
            )
            for request, mark in self._uninvited(of, content, strangers):
                self._session.command(request, self.room, of, mark)
                if self._session.settings.profile == "full":
                    self._session.poll(self.room)
            self._session.poll(self.room)

    def _strangers(self) -> list[str]:
        """The workspaces to try: none that has a call of its own in a room of this name."""
        session, path = self._session, segment(self.room.name)
        few = workspaces(session)[: None if session.settings.profile == "full" else 1]
        asked = {one: session.target.request(path, workspace=one) for one in few}
        return [one for one, request in asked.items() if session.ask(request).status != 200]

    def _uninvited(
        self, of: str, content: str, strangers: Iterable[str]
    ) -> Iterator[tuple[Request, Mark]]:
        session, path = self._session, segment(self.room.name)
        make = session.target.request
        full = session.settings.profile == "full"
        for workspace in strangers:
            yield make(path, of=of, workspace=workspace, content=content), "probe"
        if full:
            without = (Operation.load().workspace_header,)
            yield make(path, of=of, without=without, content=content), "probe"
        if session.settings.credential:
            for one in with_wrong_keys(session, path, 2 if full else 1, of=of, content=content):
                yield one, "unauthorised"

    def mute(self) -> None:
        """Name nobody and a person, then the agent, twice; see whether it falls silent."""
        if not self._agent():
            return
        self._session.doing("muting the agent")
        self._confirmed(self._name_others)
        if not (agent := self._agent()):
            return
        muted = self._remove(agent)
        self._session.poll(self.room)
        if 200 <= muted.status < 300 and not is_page(muted):
            self._remove(agent)
            self._session.poll(self.room)  # at once: later the call may have ended by itself
            self._listen(muted)

    def _name_others(self) -> None:
        """Name nobody and a person."""
        self._remove(f"nobody-{self._session.random.getrandbits(48):012x}")
        if person := self._identity(agent=False):
            self._remove(person)
        self._session.poll(self.room)

    def _agent(self) -> str | None:
        """Return who can be muted; None where nobody, or where the call is over."""
        return self._identity(agent=True) if self.room.live else None

    def _listen(self, muted: Exchange) -> None:
        """Poll until an agent that talks on would have said something."""
        full = self._session.settings.profile == "full"
        moments = [BEGUN + 0.1, *((BEGUN + 2.0,) if full else ()), BEGUN + LONG_ENOUGH + 0.2]
        for moment in moments:
            self._clock.sleep(max(0.0, muted.received + moment - self._clock.monotonic()))
            if self.room.live:
                self._session.poll(self.room)

    def _remove(self, identity: str) -> Exchange:
        path = segment(self.room.name)
        make = self._session.target.request
        request = make(path, of=REMOVE_AGENT, content=self._naming(identity))
        return self._session.command(request, self.room, REMOVE_AGENT)

    @staticmethod
    def _naming(identity: str) -> str:
        return json.dumps({"participantIdentity": identity}, ensure_ascii=False)

    def _identity(self, *, agent: bool) -> str | None:
        """Return who is the agent, or a person, by the last poll of the room; None where nobody."""
        shown = self._shown()
        known = people(shown) if shown else {}
        return next((who for who, one in known.items() if one.get("isAgent") is agent), None)

    def end(self) -> None:
        """End the call; look until it is neither found nor listed; end it again."""
        if not self.room.live:
            return
        session = self._session
        session.doing("ending the call")
        began = self._id()
        ended = self._end_beside()
        if not 200 <= ended.status < 300:
            session.poll(self.room)
            return
        self._until(ended, self._is_absent)
        if session.offers(LIST):
            self._until(ended, self._is_off)
        if self._hosts_no_other(began):
            self._end()
        session.settle()

    def _end_beside(self) -> Exchange:
        """End the call; look at other calls just before and just after."""
        session = self._session
        rooms = [room for room in session.rooms if room.live and room is not self.room]
        others = rooms[: session.plan.watched]
        for room in others[::-1]:
            session.poll(room)
        ended = self._end()
        for room in others:
            session.poll(room)
        return ended

    def _end(self) -> Exchange:
        request = self._session.target.request(segment(self.room.name), of=END_CALL)
        return self._session.command(request, self.room, END_CALL)

    def _hosts_no_other(self, began: object) -> bool:
        """Look once more; return whether no other call has begun in the room meanwhile."""
        status = self._session.look(self.room).status
        return status in ABSENT or (status == 200 and self._id() == began)

    def _id(self) -> object:
        """Return the id of the call that the room showed last."""
        shown = self._shown()
        return call_id(shown.body) if shown else None

    def _shown(self) -> Observation | None:
        seen = polls(self._session.history, self.room.place)
        return next((one for one in seen[::-1] if one.status == 200), None)

    def _until(self, ended: Exchange, over: Callable[[], bool]) -> None:
        """Look until it is over, or has not been so for longer than it may take.

        Ever more seldom, and last when that time is up: a small profile has few requests.
        """
        pause = _PAUSE
        while not over():
            left = ended.received + LAG + _PAUSE - self._clock.monotonic()
            if left <= 0:
                return
            self._clock.sleep(min(pause, left))
            pause *= 2

    def _is_absent(self) -> bool:
        return self._session.look(self.room).status in ABSENT

    def _is_off(self) -> bool:
        self._session.ask_for_list()
        listing = self._session.history.siblings.of(LIST)[-1].listing
        return listing is None or self.room.name not in listing.rooms
