"""Which of the operations that may be lacking are lacking.

A server that does not know a path answers 404, 405 or 501 to it; or another 4xx, as to whatever it
does not take; or a page for people. One that answers anything else has the operation, be it broken.
So does one that ever answered as it should.
"""

from collections.abc import Callable

from contracts.contract import ENDING, INSIGHTS
from contracts.judging.around import around, polls
from contracts.judging.commands import Command, commands
from contracts.judging.findings import Finding
from contracts.judging.history import History
from contracts.judging.results import ABSENT
from contracts.judging.siblings import Answer, is_page

__all__ = ["lack", "where_offered"]

_UNKNOWN = (405, 501)  # whoever asks
_NOT_IMPLEMENTED = 501
_CONFLICTS = (409, 422, 423)  # of a command that is known, with what it is about

Judge = Callable[[History], Finding]


def lack(history: History, name: str) -> str:
    """Return what tells that an operation is not offered, such as ``404``; empty if nothing does.

    A key that opens the rooms and not the operation makes no difference to a client.
    """
    answers = _telling(history, name)
    if not answers or not all(map(_is_lacking, answers)):
        return ""
    first = answers[0]
    return "a page for people" if first.status == 200 else first.exchange.outcome


def where_offered(name: str, judge: Judge) -> Judge:
    """Return what judges a clause of an operation, unless that is not offered."""

    def judge_offered(history: History) -> Finding:
        lacking = lack(history, name)
        if lacking:
            return Finding("not offered", reason=f"{name} is not offered ({lacking})")
        return judge(history)

    return judge_offered


def _is_lacking(answer: Answer) -> bool:
    page = answer.status == 200 and answer.body is None and is_page(answer.exchange)
    unknown = answer.status == _NOT_IMPLEMENTED or 400 <= answer.status < 500
    known = answer.question.of in ENDING and answer.status in _CONFLICTS
    return page or (unknown and not known)


def _telling(history: History, name: str) -> list[Answer]:
    """Return the answers that tell: a 404 for a room does so only while its call goes on."""
    if name in ENDING:
        return [one.answer for one in commands(history, name) if _tells(one)]
    answers = history.siblings.of(name)
    if name == INSIGHTS:
        return [one for one in answers if one.status not in ABSENT or _is_on(history, one)]
    return answers


def _tells(command: Command) -> bool:
    """Return whether a command tells: a 404 may be how others, or wrong names, are turned down."""
    if command.kind in ("right", "again"):
        return command.status not in ABSENT or command.around.same_call is not None
    page = command.status == 200 and _is_lacking(command.answer)
    return command.kind == "uninvited" and (page or command.status in _UNKNOWN)


def _is_on(history: History, answer: Answer) -> bool:
    return around(polls(history, answer.place), answer).same_call is not None
