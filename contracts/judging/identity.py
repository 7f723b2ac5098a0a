"""Whose call an answer shows."""

from collections.abc import Iterator
from urllib.parse import unquote

from contracts.contract import CALL
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History, Probe
from contracts.judging.question import is_conditional
from contracts.judging.results import ABSENT
from contracts.judging.texts import told_apart
from contracts.traffic.exchange import Request

__all__ = ["concurrent", "echo", "spelling"]


def echo(history: History) -> Finding:
    """``roomName`` is the requested name, to the letter."""
    polls = [one for one in history.observations if one.status == 200]
    seen = [one for one in polls if isinstance(one.body, dict) and "roomName" in one.body]
    breaches = [found for one in seen for found in _echoes(one.body["roomName"], one.room, None)]
    for probe in history.probes.values():
        if _is_misspelt(history, probe):
            name, request = probe.question.room, probe.exchange.request
            breaches += _echoes(probe.body["roomName"], name, request)
    return judged(breaches, bool(seen), "no answer had a roomName")


def _is_misspelt(history: History, probe: Probe) -> bool:
    """Return whether a room was asked for by another spelling, and a roomName came."""
    asked, exchange = probe.question, probe.exchange
    if asked.of != CALL or not asked.valid or exchange.mark != "probe":
        return False
    if not history.strays.is_room(asked.place):
        return False
    # A redirect that corrects the name says so, and what comes then has the right one.
    own = asked.room in unquote(exchange.landed or exchange.request.target)
    return (
        exchange.status == 200 and own and isinstance(probe.body, dict) and "roomName" in probe.body
    )


def _echoes(received: object, name: str, request: Request | None) -> Iterator[Breach]:
    # A roomName that is no text is for the schema to complain about.
    if isinstance(received, str) and received != name:
        expected, shown = told_apart(name, received)
        yield Breach(f"roomName {expected}", shown, name, request)


def spelling(history: History) -> Finding:
    """However a request is written that means the same, the answer is the room's call."""
    seen = [one for one in history.probes.values() if _is_respelt(history, one)]
    breaches = [
        Breach("200, as to any other spelling", one.exchange.outcome, request=one.exchange.request)
        for one in seen
        if one.exchange.status != 200
    ]
    return judged(breaches, bool(seen), "no live room was asked for in another spelling")


def _is_respelt(history: History, probe: Probe) -> bool:
    """Return whether a probe asked for a live room by its very name, and the call went on."""
    asked, exchange = probe.question, probe.exchange
    if asked.of != CALL or not asked.valid or exchange.mark != "probe":
        return False
    if is_conditional(exchange.request):
        return False
    polls = [
        one
        for one in history.observations
        if (one.workspace, one.room) == asked.place and isinstance(one.body, dict)
    ]
    before = [one.body.get("id") for one in polls if one.received <= exchange.sent][-1:]
    after = [one.body.get("id") for one in polls if one.sent >= exchange.received][:1]
    # A call may have ended just then; another answer is no question of time.
    return bool(before) and (exchange.status not in ABSENT or before == after)


def concurrent(history: History) -> Finding:
    """Each of many simultaneous requests gets its own room's call."""
    places = dict.fromkeys(place for place, _ in history.together)
    known = [history.calls.marks_at(place) for place in places]
    fields = {field for one in known for field in one}
    telling = {name for name in fields if len({str(one.get(name)) for one in known}) > 1}
    exercised = any(not telling.isdisjoint(shown) for _, shown in history.together)
    why_not = "no concurrent request was answered with what tells calls"
    return judged(_crossed(history), exercised, why_not)


def _crossed(history: History) -> Iterator[Breach]:
    """Yield the breach where an answer has what another room shows, and its own never did."""
    for place, shown in history.together:
        own = history.calls.marks_at(place)
        for field, received in shown.items():
            owners = history.calls.owners((field, received))
            if field in own and owners and place not in owners:
                words = f"the call of {place.room!r} under concurrent requests"
                received = f"{field} {received!r}, as in {owners[0].room!r}"
                yield Breach(words, received, place.room)
                break
