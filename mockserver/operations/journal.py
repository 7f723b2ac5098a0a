"""The operations on the journal: what has reached the mock, for its console and for tests."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from mockserver.http.cors import shared_headers
from mockserver.http.errors import ApiError
from mockserver.http.headers import header_fields, header_text
from mockserver.http.origins import is_same_origin
from mockserver.http.responses import Response, json_response, sent_headers
from mockserver.journal.conformity import Problem, room_of
from mockserver.journal.journal import Exchange, Journal
from mockserver.journal.masking import masked_headers, masked_query
from mockserver.operations.active_calls import Mock, Request, get_active_call
from mockserver.operations.control import private
from mockserver.simulation.clock import iso_milliseconds

__all__ = ["clear_requests", "get_request", "list_requests"]

_MOST_LISTED = 500


def _journal(mock: Mock) -> Journal:
    if mock.journal is None:
        raise ApiError(
            404,
            "This mock keeps no journal: that takes one process (--workers 1) "
            "and a --journal above 0.",
        )
    return mock.journal


@private
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


@private
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
    return get_active_call(Request(parameters, header_fields(exchange.headers)), then)


@private
def clear_requests(request: Request, mock: Mock) -> Response:
    """Forget every exchange, when the console or a program asks; not when a foreign page does."""
    if not is_same_origin(request.headers):
        raise ApiError(403, "Only the mock's own pages may change anything here.")
    if request.query:
        raise ApiError(400, "All requests are cleared, without any filter.")
    _journal(mock).clear()
    return Response(HTTPStatus.NO_CONTENT, b"")
