"""Whether the list of calls is what it says, and has the calls that are on."""

from collections.abc import Iterator

from contracts.contract import END_CALL, LIST
from contracts.judging.around import around, polls
from contracts.judging.clocks import off, seconds_after_date
from contracts.judging.coherence.calls import call_id, number
from contracts.judging.commands import done
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.question import Place
from contracts.judging.results import ABSENT, Observation
from contracts.judging.siblings import Answer, Listing

__all__ = ["LAG", "counted", "current", "live", "shown", "timely", "unique"]

LAG = 5.0  # seconds for which a list may not know yet what has just begun or ended

Shown = tuple[Answer, Listing]


def shown(history: History) -> list[Shown]:
    """Return each list that could be read, with its answer, in order."""
    answers = history.siblings.of(LIST)
    return [(one, one.listing) for one in answers if one.listing and one.listing.size is not None]


def counted(history: History) -> Finding:
    """``count`` is how many calls there are."""
    breaches = []
    exercised = False
    for answer, listing in shown(history):
        count = number(listing.count)
        if count is None:  # for the shape to complain about
            continue
        exercised = True
        if count != listing.size:
            words = f"count {listing.size}, as many as there are in data"
            breaches.append(_breach(words, f"count {count:g}", answer))
    return judged(breaches, exercised, "no list with a count was seen")


def unique(history: History) -> Finding:
    """No call, and no room, stands in a list twice."""
    breaches = []
    exercised = False
    for answer, listing in shown(history):
        for field, often in (("roomName", listing.rooms), ("id", listing.ids)):
            exercised = exercised or bool(often)
            twice = [name for name, times in often.items() if times > 1]
            if twice:
                received = f"{twice[0]!r} {often[twice[0]]} times"
                breaches.append(_breach(f"each {field} once", received, answer))
    return judged(breaches, exercised, "no list with a call was seen")


def timely(history: History) -> Finding:
    """``timestamp`` is the moment of the answer by the server's own clock."""
    breaches: list[Breach] = []
    exercised = False
    for answer, listing in shown(history):
        seconds = seconds_after_date(listing.timestamp, answer.exchange)
        if seconds is not None:
            exercised = True
            told = str(listing.timestamp)
            breaches += off("a timestamp", told, seconds, answer.exchange)
    why_not = "no list had a Date, and a timestamp that is a point in time"
    return judged(breaches, exercised, why_not)


def live(history: History) -> Finding:
    """A room whose call was on before and after is in the list."""
    breaches = []
    exercised = False
    for answer, listing in shown(history):
        for room in _rooms(history, answer):
            seen = polls(history, room)
            both = around(seen, answer).same_call
            if not both or not _is_established(seen, both[0], answer):
                continue
            exercised = True
            if room.room not in listing.rooms:
                words = "every room with a call in the list"
                received = f"{room.room!r} is not in it, and its call was on before and after"
                breach = _breach(words, received, answer, room=room.room, cause=words)
                breaches.append(breach)
    why_not = f"no call was seen before and after a list that had been on for {LAG:g} s"
    return judged(breaches, exercised, why_not)


def _is_established(seen: list[Observation], before: Observation, answer: Answer) -> bool:
    """Return whether a call had been on for so long that a list should know of it."""
    lasted = number(before.body.get("duration"))
    if lasted is not None and lasted + answer.sent - before.received >= LAG:
        return True
    same = [one for one in seen if one.body and call_id(one.body) == call_id(before.body)]
    return answer.sent - same[0].received >= LAG


def current(history: History) -> Finding:
    """A room that was without a call for some seconds is not in the list.

    Where it was ended by a command, the clauses of that say so.
    """
    ended = {one.place for one in done(history, END_CALL)}
    breaches = []
    exercised = False
    for answer, listing in shown(history):
        for place in _rooms(history, answer):
            if place.room not in listing.rooms or place in ended:
                continue
            before, after = around(polls(history, place), answer)
            exercised = exercised or bool(before or after)
            if _is_over(history, place, answer) and after and after.status in ABSENT:
                words = "no room in the list without a call"
                received = f"{place.room!r} is in it, and answered {after.status} for {LAG:g} s"
                breaches.append(_breach(words, received, answer, room=place.room, cause=words))
    return judged(breaches, exercised, "no room of a list was asked for")


def _is_over(history: History, place: Place, answer: Answer) -> bool:
    """Return whether a room had shown no call for some seconds when the list was asked for."""
    earlier = [one for one in polls(history, place) if one.received <= answer.sent]
    absent: list[Observation] = []
    for one in reversed(earlier):
        if one.status not in ABSENT:
            break
        absent.append(one)
    return bool(absent) and absent[-1].received + LAG <= answer.sent


def _rooms(history: History, answer: Answer) -> Iterator[Place]:
    """Yield each room of the list's workspace that was asked for."""
    workspace = answer.question.workspace
    return (room.place for room in history.rooms if room.place.workspace == workspace)


def _breach(
    expected: str,
    received: str,
    answer: Answer,
    *,
    room: str = "",
    cause: str = "",
) -> Breach:
    """Return a breach that the list shows, and with it the call in ``room``, if any."""
    also = (room,) if room else ()
    return Breach(expected, received, room, answer.request, cause=cause or expected, steps=also)
