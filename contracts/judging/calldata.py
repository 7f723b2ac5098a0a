"""Tells whether a body holds call data, and whose."""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from contracts.judging.question import Place

__all__ = ["Calls", "marks"]

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


def _call_in(body: Any) -> dict[str, Any] | None:
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


class Calls:
    """The calls that are on, each at its place, to be found again in any body.

    A call is found by its id, else by who called and who is there since when; else, where the id
    was taken out, by three marks that agree, one of which no other call has. What was said tells
    little by itself: a demonstration server may say the same in every call.
    """

    def __init__(self) -> None:
        self._marks: dict[Place, dict[str, object]] = {}
        self._places: defaultdict[tuple[str, object], set[Place]] = defaultdict(set)
        self._ever: defaultdict[tuple[str, object], dict[Place, None]] = defaultdict(dict)

    def __bool__(self) -> bool:
        return bool(self._marks)

    def learn(self, place: Place, body: Any) -> None:
        """Take the call that a body shows for the one that is on at a place."""
        call = _call_in(body)
        for mark in self._marks.pop(place, {}).items():
            self._places[mark].discard(place)
            if not self._places[mark]:
                del self._places[mark]
        if call is not None:
            self._marks[place] = marks(call)
            for mark in marks(call).items():
                self._places[mark].add(place)
                self._ever[mark][place] = None

    def marks_at(self, place: Place) -> dict[str, object]:
        """Return the marks of the call at a place, empty where none is known."""
        return self._marks.get(place, {})

    def is_tellable(self, place: Place) -> bool:
        """Return whether the call at a place would be known again wherever it is shown."""
        return place in self._marks and self._agree(self._marks[place], place)

    def owners(self, mark: tuple[str, object]) -> list[Place]:
        """Return the places at which a call ever had such a mark, the first one first."""
        return list(self._ever.get(mark, ()))

    def shown_in(self, body: Any) -> list[Place]:
        """Return the places whose call a body shows, at whatever depth."""
        if not self._marks:
            return []
        found: set[Place] = set()
        for one in _objects(body):
            shown = marks(one)
            alike = (self._places.get(mark, ()) for mark in shown.items())
            found |= {place for place in set().union(*alike) if self._agree(shown, place)}
        return sorted(found)

    def _agree(self, shown: dict[str, object], place: Place) -> bool:
        known = self._marks[place]
        id_ = known.get("id")
        if id_ is not None and shown.get("id") == id_:
            # A short one alone may be that of anything else.
            return len(shown) > 1 or len(str(id_)) >= _UNIQUE
        alike = [name for name in _ALIKE if name in known and shown.get(name) == known[name]]
        if "customerPhone" in alike and "participants" in alike:
            return True
        own = any(len(self._places[name, known[name]]) == 1 for name in alike)
        return len(alike) > 2 and len(self._marks) > 1 and own
