"""Calls that are shown where none of them belongs."""

from collections import defaultdict
from typing import Any

from contracts.judging.calldata import Calls
from contracts.judging.findings import Breach
from contracts.judging.question import Place, Question
from contracts.traffic.exchange import Request

__all__ = ["Strays"]

_LONGEST = 40  # characters of a name that are shown


class Strays:
    """Looks in each answer for a call of another workspace, or of another room.

    A call belongs to the place which was shown it first. ``breaches`` are by clause id;
    ``compared`` says whether a room was asked for under another workspace whose call would have
    been known again.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._names: set[Place] = set()  # as a lenient server may compare them
        self._workspaces: defaultdict[str, set[str]] = defaultdict(set)  # by name of a room
        self._known: set[str] = set()
        self.breaches: defaultdict[str, list[Breach]] = defaultdict(list)
        self.compared = False

    def add_room(self, place: Place) -> None:
        """Take a place for one that a client of the API asks for."""
        self._names.add(_lenient(place))
        self._workspaces[place.room].add(place.workspace)
        self._known.add(place.workspace)

    def is_room(self, place: Place) -> bool:
        """Return whether a name is that of a room, but for its case and blanks around it."""
        return _lenient(place) in self._names

    def possible(self, place: Place) -> bool:
        """Return whether a call of another place could be told in an answer for this one."""
        return not self.is_room(place) or len(self._known | {place.workspace}) > 1

    @property
    def several(self) -> bool:
        """Whether clients of more than one workspace have asked for rooms."""
        return len(self._known) > 1

    def look_within(self, asked: Question, request: Request, body: Any) -> None:
        """Look in a list for calls of other workspaces than the one that asked, and keep where."""
        self.compared = self.compared or bool(self._known - {asked.workspace} and self._calls)
        foreign = [one for one in self._calls.shown_in(body) if one.workspace != asked.workspace]
        if foreign:
            workspace = repr(asked.workspace[:_LONGEST])
            words = f"no call of another workspace in the list for workspace {workspace}"
            self._keep("tenancy.isolated", words, foreign[0], request)

    def look(self, asked: Question, request: Request, body: Any) -> bool:
        """Return whether the body shows a call that does not belong there, and keep where."""
        others = self._workspaces.get(asked.room, set()) - {asked.workspace}
        known = any(self._calls.is_tellable(Place(one, asked.room)) for one in others)
        self.compared = self.compared or known
        shown = self._calls.shown_in(body)
        foreign = [place for place in shown if place.workspace != asked.workspace]
        if foreign:
            workspace = repr(asked.workspace[:_LONGEST])
            words = f"nothing of the call of {foreign[0].room!r} for workspace {workspace}"
            self._keep("tenancy.isolated", words, foreign[0], request)
        elif shown and not self.is_room(asked.place):
            self._keep("absence.unknown-room", "404", shown[0], request)
        return bool(foreign)

    def _keep(self, clause: str, expected: str, shown: Place, request: Request) -> None:
        breach = Breach(expected, f"the call of {shown.room!r}", request=request, cause=clause)
        self.breaches[clause].append(breach)


def _lenient(place: Place) -> Place:
    return Place(place.workspace, place.room.strip().casefold())
