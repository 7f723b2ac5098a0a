"""What a workspace's events make of its clock, and of what a room does: folds, no state."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mockserver.simulation.events import Event, of_kind
from mockserver.simulation.scenarios import Scenario

__all__ = [
    "Step",
    "WorkspaceClock",
    "asked_of",
    "current_step",
    "scenario_step",
    "workspace_clock",
    "workspace_now",
]


class WorkspaceClock(NamedTuple):
    """A workspace's clock at an instant.

    ``now`` is what it shows, in UTC Unix seconds; ``rate`` is how many times as fast as the mock's
    it runs, 0 where it stands still.
    """

    now: float
    rate: float


def workspace_clock(events: Sequence[Event], base: float) -> WorkspaceClock:
    """Return the workspace's clock when the mock's shows ``base``, in UTC Unix seconds."""
    origin, shown, rate = 0.0, 0.0, 1.0
    for event in of_kind(events, "clock"):
        now = shown + (event.at - origin) * rate
        turn = event.data
        if "freeze" in turn:
            shown, rate = turn["freeze"], 0.0
        elif "advance" in turn:
            shown = now + turn["advance"]
        elif "scale" in turn:
            shown, rate = now, turn["scale"]
        else:  # given back
            shown, rate = event.at, 1.0
        origin = event.at
    return WorkspaceClock(shown + (base - origin) * rate, rate)


def workspace_now(events: Sequence[Event], base: float) -> float:
    """Return what the workspace's clock shows when the mock's shows ``base``; UTC Unix seconds."""
    return workspace_clock(events, base).now


class Step(NamedTuple):
    """What a room does at a moment: the step with this ``number``, from 0, and what it was told.

    ``counts`` says that it ends after a number of requests.
    """

    number: int
    wishes: Mapping[str, Any]
    counts: bool


def _play(events: Sequence[Event], room: str | None, now: float) -> Event | None:
    """Return the latest direction of the room, or of the workspace where ``room`` is None."""
    plays = [one for one in of_kind(events, "play") if one.room == room and one.at <= now]
    return plays[-1] if plays else None


class _Walk:
    """Goes through the steps of a direction, by time and by requests; the last one never ends."""

    def __init__(self, steps: Sequence[Mapping[str, Any]], began: float) -> None:
        self._steps = steps
        self._enter(0, began)

    def _enter(self, index: int, began: float) -> None:
        self.index, self._began = index, began
        self._left = self._steps[index].get("times")
        self._seconds = self._steps[index].get("seconds")

    @property
    def _goes_on(self) -> bool:
        return self.index < len(self._steps) - 1

    def wait_until(self, moment: float) -> None:
        """Let time pass."""
        while self._goes_on and self._seconds is not None:
            if self._began + self._seconds > moment:
                break
            self._enter(self.index + 1, self._began + self._seconds)

    def answer(self, moment: float) -> None:
        """Let the step answer a request."""
        self.wait_until(moment)
        if self._goes_on and self._left is not None:
            self._left -= 1
            if self._left == 0:
                self._enter(self.index + 1, moment)


def current_step(
    events: Sequence[Event], room: str | None, now: float, *, whole_workspace: bool = False
) -> Step | None:
    """Return what ``room`` does at ``now`` by its own direction, or by its workspace's.

    ``events`` end before the request that is asked about; those of kind ``asked`` are requests that
    counted steps have answered. None where there is no direction.
    """
    play = _play(events, None if whole_workspace else room, now)
    return None if play is None else _step(play, events, room, now)


def asked_of(scenario: Scenario) -> dict[str, Any]:
    """Return what tells requests that the steps of a scenario have answered from others."""
    turn = {} if scenario.turn is None else {"turn": scenario.turn.number}
    return {"scenario": scenario.name, **turn}


def scenario_step(
    scenario: Scenario, events: Sequence[Event], room: str | None, epoch: float, now: float
) -> Step:
    """Return what ``room`` does at ``now`` by the steps of its scenario.

    They begin with the mock's ``epoch``, or the scenario's turn, or where the room was told
    something or a call was begun since. Of the requests, those count that it has answered then.
    """
    began = [event for event in of_kind(events, "start", "play") if event.at <= now]
    first = began[-1] if began else Event("play", epoch)
    if scenario.turn is not None:
        first = first._replace(at=max(first.at, scenario.turn.began))
    marks = asked_of(scenario).items()
    ours = [one for one in events if all(one.data.get(name, its) == its for name, its in marks)]
    return _step(first._replace(data={"steps": scenario.steps}), ours, room, now)


def _step(play: Event, events: Sequence[Event], room: str | None, now: float) -> Step:
    steps = play.data["steps"]
    walk = _Walk(steps, play.at)
    for event in of_kind(events, "asked"):
        if event.room == room and event.number > play.number:
            walk.answer(event.at)
    walk.wait_until(now)
    wishes = steps[walk.index]
    return Step(walk.index, wishes, "times" in wishes and walk.index < len(steps) - 1)
