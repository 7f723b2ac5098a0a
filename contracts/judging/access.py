"""Who gets a call, and who does not."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from contracts.contract import CALL, INSIGHTS, READING
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History, Probe
from contracts.judging.offers import lack

__all__ = ["authorised", "isolated", "required"]

_CLIENT_ERRORS = range(400, 500)


def required(history: History) -> Finding:
    """Without a workspace, or with an empty one, there is a 4xx and no call."""
    bare = [
        one
        for one in history.probes.values()
        if one.question.usual and not one.question.workspace and _is_offered(history, one)
    ]
    breaches = _let_in(bare, _CLIENT_ERRORS, "a 4xx without call data")
    return judged(breaches, bool(bare), "no request without a workspace was seen")


def isolated(history: History) -> Finding:
    """Another workspace does not get a room's call, whatever it is called."""
    breaches = [*history.strays.breaches.get("tenancy.isolated", []), *_foreign_insights(history)]
    why_not = "no other workspace asked for a room whose call can be told from others"
    if not history.calls:
        why_not = "no call is known to compare with"
    return judged(breaches, history.strays.compared, why_not)


def authorised(history: History) -> Finding:
    """Without the key, or with a wrong one, there is a 401 or 403 and no call."""
    probes = [one for one in history.probes.values() if _is_offered(history, one)]
    asked = [one for one in probes if one.exchange.mark == "unauthorised"]
    breaches = _let_in(asked, (401, 403), "401 or 403 without call data")
    finding = judged(breaches, bool(asked), "no request with a wrong key was seen")
    if finding.status != "passed":
        return finding
    return replace(finding, reason=_tried(history, {one.question.of for one in asked}))


def _tried(history: History, of: set[str]) -> str:
    """Return on which operations it was tried; empty where on all that only read."""
    siblings = [one for one in READING if history.siblings.of(one) and not lack(history, one)]
    others = [one for one in siblings if one not in of]
    names = [one for one in (CALL, *READING) if one in of]
    return f"tried with {_and(names)}, not with {_and(others)}" if others else ""


def _and(names: list[str]) -> str:
    return " and ".join(names)


def _is_offered(history: History, one: Probe) -> bool:
    """Return whether there is something that could be shown: an operation may be lacking."""
    return one.question.of == CALL or not lack(history, one.question.of)


def _foreign_insights(history: History) -> Iterator[Breach]:
    """Yield a breach where who has no call in a room gets the insights into another's."""
    seen = history.probes.values()
    absent = {one.question.place for one in seen if one.question.of == CALL and _is_none(one)}
    opened = {room.name for room in history.rooms if room.opened}
    for one in seen:
        asked = one.question
        shown = asked.of == INSIGHTS and asked.valid and one.exchange.status == 200
        if one.exchange.mark == "unauthorised":
            continue
        if shown and asked.place in absent and asked.room in opened:
            words = f"nothing of the call of {asked.room!r} for workspace {asked.workspace[:40]!r}"
            yield Breach(words, "200 with insights", request=one.exchange.request, cause=words)


def _is_none(one: Probe) -> bool:
    """Return whether a workspace was told that it has no call in a room."""
    known = one.exchange.mark != "unauthorised"
    return known and one.question.valid and 400 <= one.exchange.status < 500


def _let_in(probes: Iterable[Probe], allowed: Container[int], words: str) -> Iterator[Breach]:
    for one in probes:
        outcome = one.exchange.outcome
        if one.call:
            yield Breach(words, f"{outcome} with call data", request=one.exchange.request)
        elif one.exchange.status not in allowed:
            yield Breach(words, one.exchange.told, request=one.exchange.request)
