"""Whether a call that is ended is over, at once and for everybody, and no other one."""

from collections.abc import Iterator

from contracts.contract import END_CALL
from contracts.judging.around import polls
from contracts.judging.clocks import off, seconds_after_date
from contracts.judging.coherence.calls import call_id, instant, restarted
from contracts.judging.commands import Command, commands, done
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.guarding import is_refusal
from contracts.judging.history import History
from contracts.judging.listing import LAG, shown
from contracts.judging.question import Place
from contracts.judging.results import ABSENT, Observation
from contracts.traffic.exchange import Request

__all__ = ["gone", "others", "repeated", "timely"]

_CLOSE = 2.0  # seconds in which hardly any other call ends by itself
_SOON = 30.0  # seconds in which a call that is over is asked for once more


def gone(history: History) -> Finding:
    """From five seconds after it was ended, a call is neither found nor listed."""
    breaches: list[Breach] = []
    exercised = False
    for one in done(history, END_CALL):
        ended = call_id(one.around.before and one.around.before.body)
        late = one.answer.received + LAG
        after = [poll for poll in polls(history, one.place) if poll.sent >= one.answer.received]
        exercised = exercised or any(poll.status in ABSENT for poll in after)
        shows = [
            poll for poll in after if poll.status not in ABSENT and call_id(poll.body) == ended
        ]
        if any(poll.sent > late for poll in shows):
            seconds = shows[-1].sent - one.answer.received
            words = f"404 within {LAG:g} s after the call was ended"
            breaches.append(_breach(one, words, f"200 after {seconds:.0f} s", (one.place.room,)))
        breaches += _listed(history, one, ended, late)
    return judged(breaches, exercised, "no call was ended and its room asked for afterwards")


def _listed(history: History, one: Command, ended: object, late: float) -> Iterator[Breach]:
    for answer, listing in shown(history):
        listed = listing.calls.get(one.place.room)
        own = answer.question.workspace == one.place.workspace
        if own and listed and answer.sent > late and listed.get("id") == ended:
            words = f"a list without the call within {LAG:g} s after it was ended"
            seconds = answer.sent - one.answer.received
            yield _breach(one, words, f"it is in the list after {seconds:.0f} s", (answer.request,))
            return


def timely(history: History) -> Finding:
    """``endTime`` is the moment at which the call was ended, by the server's clock."""
    breaches: list[Breach] = []
    exercised = False
    for one in done(history, END_CALL):
        body, exchange = one.answer.body, one.answer.exchange
        told = body.get("endTime") if isinstance(body, dict) else None
        seconds = seconds_after_date(told, exchange)
        if seconds is not None:
            exercised = True
            breaches += off("an endTime", str(told), seconds, exchange, one.place.room)
    return judged(breaches, exercised, "no call was ended with an endTime, and a Date beside it")


def repeated(history: History) -> Finding:
    """To end it again is a 4xx, or answered as before with the same ``endTime``."""
    sent = commands(history, END_CALL)
    breaches = []
    exercised = False
    first = None
    for one in sent:
        first = one if one.kind == "right" and one.done else first
        if one.kind != "again" or first is None:
            continue
        exercised = True
        words = "a 4xx to the same again, or 200 with the same endTime"
        received = _unlike(first, one)
        if received:
            breaches.append(_breach(first, words, received, (one.answer.request,)))
    return judged(breaches, exercised, "no call was ended twice")


def _unlike(first: Command, again: Command) -> str:
    if is_refusal(again):
        return ""
    if again.status != 200:
        return again.answer.exchange.told
    was, is_ = (
        one.answer.body.get("endTime") if isinstance(one.answer.body, dict) else None
        for one in (first, again)
    )
    return "" if instant(was) == instant(is_) else f"200 with endTime {is_}; it had been {was}"


def others(history: History) -> Finding:
    """The calls in the other rooms go on.

    One that is over from then on was ended as well, if every command that can be judged shows it.
    """
    sent = list(done(history, END_CALL))
    ended = {one.place for one in sent}
    places = [room.place for room in history.rooms if room.opened and room.place not in ended]
    lost: list[tuple[Command, list[str]]] = []
    for one in sent:
        known = {place.room: went for place in places if (went := _went(history, place, one))}
        if known:
            lost.append((one, [room for room, went in known.items() if went == "over"]))
    breaches = [_took(one, rooms) for one, rooms in lost] if all(over for _, over in lost) else []
    why_not = "no other room's call was seen just before and just after a call was ended"
    return judged(breaches, bool(lost), why_not)


def _went(history: History, place: Place, one: Command) -> str:
    """Return whether the call of another room went on or was over; empty where nobody knows."""
    seen = polls(history, place)
    sent, received = one.answer.sent, one.answer.received
    before = [poll for poll in seen if poll.received <= sent]
    if not before or before[-1].status != 200 or before[-1].received < sent - _CLOSE:
        return ""
    after = [poll for poll in seen if received <= poll.sent <= received + _SOON]
    close = [poll for poll in after if poll.sent <= received + _CLOSE]
    if any(
        poll.status == 200 and call_id(poll.body) == call_id(before[-1].body)
        for poll in [*close[-1:], *after[1:]]
    ):
        return "on"
    over = [poll for poll in after if _is_over(before[-1], poll)]
    return "over" if close and len(over) > 1 and len(over) == len(after) else ""


def _is_over(before: Observation, poll: Observation) -> bool:
    """Return whether the call is gone, or another one has begun in its room."""
    if poll.status in ABSENT:
        return True
    other = poll.status == 200 and call_id(poll.body) not in (None, call_id(before.body))
    return other and restarted(before, poll)


def _took(one: Command, rooms: list[str]) -> Breach:
    named = ", ".join(repr(room) for room in rooms)
    words = "calls in other rooms that go on"
    return _breach(one, words, f"no call in {named} either", (rooms[0],))


def _breach(one: Command, expected: str, received: str, steps: tuple[Request | str, ...]) -> Breach:
    return Breach(
        expected, received, one.place.room, one.answer.request, cause=expected, steps=steps
    )
