"""What a scenario has operations answer instead of what they should: told, so that others can."""

from math import isfinite
from typing import Any

import orjson

from mockserver.http.errors import error_response
from mockserver.simulation import Scenario
from mockserver.simulation.failures import Failure
from openapi import contract_operations

__all__ = ["differing"]


def differing(scenario: Scenario, played: Scenario | None = None) -> dict[str, Any]:
    """Return the scenario's name, the ``answers`` that differ by operationId, and its ``errors``.

    ``played`` is the one whose call it is, where a room shows several in turn.

    An answer has a ``status`` with the ``error`` of its body, its ``headers`` and ``retryAfter`` in
    seconds; a ``delay`` in milliseconds; a ``fault``; what a command does comes ``after`` seconds.
    Errors are dated, in seconds since the call began, and may be of one ``operation``.
    """
    answers = {one.id: _answer(scenario.for_operation(one.id)) for one in contract_operations()}
    return {
        "scenario": (played or scenario).name,
        "answers": {name: answer for name, answer in answers.items() if answer},
        "errors": [_error(one) for one in (played or scenario).failures],
    }


def _answer(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = {"delay": scenario.delay, "fault": scenario.fault}
    found["after"] = scenario.after or None
    if scenario.status is not None:
        found |= _response(scenario.status, scenario.message, scenario.headers)
    return {name: value for name, value in found.items() if value is not None}


def _error(failure: Failure) -> dict[str, Any]:
    until = {"until": failure.until} if isfinite(failure.until) else {}
    operation = {"operation": failure.operation} if failure.operation else {}
    words = _response(failure.status, failure.message, retry_after=failure.retry_after)
    return {"at": failure.at, **until, **operation, **words}


def _response(
    status: int,
    message: str | None,
    headers: tuple[tuple[bytes, bytes], ...] = (),
    retry_after: int | None = None,
) -> dict[str, Any]:
    """Return an error as the mock answers it, but for what follows from the time."""
    response = error_response(status, 0, message, headers, retry_after)
    error = orjson.loads(response.body)["error"]
    error.pop("reset_at", None)
    fields = {name.decode(): value.decode() for name, value in response.headers}
    fields.pop("date")
    again = fields.pop("retry-after", None)
    return {
        "status": status,
        "error": error,
        **({"headers": fields} if fields else {}),
        **({} if again is None else {"retryAfter": int(again)}),
    }
