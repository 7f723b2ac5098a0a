"""Finds rooms with a call in them, by the list of calls."""

from collections.abc import Sequence
from contextlib import suppress
from random import Random

from contracts.asking.asker import Asker
from contracts.asking.board import chosen, listed
from contracts.asking.opening import InconclusiveError, UnreachableError
from contracts.asking.standing import is_gone, is_refused
from contracts.asking.target import Target
from contracts.contract import LIST
from contracts.judging.rooms import Room
from contracts.settings import Settings
from contracts.traffic.exchange import Exchange

__all__ = ["Discovery"]

_SEARCHES = 4  # times that the list is asked for rooms, for each room that is watched


class Discovery:
    """Asks the list for rooms, and for others where their calls have ended.

    ``random`` chooses among the rooms that the list shows.
    """

    def __init__(self, target: Target, asker: Asker, settings: Settings, random: Random) -> None:
        self._target = target
        self._asker = asker
        self._settings = settings
        self._random = random
        self._searches = 0

    def ask_for_list(self) -> Exchange:
        """Ask for the list of calls as a client does."""
        return self._asker.send(self._target.request(of=LIST))

    def search(self, known: Sequence[Room], watched: int) -> list[str]:
        """Return the names of further rooms: with the live ones of ``known``, ``watched`` at most.

        Raises:
            CannotSayError: where the list cannot be read, or shows no call and no room is known.
            NotReachedError: where nothing more can be asked.

        """
        self._searches += 1
        exchange = self.ask_for_list()
        names = listed(exchange)
        if names is None:
            keyed = self._settings.credential is not None
            raise _without_a_list(self._target, exchange, keyed=keyed)
        besides = {*(room.name for room in known), *self._settings.expendable_rooms}
        found = chosen(names, watched - _live(known), besides, self._random)
        if not found and not known:
            url = self._target.asked(exchange)
            raise InconclusiveError(f"no room was found live: none is in the list at {url}")
        return found

    def search_again(self, known: Sequence[Room], watched: int) -> list[str]:
        """Return further names where fewer than ``watched`` are live, none after many searches.

        Raises:
            UnreachableError: where nobody is there any more.
            NotReachedError: where nothing more can be asked.

        """
        if _live(known) < watched and self._searches < _SEARCHES * watched:
            with suppress(InconclusiveError):
                return self.search(known, watched)
        return []


def _live(rooms: Sequence[Room]) -> int:
    return sum(room.live for room in rooms)


def _without_a_list(target: Target, exchange: Exchange, *, keyed: bool) -> Exception:
    """Return why no room can be found, where none was given and the list cannot be read."""
    url, told = target.asked(exchange), exchange.told
    if is_gone(exchange):
        return UnreachableError(f"nobody answers at {target.url}: {told}")
    if is_refused(exchange):
        key = "the key was refused" if keyed else "a key is wanted (--api-key, --auth-header)"
        return InconclusiveError(f"{key}: the target answers {told} for the list")
    what = "no --room was given, and the target has no list of calls to find one in"
    if exchange.status == 200:
        what, told = "no --room was given, and the list of calls cannot be read", "200"
    elif exchange.status not in (404, 405, 410, 501):
        what = "no --room was given, and the list of calls is broken"
    return InconclusiveError(f"{what}: {told} at {url}")
