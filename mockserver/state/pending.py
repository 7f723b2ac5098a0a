"""Events that wait to be appended, and how many of them go together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from mockserver.simulation.events import Event
from mockserver.state.kept import Entry, Kept
from mockserver.state.log import FullError

__all__ = ["Pending", "Plan", "planned"]

_MOST_AT_ONCE = 500


@dataclass
class Pending:
    """An event that is to be appended, and who waits for it."""

    workspace: str
    event: Event
    waiting: asyncio.Future[Event] | None

    def fail(self, error: Exception) -> None:
        """Tell who waits that it was not appended."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error)

    def succeed(self, event: Event) -> None:
        """Tell who waits that it was appended."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(event)


@dataclass
class Plan:
    """Entries to append together, by their index whose they are, and what is left for later."""

    entries: list[Entry] = field(default_factory=list)
    owners: dict[int, Pending] = field(default_factory=dict)
    later: list[Pending] = field(default_factory=list)

    def fail(self, error: Exception) -> None:
        """Tell all who wait that nothing was appended."""
        for one in self.owners.values():
            one.fail(error)


def planned(kept: Kept, batch: Sequence[Pending], made: float, shown: float) -> Plan:
    """Return what of a batch can be appended now, beginning with what has to be forgotten.

    What has no space beside the others is left for later, and fails if it is alone.
    """
    plan = Plan()
    for number, one in enumerate(batch):
        try:
            gone = kept.make_space(one.workspace, one.event, made, len(plan.entries))
        except FullError as error:
            if plan.entries:
                plan.later.append(one)
            else:
                one.fail(error)
            continue
        if len(plan.entries) >= _MOST_AT_ONCE or (gone and plan.entries):
            plan.later += batch[number:]
            break
        for workspace, room in gone:
            forget = Event("forget", one.event.at, room)
            plan.entries.append(Entry(workspace, forget, made, 0, shown))
        plan.owners[len(plan.entries)] = one
        plan.entries.append(Entry(one.workspace, one.event, made, 0, shown))
    return plan
