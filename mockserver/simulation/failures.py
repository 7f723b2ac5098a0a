"""Stretches of a call in which there is an error instead of an answer."""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Failure", "failure_at"]


class Failure(NamedTuple):
    """An error from ``at`` until ``until``, in seconds since the call began.

    It has a ``message`` of its own if there is one. ``retry_after`` is in seconds. ``operation`` is
    the one that fails, by its operationId; None for all that name the room.
    """

    at: float
    until: float
    status: int
    message: str | None = None
    retry_after: int | None = None
    operation: str | None = None


def failure_at(failures: Iterable[Failure], operation_id: str, elapsed: float) -> Failure | None:
    """Return how an operation fails ``elapsed`` seconds into the call, None where it does not."""
    for one in failures:
        if one.at <= elapsed < one.until and one.operation in (None, operation_id):
            return one
    return None
