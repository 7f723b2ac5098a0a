"""Pure invariants over what was seen of live calls, in time. No HTTP, no clock.

Each takes observations (of any number of rooms, in the order in which they were sent) and returns
a finding: failed with its breaches, passed, or not reached with the reason. A value of the wrong
type is passed over: that is for the clauses about the shape to say.
"""

from collections.abc import Callable, Sequence

from contracts.judging.coherence import duration, facts, identity, presence, transcript
from contracts.judging.coherence.calls import calls
from contracts.judging.findings import Finding
from contracts.judging.results import Observation

__all__ = ["INVARIANTS", "calls"]

INVARIANTS: dict[str, Callable[[Sequence[Observation]], Finding]] = {
    "identity.stable": identity.stable,
    "identity.facts-stable": facts.stable,
    "time.duration-monotonic": duration.monotonic,
    "time.duration-rate": duration.rate,
    "time.duration-agrees": duration.agrees,
    "time.transcript-appends": transcript.appends,
    "time.transcript-last-line": transcript.last_line,
    "time.joined-at-stable": presence.joined_at_stable,
    "time.joined-at-past": presence.joined_at_past,
    "participants.unique": presence.unique,
    "participants.persist": presence.persist,
    "participants.role-stable": presence.role_stable,
    "participants.agent": presence.agent,
}
