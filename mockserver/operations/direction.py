"""What a workspace has told a room to do, as it counts for one request."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs

from mockserver.http.errors import ApiError
from mockserver.http.preferences import NO_PREFERENCES, PreferenceReader, Preferences
from mockserver.simulation.direction import Step, current_step
from mockserver.simulation.events import Event
from mockserver.simulation.listing import CALL_OPERATION
from openapi import contract_operations
from openapi.references import resolved
from openapi.schemas import compiled, first_breach

__all__ = ["Told", "checked_steps", "told_by", "told_to", "wishes"]


class Told(NamedTuple):
    """What a room is told: preferences, and fields of the body that have other values.

    ``counts`` says that it is told for a number of requests.
    """

    preferences: Preferences = NO_PREFERENCES
    overrides: Mapping[str, Any] | None = None
    counts: bool = False

    def over(self, lower: "Told") -> "Told":
        """Return this with what it leaves open filled in."""
        return Told(
            self.preferences.over(lower.preferences),
            self.overrides or lower.overrides,
            self.counts or lower.counts,
        )


def wishes(reader: PreferenceReader, step: Mapping[str, Any]) -> Told:
    """Return what a step of a direction tells a room.

    Raises:
        ApiError: a value means nothing.
    """
    fields = {name: value for name, value in step.items() if name != "call"}
    if "retryAfter" in fields:
        fields["retry_after"] = fields.pop("retryAfter")
    return Told(reader.of(fields), step.get("call"))


def told_to(
    reader: PreferenceReader, events: Sequence[Event], room: str | None, now: float
) -> Told:
    """Return what a room does at ``now``: by its own direction, else by its workspace's."""
    told = Told()
    for whole_workspace in (False, True):
        step = current_step(events, room, now, whole_workspace=whole_workspace)
        if step is not None:
            told = told.over(told_by(reader, step))
    return told


def told_by(reader: PreferenceReader, step: Step) -> Told:
    """Return what a step tells a room; nothing where its scenario is gone from its file."""
    try:
        return wishes(reader, step.wishes)._replace(counts=step.counts)
    except ApiError:
        return Told(counts=step.counts)


def checked_steps(reader: PreferenceReader, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of a direction, each of which means something.

    Raises:
        ApiError: one does not; 400 with its path.
    """
    plain = {name: value for name, value in content.items() if name != "starts"}
    steps = plain.pop("steps", None)
    if steps is not None and plain:
        raise ApiError(400, f"{next(iter(plain))}: put this into one of the steps.")
    for number, step in enumerate([plain] if steps is None else steps):
        path = "" if steps is None else f"steps.{number}."
        try:
            wishes(reader, step)
        except ApiError as error:
            raise ApiError(400, f"{path.rstrip('.')}: {error.message}".lstrip(": ")) from None
        breach = first_breach(_overridable(), step.get("call", {}))
        if breach is not None:
            where = ".".join(map(str, ("call", *breach.instance_path)))
            raise ApiError(400, f"{path}{where}: {breach.message}.")
    return [plain] if steps is None else steps


@cache
def _overridable() -> jsonschema_rs.Draft4Validator:
    """Return the validator of fields that a call can be given: what it has to keep of them."""
    operations = contract_operations()
    schema = resolved(operations[CALL_OPERATION].schema(), operations.document)
    return compiled({"type": "object", "properties": schema["properties"]}, operations.document)
