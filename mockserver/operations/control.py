"""The mock's own operations: what it answers about itself, to its console and to tests."""

from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from mockserver.http.errors import ApiError, store_unreachable
from mockserver.http.preferences import PreferenceReader
from mockserver.http.responses import Response, json_response
from mockserver.operations.call_request import call_request
from mockserver.operations.differing import differing
from mockserver.operations.request import Context, Request, private
from mockserver.settings import Settings
from mockserver.simulation import Scenario
from mockserver.simulation.clock import iso_milliseconds
from mockserver.simulation.listing import CALL_OPERATION
from mockserver.simulation.scenarios import PREFIX
from openapi import CONTROL

__all__ = [
    "get_about",
    "get_control_description",
    "get_health",
    "get_metrics",
    "get_readiness",
    "get_timeline",
    "list_scenarios",
]


async def get_health(request: Request, context: Context) -> Response:
    """Say that the mock is there."""
    return json_response(HTTPStatus.OK, {"status": "ok"})


async def get_readiness(request: Request, context: Context) -> Response:
    """Say whether commands can be kept."""
    if await context.log.reachable():
        return json_response(HTTPStatus.OK, {"status": "ready"})
    return store_unreachable(context.clock())


@private
async def get_metrics(request: Request, context: Context) -> Response:
    """Answer with what Prometheus collects."""
    if context.metrics is None:
        raise ApiError(404, "This mock counts nothing: that takes --metrics.")
    return Response(HTTPStatus.OK, *context.metrics.text())


async def get_control_description(request: Request, context: Context) -> Response:
    """Answer with the description of these operations."""
    return Response(HTTPStatus.OK, CONTROL.read_bytes(), b"application/yaml")


@private
async def get_about(request: Request, context: Context) -> Response:
    """Say how the mock was started and what it understands."""
    settings = context.settings
    limit = settings.rate_limit
    return json_response(
        HTTPStatus.OK,
        {
            "version": version("active-calls"),
            "started": iso_milliseconds(settings.started),
            "apiKeyRequired": settings.api_key is not None,
            "rateLimit": limit and {"requests": limit.requests, "seconds": limit.seconds},
            "rooms": [{"workspace": w, "room": room} for w, room in settings.rooms],
            "fleet": settings.fleet,
            "clock": {"scale": settings.time_scale, "frozen": settings.freeze_at is not None},
            "locale": settings.locale,
            "journal": settings.journal,
            "store": _store(settings),
            "preferences": _choices(context.preferences),
        },
    )


def _store(settings: Settings) -> str:
    if settings.store is None:
        return "memory"
    return "file" if settings.store.path else "redis"


def _choices(preferences: PreferenceReader) -> dict[str, list[str]]:
    return {name: preferences.choices(name) for name in preferences.names}


@private
async def list_scenarios(request: Request, context: Context) -> Response:
    """List every scenario that a room can be put into."""
    scenarios = context.world.catalogue.scenarios.values()
    return json_response(HTTPStatus.OK, {"scenarios": [_scenario(s) for s in scenarios]})


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "description": scenario.description,
        "room": PREFIX + scenario.name,
        "status": scenario.for_operation(CALL_OPERATION).status,
        "fault": scenario.fault,
    }


@private
async def get_timeline(request: Request, context: Context) -> Response:
    """Answer with the whole call that a room hosts at present, each moment of it dated."""
    call = await call_request(request, context, CALL_OPERATION)
    scenario = call.scenario
    if scenario.status is not None:
        name = scenario.name if scenario.turn is None else scenario.turn.name
        raise ApiError(404, f"The scenario {name} answers with an error: it has no call.")
    found = context.world.timeline(call.question, scenario, call.now, call.events)
    if found is None:
        raise ApiError(404)
    timeline, played = found
    # What is meant for one operation is not to be taken for what all of them do.
    whole = context.world.scenario(call.question, call.now, call.events)
    return json_response(HTTPStatus.OK, {**timeline, **differing(whole, played)})
