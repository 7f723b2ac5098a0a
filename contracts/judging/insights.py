"""Whether the insights into a call fit the call."""

from collections.abc import Iterator
from itertools import pairwise

from contracts.contract import INSIGHTS
from contracts.judging.around import around, polls
from contracts.judging.coherence.calls import call_id
from contracts.judging.findings import Breach, Finding, judged
from contracts.judging.history import History
from contracts.judging.siblings import Answer

__all__ = ["sentiment", "topics"]


def _read(history: History) -> list[Answer]:
    answers = history.siblings.of(INSIGHTS)
    return [one for one in answers if one.status == 200 and isinstance(one.body, dict)]


def sentiment(history: History) -> Finding:
    """``sentiment`` is that of the details, where it was the same before and after."""
    breaches = []
    exercised = False
    for one in _read(history):
        pair = around(polls(history, one.place), one).same_call
        moods = {str(each.body.get("sentiment")) for each in pair} if pair else set()
        told = one.body.get("sentiment")
        if len(moods) != 1 or not isinstance(told, str):
            continue
        exercised = True
        [mood] = moods
        if told != mood:
            words = f"sentiment {mood!r}, as in detail before and after"
            breaches.append(_breach(words, repr(told), one, "sentiment"))
    why_not = "no insights came between two details with one sentiment"
    return judged(breaches, exercised, why_not)


def topics(history: History) -> Finding:
    """A topic that was there twice in a row does not vanish while the call goes on."""
    breaches = []
    exercised = False
    for run in _runs(history):
        for first, second, third in zip(run, run[1:], run[2:], strict=False):
            stable = [each for each in _topics(first) if each in _topics(second)]
            exercised = exercised or bool(stable)
            lost = [each for each in stable if each not in _topics(third)]
            if lost:
                words = "topics that stay once they have been raised"
                received = f"{lost[0]!r} was there twice, then gone"
                three = pairwise((first, second, third))
                between = tuple(round(after.sent - before.sent, 1) for before, after in three)
                breaches.append(_breach(words, received, third, "topics[]", between))
    why_not = "no call showed a topic in two insights, and a third one"
    return judged(breaches, exercised, why_not)


def _runs(history: History) -> Iterator[list[Answer]]:
    """Yield the insights into each call, in their order."""
    found: dict[tuple[str, str, str], list[Answer]] = {}
    for one in _read(history):
        pair = around(polls(history, one.place), one)
        shown = pair.after or pair.before
        id_ = call_id(shown.body) if shown else None
        found.setdefault((*one.place, str(id_)), []).append(one)
    yield from found.values()


def _topics(one: Answer) -> list[str]:
    listed = one.body.get("topics")
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _breach(
    expected: str, received: str, one: Answer, path: str, pauses: tuple[float, ...] = ()
) -> Breach:
    return Breach(
        expected,
        received,
        one.place.room,
        one.request,
        cause=path,
        pauses=pauses,
        path=path,
    )
