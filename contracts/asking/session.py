"""Sends the requests of one verification, valid ones and others."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from random import Random

from contracts.asking.asker import Asker
from contracts.asking.discovery import Discovery
from contracts.asking.opening import InconclusiveError, give_up
from contracts.asking.plan import Plan, left_out, plan
from contracts.asking.target import Target
from contracts.asking.watch import Watch
from contracts.contract import INSIGHTS, READING
from contracts.judging.findings import GoneError, LimitedError, NotReachedError, StoppedError
from contracts.judging.history import History
from contracts.judging.offers import lack
from contracts.judging.question import Place
from contracts.judging.results import ABSENT
from contracts.judging.rooms import Room
from contracts.judging.siblings import is_page
from contracts.settings import Settings
from contracts.traffic.exchange import Exchange, Mark, Request
from openapi.paths import segment

__all__ = ["Session"]

_AGAIN = 2  # times that a request which broke the server is sent again


class Session:
    """Asks the target, and adds each exchange to the history.

    ``rooms`` are those of the settings, in their order, or else those that were found by the list.
    ``doing`` is told what is being done. ``lapses`` are failures of the server that did not happen
    again with the same request. ``done`` are the operations that did something to a call, by room.
    """

    def __init__(
        self,
        settings: Settings,
        target: Target,
        plan: Plan,
        history: History,
        doing: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.target = target
        self._whole = self.plan = plan
        self.history = history
        self.doing = doing
        self.random = Random(settings.seed)
        self.rooms: list[Room] = []
        self._add(settings.rooms)
        self.lapses: list[Exchange] = []
        self.done: dict[str, list[str]] = {}
        self._met = False
        self.asker = Asker(target, history, self._good)
        self._discovery = Discovery(target, self.asker, settings, self.random)
        self.watch: Watch | None = None

    def open(self) -> None:
        """Ask for each room once, and once more if the answer is no 200.

        Raises:
            UnreachableError: where nobody is there.
            InconclusiveError: where no room is live, or the key was refused.

        """
        proxy = self.target.proxy
        self.doing("looking for the rooms" + (f" through the proxy {proxy.shown}" if proxy else ""))
        try:
            if self.discovers:
                self._add(self._discovery.search(self.rooms, self.plan.watched))
            for room in self.rooms:
                self._look(room)
        except StoppedError:  # a room was found, and the target went away: that is kept
            return
        except LimitedError as limited:
            if not any(one.opened for one in self.rooms):
                line = f"{self.target.url} cannot be asked: {limited}"
                raise InconclusiveError(line) from None
        if not any(room.opened for room in self.rooms):
            refused = {room.label: room.refused for room in self.rooms if room.refused}
            give_up(self.target, refused, keyed=self.settings.credential is not None)

    @property
    def discovers(self) -> bool:
        """Whether rooms are found by the list, because none was given."""
        return not self.settings.rooms

    @property
    def names(self) -> list[str]:
        """The names of the rooms that were given, or found."""
        return [room.name for room in self.rooms]

    def _search_again(self) -> None:
        """Look for rooms in place of those whose calls have ended."""
        if self.discovers:
            found = self._discovery.search_again(self.rooms, self.plan.watched)
            for room in self._add(found):
                self._ask_for(room)

    def _add(self, names: Sequence[str]) -> list[Room]:
        workspace = self.settings.workspace_id
        added = [self.history.room(Place(workspace, one)) for one in names]
        self.rooms += added
        return added

    def ask_for_list(self) -> Exchange:
        """Ask for the list of calls as a client does."""
        return self._discovery.ask_for_list()

    def meet(self) -> None:
        """Find out, once, which of the siblings that only read are offered, and plan for that."""
        if self._met:
            return
        self._met = True
        self.ask_for_list()
        for room in self.live[:1]:
            self.asker.send(self.target.request(segment(room.name), of=INSIGHTS))
            if self.history.siblings.of(INSIGHTS)[-1].status in ABSENT:
                self.poll(room)  # a 404 for insights tells nothing, unless the call went on
        if any(self.offers(name) for name in READING) or self.settings.allow_ending:
            profile, ending = self.settings.profile, self.settings.allow_ending
            self._whole = self.plan = plan(profile, siblings=True, ending=ending)

    def offers(self, name: str) -> bool:
        """Return whether an operation is offered, as far as was seen."""
        return bool(self.history.siblings.of(name)) and not lack(self.history, name)

    def command(self, request: Request, room: Room, of: str, mark: Mark = "") -> Exchange:
        """Send what may change a call: once, whatever comes, and to no room that is to go on.

        Raises:
            ValueError: where that room is not expendable.

        """
        if not self.settings.allow_ending or room.name not in self.settings.expendable_rooms:
            raise ValueError(f"{room.name!r} is not expendable")
        exchange = self.asker.send(request, mark, fresh=True)
        said = 200 <= exchange.status < 300 and not is_page(exchange)
        if said and of not in self.done.setdefault(room.name, []):
            self.done[room.name].append(of)
        return exchange

    def _look(self, room: Room) -> None:
        self._ask_for(room)
        if not room.opened:
            self._ask_for(room)

    def fit(self) -> None:
        """Cut the plan to what fits into the time, by the rate limit as it is known now."""
        requests = self.target.budget.spent + self.target.fitting
        fitting = self._whole.fitting(requests)
        if fitting.robust < self.plan.robust:
            self.plan = fitting

    @property
    def left_out(self) -> str:
        """What was not sent for want of time, in one line; empty where all was."""
        return left_out(self._whole, self.plan)

    @property
    def live(self) -> list[Room]:
        """The rooms with a call that goes on.

        Raises:
            GoneError: where every call has ended.
            NotReachedError: where there never was one.

        """
        found = [room for room in self.rooms if room.live]
        if not found and any(room.opened for room in self.rooms):
            self._search_again()
            found = [room for room in self.rooms if room.live]
        if not found:
            if any(room.opened for room in self.rooms):
                raise GoneError("every room's call has ended")
            raise NotReachedError("no room answered 200")
        return found

    def valid(self, room: str) -> Request:
        """Return the valid request for a room."""
        return self.target.request(segment(room))

    def poll(self, room: Room, *, fresh: bool = False) -> None:
        """Send a valid request for a room.

        After a 404 or 410 it is sent once more. A call that has ended stays absent; a lapse does
        not happen twice.
        """
        exchange = self._ask_for(room, fresh=fresh)
        if exchange.status in ABSENT and room.live:
            self._ask_for(room, fresh=fresh)
            if room.gone:
                self._search_again()

    def look(self, room: Room) -> Exchange:
        """Send a valid request for a room, once."""
        return self._ask_for(room)

    def _ask_for(self, room: Room, *, fresh: bool = False) -> Exchange:
        return self.asker.send(self.valid(room.name), fresh=fresh)

    def ask(self, request: Request, mark: Mark = "probe", *, fresh: bool = False) -> Exchange:
        """Send any other request. If the server breaks, send it again: it may have lapsed."""
        self.tick()
        first = exchange = self.asker.send(request, mark, fresh=fresh)
        for _ in range(_AGAIN):
            # Two timeouts in a row are enough to wait for.
            if not exchange.broken or (exchange is not first and exchange.fault == "timeout"):
                break
            exchange = self.asker.send(request, mark, fresh=True)
        if first.broken and not exchange.broken:
            self.lapses.append(first)
        return exchange

    def settle(self) -> None:
        """Make sure that the target still lets us in, where the last answers leave a doubt."""
        self.asker.settle()

    def _good(self) -> Request | None:
        """Return a valid request that was answered with a call before: of a live room, if any."""
        opened = [room for room in self.rooms if room.opened]
        room = next((one for one in opened if one.live), opened[0] if opened else None)
        return self.valid(room.name) if room else None

    def tick(self) -> None:
        """Poll the watched rooms if it is time to."""
        if self.watch:
            self.watch.tick()

    def start_watch(self) -> None:
        """Begin to watch the first of the live rooms, while other work goes on."""
        self.fit()
        rooms = [room for room in self.rooms if room.live][: self.plan.watched]
        polls = [partial(self.poll, room) for room in rooms]
        if self.discovers:
            polls = [partial(self._poll_nth, number) for number in range(len(rooms))]
        if rooms and self.settings.watch > 0:
            self.watch = Watch(
                polls,
                self.settings.watch,
                self.plan.polls,
                # While a rate limit is waited for, the time of the watch stands still.
                replace(self.target.clock, monotonic=self.target.worked),
            )

    def _poll_nth(self, number: int) -> None:
        """Poll one of the rooms that are live: where a call has ended, another one is watched."""
        live = [room for room in self.rooms if room.live]
        if number < len(live):
            self.poll(live[number])

    def finish_watch(self) -> None:
        """Watch until the time is over, or every call is."""
        if self.watch:
            self.doing("watching the calls")
            self.watch.finish(lambda: any(room.live for room in self.rooms))

    @property
    def spare(self) -> int:
        """How many requests may be sent, by budget and rate, that the watch does not need."""
        left = int(min(self.target.budget.left, self.target.fitting))
        return left - (self.watch.outstanding if self.watch else 0)
