"""What is asked of the world, and the call at a moment that answers it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mockserver.simulation.cache import Entry, Key
from mockserver.simulation.events import Event
from mockserver.simulation.happenings import directed_json, people
from mockserver.simulation.insights import Insights, insights_json
from mockserver.simulation.scenarios import Scenario
from mockserver.simulation.schedule import Window
from mockserver.simulation.script import CallScript, snapshot_json

__all__ = ["Moment", "Question", "Shown"]


class Question(NamedTuple):
    """What a client asks of the world; None stands for what the room and the world say.

    ``at`` is in seconds since the call began, whatever the clock says; a room that is ``held`` at
    it shows that until its call is ended. ``call`` asks for another of the room's calls than the
    one of the moment; the first has 1. ``overrides`` are fields of the body that are given other
    values.
    """

    workspace: str
    room: str
    scenario: str | None = None
    at: float | None = None
    seed: int | None = None
    locale: str | None = None
    call: int | None = None
    overrides: Mapping[str, Any] | None = None
    held: bool = False

    def key(self, scenario: Scenario) -> Key:
        """Return what tells the scripts of one scenario apart."""
        return self.workspace, self.room, scenario.name, self.seed, self.locale


class Shown(NamedTuple):
    """The body that shows a call, and the instant of that moment in UTC Unix seconds.

    ``entry`` is where the call's script is kept.
    """

    body: bytes
    instant: float
    entry: Entry


class Moment(NamedTuple):
    """A call at a moment.

    ``window`` is when it is on, ``instant`` the one to show in UTC Unix seconds, and ``events``
    what has happened in it until then, beyond its ``script``. ``entry`` is where the script is kept
    without those.
    """

    entry: Entry
    script: CallScript
    window: Window
    instant: float
    events: Sequence[Event] = ()

    @property
    def elapsed(self) -> float:
        """For how many seconds the call has been going on."""
        return self.instant - self.window.started

    def body(self, overrides: Mapping[str, Any] | None = None) -> bytes:
        """Return the body that shows the moment, as JSON, with ``overrides`` of its fields."""
        if self.events or overrides:
            return directed_json(self.script, self.elapsed, self.events, overrides or {})
        return snapshot_json(self.script, self.elapsed)

    def insights(self, own: Insights) -> bytes:
        """Return what the call is about at the moment, as JSON; ``own`` are its scenario's."""
        return insights_json(self.script, self.elapsed, self.events, own)

    @property
    def people(self) -> list[dict[str, Any]]:
        """Who is in the room, as the body shows them."""
        return people(self.script, self.elapsed, self.events)
