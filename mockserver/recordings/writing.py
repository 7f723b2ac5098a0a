"""A recorded call as an entry of a scenario file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import ceil, floor
from typing import Any

from mockserver.recordings.offsets import Offsets
from mockserver.recordings.parts import Fields, Line, Shown
from mockserver.recordings.takes import Stretch, Take
from mockserver.simulation.clock import as_datetime
from mockserver.simulation.listing import CALL_OPERATION
from mockserver.simulation.performance import spoken_seconds
from openapi import contract_operations
from openapi.references import resolved

__all__ = ["LONGEST_SECONDS", "Entry", "written"]

LONGEST_SECONDS = 24 * 3600
"""How long a call can be that a scenario file has."""

_PAUSE_SECONDS = 0.8
_SHORTEST_GAP = 10
Entry = dict[str, Any]


def written(take: Take, following: Take | None) -> Entry | None:
    """Return the entry of a call, None where it has lasted too long for one.

    ``following`` is the room's next call.
    """
    offsets = Offsets(take)
    if offsets.end > LONGEST_SECONDS:
        return None
    first, omitted = take.calls[0][1], _omitted(take.calls[0][1])
    return {
        "description": _description(take, offsets),
        "schedule": {
            "live": offsets.end - offsets.lead,
            "gap": _gap(take, following, offsets),
            "lead": offsets.lead,
        },
        "ids": [take.id],
        "call": dict(first),
        **({"omit": omitted} if omitted else {}),
        **_if_any("changes", _changes(take.calls, offsets)),
        **({"decimals": take.decimals} if take.decimals else {}),
        "lines": list(_lines(take.lines.seen, take.first, offsets)),
        "participants": list(_participants(take.people.seen, offsets)),
        "sentiment": [{"at": offsets.of(at), "value": value} for at, value in take.moods],
        **({} if take.transfer is None else {"transfer": offsets.of(take.transfer)}),
        **_if_any("insights", _insights(take.insights, offsets)),
        **_if_any("errors", _errors(take.failures, offsets)),
    }


def _if_any(name: str, items: Iterable[Entry]) -> Entry:
    found = list(items)
    return {name: found} if found else {}


def _without(fields: Fields, *names: str) -> Entry:
    """Return fields without those whose names mean something else in a scenario file."""
    return {name: value for name, value in fields.items() if name not in names}


def _description(take: Take, offsets: Offsets) -> str:
    minutes, seconds = divmod(offsets.end - offsets.lead, 60)
    began = as_datetime(take.first).strftime("%Y-%m-%d %H:%M:%S")
    count = len(take.lines.seen)
    lines = f"{count} line" if count == 1 else f"{count} lines"
    return f"Recorded in the room {take.place.room}, {began}Z: {minutes}:{seconds:02}, {lines}."


def _omitted(call: Fields) -> list[str]:
    """Return the optional fields of a call's body that a recorded one does not have."""
    operations = contract_operations()
    schema = resolved(operations[CALL_OPERATION].schema(), operations.document)
    return [one for one in schema["properties"] if one not in {*schema["required"], *call}]


def _gap(take: Take, following: Take | None, offsets: Offsets) -> int:
    """Return for how many seconds there was no call afterwards, as far as it was seen."""
    live = offsets.end - offsets.lead
    if following is not None:
        gap = round(following.first - take.first) - live
        return min(max(0, gap), LONGEST_SECONDS)
    seen = 0 if take.over is None else ceil(take.next - take.over) + 1
    return min(max(seen, _SHORTEST_GAP), LONGEST_SECONDS)


def _changes(calls: Sequence[tuple[float, Fields]], offsets: Offsets) -> Iterator[Entry]:
    for (_, before), (at, now) in pairwise(calls):
        changed = {n: value for n, value in now.items() if n not in before or before[n] != value}
        gone = [name for name in before if name not in now]
        call: Entry = {"call": changed} if changed else {}
        yield {"at": offsets.of(at), **call, **({"omit": gone} if gone else {})}


def _lines(lines: Sequence[Line], first: float, offsets: Offsets) -> Iterator[Entry]:
    """Yield the lines; those that the first answer had have been said one after the other."""
    early = [line for line in lines if line.at <= first]
    seconds = [_PAUSE_SECONDS + spoken_seconds(str(line.fields["content"])) for line in early]
    whole = sum(seconds)
    said = [floor(offsets.lead * end / whole * 1000) / 1000 for end in accumulate(seconds)]
    dated = [*said, *(offsets.of(line.at) for line in lines[len(early) :])]
    for at, line in zip(dated, lines, strict=True):
        revised = [
            {"at": offsets.of(then), **_without(fields, "at", "revised")}
            for then, fields in line.revised
        ]
        made = {"at": at, **_without(line.fields, "at", "revised")}
        yield {**made, "revised": revised} if revised else made


def _participants(shown: Iterable[Shown], offsets: Offsets) -> Iterator[Entry]:
    joins: dict[tuple[str, str, int], float] = {}
    for one in shown:
        is_new = one.key not in joins
        joined = joins.setdefault(one.key, offsets.joined(one.joined, one.at))
        seen = offsets.of(one.at)
        entry: Entry = {**_without(one.fields, "joins", "leaves", "since"), "joins": joined}
        # Who joined between two answers was there from then on; who did before, was not shown.
        late = one.before is not None and joined <= offsets.exact(one.before)
        if seen > joined and (late or not is_new):
            entry["since"] = seen
        left = None if one.left is None else offsets.of(one.left)
        if left is not None and left <= max(joined, entry.get("since", 0.0)):
            continue  # for less than a millisecond
        yield entry if left is None else {**entry, "leaves": left}


def _insights(insights: Sequence[tuple[float, Fields]], offsets: Offsets) -> Iterator[Entry]:
    """Yield what is new each time; nobody knows what the first ones were before."""
    before: Mapping[str, Any] = {}
    for number, (at, now) in enumerate(insights):
        new = {n: value for n, value in now.items() if n not in before or before[n] != value}
        before = now
        if new := _without(new, "at"):
            yield {"at": offsets.of(at) if number else 0.0, **new}


def _errors(failures: Iterable[Stretch], offsets: Offsets) -> Iterator[Entry]:
    for one in sorted(failures, key=lambda one: one.at):
        at, problem = offsets.of(one.at), one.problem
        until = offsets.end if one.until is None else offsets.of(one.until)
        if not at < min(until, offsets.end):
            continue
        said = {"message": problem.message, "retryAfter": problem.retry_after}
        yield {
            "at": at,
            **({"until": until} if until < offsets.end else {}),
            "status": problem.status,
            **{name: value for name, value in said.items() if value is not None},
            "operation": problem.operation,
        }
