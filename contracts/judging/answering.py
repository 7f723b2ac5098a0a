"""Whether the siblings answer as they are described: status, media type, JSON, schema."""

from collections.abc import Callable

from contracts.contract import ENDING, INSIGHTS
from contracts.judging.around import around, polls
from contracts.judging.commands import Command, commands
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.results import ABSENT
from contracts.judging.siblings import Answer

__all__ = ["answers_as_described"]

_RECENT = 60.0  # seconds in which a call that was on may be expected to be so still
_REFUSED = (401, 403)  # being let in is for others to say


def answers_as_described(name: str) -> Callable[[History], Finding]:
    """Return what judges the answers to valid requests for an operation.

    What is unlike the printed example alone is milder.
    """

    def judge(history: History) -> Finding:
        due = _due(history, name)
        breaches = list(history.siblings.breaches.get(name, []))
        for one in due:
            if one.status != 200 or _unread(one):
                words, told = "200 with JSON", one.exchange.told
                breaches.append(Breach(words, told, request=one.request))
        return judged(breaches, bool(due), _why_not(name))

    return judge


def _unread(one: Answer) -> bool:
    """Return whether a page came; any other body that is no JSON is told where it was read."""
    return one.body is None and one.listing is None and one.exchange.content[:1] == b"<"


def _why_not(name: str) -> str:
    return f"{name} was not asked for" + (" while its call was on" if name != "list" else "")


def _was_on(one: Command) -> bool:
    """Return whether the call had been seen not long before the command came."""
    before = one.around.before
    if before is None or not before.body:
        return False
    return one.answer.sent - before.received <= _RECENT


def _was_over(one: Command) -> bool:
    """Return whether the call may have ended by itself before the command came."""
    after = one.around.after
    return one.status in ABSENT and (after is None or after.status in ABSENT)


def _due(history: History, name: str) -> list[Answer]:
    """Return the answers that should be a 200: for a room, while its call is on."""
    if name in ENDING:
        sent = commands(history, name)
        right = (one for one in sent if one.kind == "right" and not _was_over(one))
        return [one.answer for one in right if _was_on(one)]
    answers = [one for one in history.siblings.of(name) if one.status not in _REFUSED]
    if name == INSIGHTS:
        return [
            one
            for one in answers
            if one.status not in ABSENT or around(polls(history, one.place), one).same_call
        ]
    return answers
