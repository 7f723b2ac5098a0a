"""What a room showed just before and just after another answer."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from contracts.judging.coherence.calls import call_id
from contracts.judging.history import History
from contracts.judging.question import Place
from contracts.judging.results import Observation
from contracts.judging.siblings import Answer

__all__ = ["Around", "around", "polls"]


class Around(NamedTuple):
    """The polls of a room next to an answer; None where there was none."""

    before: Observation | None
    after: Observation | None

    @property
    def same_call(self) -> tuple[Observation, Observation] | None:
        """Both, where they show one and the same call; else None."""
        before, after = self
        if not before or not after or not _shows(before) or not _shows(after):
            return None
        return (before, after) if call_id(before.body) == call_id(after.body) else None


def _shows(one: Observation) -> bool:
    return one.status == 200 and isinstance(one.body, dict)


def polls(history: History, place: Place) -> list[Observation]:
    """Return the polls of a room in the order in which they were sent."""
    found = (one for one in history.observations if (one.workspace, one.room) == place)
    return sorted(found, key=lambda one: one.sent)


def around(seen: Sequence[Observation], answer: Answer) -> Around:
    """Return what of the polls of a room came before an answer was asked for, and after it came."""
    earlier = [one for one in seen if one.received <= answer.sent]
    later = bisect_left(seen, answer.received, key=lambda one: one.sent)
    return Around(earlier[-1] if earlier else None, seen[later] if later < len(seen) else None)
