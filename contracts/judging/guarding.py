"""Whether nobody but who may can do anything to a call."""

from collections.abc import Callable, Iterator

from contracts.contract import REMOVE_AGENT
from contracts.judging.coherence.calls import call_id, people
from contracts.judging.commands import Command, commands
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.results import ABSENT

__all__ = ["effect", "guarded", "is_refusal"]

_SOON = 2.0  # seconds in which a call hardly ends by itself


def guarded(name: str) -> Callable[[History], Finding]:
    """Return what judges whether an operation turns down who may not, and does nothing for them."""

    def judge(history: History) -> Finding:
        sent = commands(history, name)
        others = [one for one in sent if one.kind == "uninvited"]
        breaches = [breach for one in others for breach in _let_in(one, sent)]
        why_not = "nobody tried who may not"
        return judged(breaches, bool(others), why_not)

    return judge


def is_refusal(command: Command) -> bool:
    """Return whether it was turned down as the sender's mistake."""
    return 400 <= command.status < 500


def _let_in(one: Command, sent: list[Command]) -> Iterator[Breach]:
    if not is_refusal(one):
        words = "a 4xx, and nothing done"
        told = one.answer.exchange.told
        yield Breach(words, told, one.place.room, one.answer.request, cause=told)
        return
    yield from effect(one, sent)


def effect(one: Command, sent: list[Command]) -> Iterator[Breach]:
    """Yield the breach where something was done although it was refused."""
    before, after = one.around
    if not before or not after or before.status != 200 or not _at_once(one):
        return
    between = (each for each in sent if each is not one and each.done)
    if any(before.received <= each.answer.sent <= after.sent for each in between):
        return
    status, steps = one.status, (one.place.room,)
    words = "a call that goes on as it was"
    received = ""
    if after.status in ABSENT and not _by_itself(one, sent):
        received = f"{status}, and then {after.status} for the room"
    # Once it was muted, it may leave: whether it may by then is for another clause to say.
    elif one.kind != "again" and one.answer.question.of == REMOVE_AGENT and (gone := _gone(one)):
        received = f"{status}, and then {gone!r} was no longer there"
    if received:
        yield Breach(
            words, received, one.place.room, one.answer.request, cause=received, steps=steps
        )


def _by_itself(one: Command, sent: list[Command]) -> bool:
    """Return whether a call ended at that instant by accident: the same ended no other one."""
    before = one.around.before
    elsewhere = [
        each
        for each in sent
        if _sort(each) == _sort(one)
        and each.around.before
        and before
        and call_id(each.around.before.body) != call_id(before.body)
    ]
    survived = any(each.around.same_call for each in elsewhere)
    return survived and not any(_is_over(each) for each in elsewhere)


def _sort(one: Command) -> tuple[str, str, bool, bool]:
    workspace = one.answer.question.workspace
    return one.kind, one.answer.exchange.mark, not workspace, workspace == one.place.workspace


def _is_over(one: Command) -> bool:
    return one.around.after is not None and one.around.after.status in ABSENT


def _at_once(one: Command) -> bool:
    """Return whether the call was seen just before and just after: later it may end by itself."""
    before, after = one.around
    assert before and after
    answer = one.answer
    return answer.sent - before.received <= _SOON and after.sent - answer.received <= _SOON


def _gone(one: Command) -> str:
    """Return an agent who is no longer among the participants, empty where there is none."""
    before, after = one.around
    if not before or not after or after.status != 200:
        return ""
    agents = [who for who, each in people(before).items() if each.get("isAgent") is True]
    return next((who for who in agents if who not in people(after)), "")
