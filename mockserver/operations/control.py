"""The mock's own operations: what it answers about itself, to its console and to tests."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from mockserver.http.errors import ApiError
from mockserver.http.origins import is_loopback, is_own_name
from mockserver.http.preferences import PreferenceReader
from mockserver.http.responses import Response, json_response
from mockserver.operations.active_calls import Mock, Request, asked
from mockserver.simulation import Scenario
from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.scenarios import PREFIX
from openapi import CONTROL

__all__ = [
    "get_about",
    "get_control_description",
    "get_timeline",
    "list_scenarios",
    "private",
]

_Operation = Callable[[Request, Mock], Response]

_FOR_OWN_PAGES = (
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)


def private(operation: _Operation) -> _Operation:
    """Answer only those who address the mock by a name of its own; see ``is_own_name``."""

    @wraps(operation)
    def guarded(request: Request, mock: Mock) -> Response:
        host = request.header(b"host")
        if is_loopback(mock.settings.host) and host and not is_own_name(host):
            raise ApiError(
                403, "This path is for this machine only; address it as localhost or 127.0.0.1."
            )
        return operation(request, mock).with_headers(*_FOR_OWN_PAGES)

    return guarded


def get_control_description(request: Request, mock: Mock) -> Response:
    """Answer with the description of these operations."""
    return Response(HTTPStatus.OK, CONTROL.read_bytes(), b"application/yaml")


@private
def get_about(request: Request, mock: Mock) -> Response:
    """Say how the mock was started and what it understands."""
    settings = mock.settings
    limit = settings.rate_limit
    return json_response(
        HTTPStatus.OK,
        {
            "version": version("active-calls"),
            "started": iso_milliseconds(settings.started),
            "apiKeyRequired": settings.api_key is not None,
            "rateLimit": limit and {"requests": limit.requests, "seconds": limit.seconds},
            "rooms": [{"workspace": w, "room": room} for w, room in settings.rooms],
            "clock": {"scale": settings.time_scale, "frozen": settings.freeze_at is not None},
            "locale": settings.locale,
            "journal": settings.journal,
            "preferences": _choices(mock.preferences),
        },
    )


def _choices(preferences: PreferenceReader) -> dict[str, list[str]]:
    return {name: preferences.choices(name) for name in preferences.names}


@private
def list_scenarios(request: Request, mock: Mock) -> Response:
    """List every scenario that a room can be put into."""
    scenarios = mock.world.catalogue.scenarios.values()
    return json_response(HTTPStatus.OK, {"scenarios": [_scenario(s) for s in scenarios]})


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "description": scenario.description,
        "room": PREFIX + scenario.name,
        "status": scenario.status,
        "fault": scenario.fault,
    }


@private
def get_timeline(request: Request, mock: Mock) -> Response:
    """Answer with the whole call that a room hosts at present, each moment of it dated."""
    question, scenario, _ = asked(request, mock)
    if scenario.status is not None:
        raise ApiError(404, f"The scenario {scenario.name} answers with an error: it has no call.")
    timeline = mock.world.timeline(question, scenario, mock.clock())
    if timeline is None:
        raise ApiError(404)
    return json_response(HTTPStatus.OK, timeline)
