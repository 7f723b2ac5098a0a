"""The mock's own operations: what it answers about itself, to its console and to tests."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl

from openapi import CONTROL

from .conformity import Problem, room_of
from .cors import shared_headers
from .errors import ApiError
from .headers import header_text
from .journal import Exchange, Journal
from .masking import masked_headers, masked_query
from .operations import Mock, Request, asked, get_active_call
from .origins import is_loopback, is_own_name, is_same_origin
from .preferences import PreferenceReader
from .responses import Response, json_response, sent_headers
from .simulation import Scenario
from .simulation.clock import iso_milliseconds
from .simulation.scenarios import PREFIX

__all__ = [
    "clear_requests",
    "get_about",
    "get_control_description",
    "get_request",
    "get_timeline",
    "list_requests",
    "list_scenarios",
]

_Operation = Callable[[Request, Mock], Response]

_MOST_LISTED = 500
_FOR_OWN_PAGES = (
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)


def _private(operation: _Operation) -> _Operation:
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


@_private
def get_about(request: Request, mock: Mock) -> Response:
    """Say how the mock was started and what it understands."""
    settings = mock.settings
    limit = settings.rate_limit
    return json_response(
        HTTPStatus.OK,
        {
            "version": version("active-calls"),
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


@_private
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


@_private
def get_timeline(request: Request, mock: Mock) -> Response:
    """Answer with the whole call that a room hosts at present, each moment of it dated."""
    question, scenario, _ = asked(request, mock)
    if scenario.status is not None:
        raise ApiError(404, f"The scenario {scenario.name} answers with an error: it has no call.")
    timeline = mock.world.timeline(question, scenario, mock.clock())
    if timeline is None:
        raise ApiError(404)
    return json_response(HTTPStatus.OK, timeline)


def _journal(mock: Mock) -> Journal:
    if mock.journal is None:
        raise ApiError(
            404,
            "This mock keeps no journal: that takes one process (--workers 1) "
            "and a --journal above 0.",
        )
    return mock.journal


@_private
def list_requests(request: Request, mock: Mock) -> Response:
    """List what has reached the mock, newest first, as far as the filters let it pass."""
    journal = _journal(mock)
    asked_for = dict(parse_qsl(request.query.decode("latin-1"), keep_blank_values=True))
    limit = int(asked_for.get("limit", _MOST_LISTED))
    own = asked_for.get("own") == "true"
    listed: list[dict[str, Any]] = []
    for exchange in journal.newest_first(int(asked_for.get("after", 0)), own):
        if len(listed) == limit:
            break
        if _passes(exchange, asked_for):
            listed.append(_summary(exchange, journal, mock))
    return json_response(
        HTTPStatus.OK,
        {
            "started": iso_milliseconds(journal.started),
            "latest": journal.latest,
            "cleared": journal.cleared,
            "size": journal.size,
            "requests": listed,
        },
    )


def _passes(exchange: Exchange, asked_for: dict[str, str]) -> bool:
    path = asked_for.get("path")
    if path is not None and path not in exchange.path.decode("latin-1"):
        return False
    status = asked_for.get("status")
    if status is not None and not _has_status(exchange, status):
        return False
    workspace = asked_for.get("workspace")
    return workspace is None or workspace == _workspace(exchange)


def _has_status(exchange: Exchange, wanted: str) -> bool:
    status = str(_status(exchange))
    return status[0] == wanted[0] if wanted.lower().endswith("xx") else status == wanted


def _workspace(exchange: Exchange) -> str:
    return header_text(exchange.headers, b"x-workspace-id")


def _status(exchange: Exchange) -> int | None:
    answer = exchange.answer
    if answer is None:
        return None
    return answer[0] if isinstance(answer, tuple) else HTTPStatus.OK


def _applied(exchange: Exchange) -> str | None:
    answer = exchange.answer
    headers = dict(answer[3] if isinstance(answer, tuple) else exchange.marks)
    applied = headers.get(b"preference-applied")
    return None if applied is None else applied.decode("latin-1")


def _summary(exchange: Exchange, journal: Journal, mock: Mock) -> dict[str, Any]:
    ended = exchange.ended
    is_operation = mock.check.is_operation(exchange)
    return {
        "number": exchange.number,
        "time": iso_milliseconds(journal.arrived(exchange)),
        "milliseconds": None if ended is None else round((ended - exchange.began) * 1000, 3),
        "state": _state(exchange),
        "method": exchange.method,
        "path": exchange.path.decode("latin-1"),
        "query": masked_query(exchange.query),
        "room": room_of(exchange.path) if is_operation else None,
        "workspace": _workspace(exchange),
        "status": _status(exchange),
        "preferencesApplied": _applied(exchange),
        "problems": [_problem(problem) for problem in mock.check.problems(exchange)],
        "own": exchange.own,
        "headers": masked_headers(exchange.headers),
        "body": _body(exchange.body, exchange.size),
    }


def _state(exchange: Exchange) -> str:
    if exchange.ended is None:
        return "waiting"
    return "abandoned" if exchange.answer is None else "answered"


def _problem(problem: Problem) -> dict[str, str]:
    return {"level": problem.level, "part": problem.part, "message": problem.message}


def _body(kept: bytes, size: int) -> dict[str, Any] | None:
    if not size:
        return None
    return {"text": kept.decode("utf-8", "replace"), "bytes": size, "complete": len(kept) == size}


@_private
def get_request(request: Request, mock: Mock) -> Response:
    """Answer with one exchange, response included."""
    journal = _journal(mock)
    number = int(request.path_parameters["number"])
    exchange = journal.find(number)
    if exchange is None:
        raise ApiError(404, f"The journal does not keep request {number}, or no longer.")
    sent = _sent(exchange, mock)
    response = None
    if sent is not None:
        headers = [*sent_headers(sent), *shared_headers(exchange.path)]
        hidden = exchange.own or exchange.method == "HEAD"
        body = None if hidden else _body(sent.body, len(sent.body))
        response = {"headers": masked_headers(headers), "body": body}
    summary = _summary(exchange, journal, mock)
    return json_response(HTTPStatus.OK, {**summary, "response": response})


def _sent(exchange: Exchange, mock: Mock) -> Response | None:
    """Return the response that was sent; a call's is made again for the moment that it showed."""
    answer = exchange.answer
    if answer is None:
        return None
    if isinstance(answer, tuple):
        status, body, media_type, headers, missing_bytes = answer
        return Response(status, body, media_type, headers, missing_bytes=missing_bytes)
    parameters = {"roomName": room_of(exchange.path) or ""}
    then = replace(mock, clock=lambda: answer, limiter=None)
    return get_active_call(Request(parameters, exchange.headers), then)


@_private
def clear_requests(request: Request, mock: Mock) -> Response:
    """Forget every exchange, when the console or a program asks; not when a foreign page does."""
    if not is_same_origin(dict(request.headers)):
        raise ApiError(403, "Only the mock's own pages may change anything here.")
    if request.query:
        raise ApiError(400, "All requests are cleared, without any filter.")
    _journal(mock).clear()
    return Response(HTTPStatus.NO_CONTENT, b"")
