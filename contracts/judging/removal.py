"""Whether the agent of a call can be muted, and nobody else."""

from collections.abc import Iterator

from contracts.contract import REMOVE_AGENT
from contracts.judging.around import polls
from contracts.judging.coherence.calls import call_id, people
from contracts.judging.commands import Command, commands, done
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.guarding import effect, is_refusal
from contracts.judging.history import History
from contracts.judging.results import Observation

__all__ = ["BEGUN", "LONG_ENOUGH", "refused", "repeated", "silent", "stays"]

BEGUN = 4.0  # seconds in which a line may still come that had been begun
LONG_ENOUGH = 5.0  # seconds after that in which an agent that is not muted says something
_AGENT = ("agent", "assistant")  # what the documentation's example and the SDK call its lines
_SHOWN = 60  # characters of a line

Line = dict[str, object]


def refused(history: History) -> Finding:
    """An identity that is nobody's, or a person's, is a 4xx and changes nothing."""
    sent = commands(history, REMOVE_AGENT)
    wrong = [one for one in sent if one.kind in ("nobody", "human")]
    breaches: list[Breach] = []
    for one in wrong:
        whose = "nobody's" if one.kind == "nobody" else "a person's"
        if not is_refusal(one):
            words, told = f"a 4xx to an identity that is {whose}", one.answer.exchange.told
            breaches.append(Breach(words, told, one.place.room, one.answer.request, cause=words))
        else:
            breaches += effect(one, sent)
    return judged(breaches, bool(wrong), "nobody was named but the agent")


def stays(history: History) -> Finding:
    """The agent is muted and not disconnected: it stays among the participants."""
    breaches = []
    exercised = False
    for one in done(history, REMOVE_AGENT):
        for poll in _since(history, one):
            exercised = True
            if one.identity not in people(poll):
                words = f"{one.identity!r} among the participants, muted"
                breaches.append(_breach(one, words, "it is no longer there"))
                break
    return judged(breaches, exercised, "no agent was muted, and its call seen afterwards")


def silent(history: History) -> Finding:
    """From some seconds after it was muted, no line of the agent begins."""
    breaches = []
    why_not = "no agent was muted"
    exercised = False
    for one in done(history, REMOVE_AGENT):
        since = [poll for poll in _since(history, one) if _alone(one, poll)]
        late = [poll for poll in since if poll.sent >= one.answer.received + BEGUN]
        spoken = bool(one.around.before and _said(_lines(one.around.before)))
        told = late[-1].sent - late[0].sent if late else 0.0
        new = _said(_lines(late[-1])[len(_lines(late[0])) :]) if late else []
        if new:
            words = f"no line of the agent that begins {BEGUN:g} s after it was muted"
            received = f"{str(new[0].get('content'))[:_SHOWN]!r} and {len(new) - 1} more"
            breaches.append(_breach(one, words, received, told))
        exercised = exercised or (spoken and told >= LONG_ENOUGH)
        why_not = "the agent had said nothing, or its call was not seen for long enough"
    return judged(breaches, exercised, why_not)


def repeated(history: History) -> Finding:
    """To mute it again is a 4xx, or answered as before; the call goes on."""
    sent = commands(history, REMOVE_AGENT)
    again = [one for one in sent if one.kind == "again"]
    breaches: list[Breach] = []
    for one in again:
        if not one.done and not is_refusal(one):
            words, told = "the same answer or a 4xx to the same again", one.answer.exchange.told
            breaches.append(Breach(words, told, one.place.room, one.answer.request, cause=words))
        else:
            breaches += effect(one, sent)
    return judged(breaches, bool(again), "no agent was muted twice")


def _since(history: History, one: Command) -> Iterator[Observation]:
    """Yield the polls after a command that show its call, until a person joins who takes over."""
    before = one.around.before
    # Where a second person was there before, nobody can tell whose the lines are.
    if before is None or _persons(before) > 1:
        return
    for poll in polls(history, one.place):
        if poll.sent < one.answer.received:
            continue
        if not isinstance(poll.body, dict) or call_id(poll.body) != call_id(before.body):
            return
        if people(poll).keys() - people(before).keys():
            return
        yield poll


def _persons(poll: Observation) -> int:
    return sum(each.get("isAgent") is False for each in people(poll).values())


def _alone(one: Command, poll: Observation) -> bool:
    """Return whether no other agent is there, whose lines would be its own."""
    agents = (who for who, each in people(poll).items() if each.get("isAgent") is True)
    return all(who == one.identity for who in agents)


def _lines(poll: Observation) -> list[Line]:
    lines = poll.body.get("transcript") if isinstance(poll.body, dict) else None
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def _said(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.get("role") in _AGENT]


def _breach(one: Command, expected: str, received: str, seconds: float = 0.0) -> Breach:
    return Breach(
        expected,
        received,
        one.place.room,
        one.answer.request,
        cause=expected,
        pauses=(round(BEGUN + seconds, 1),) if seconds else (),
        steps=(one.place.room,),
    )
