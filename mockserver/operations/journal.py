"""The operations on the journal: what has reached the mock, for its console and for tests."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from mockserver.http.cors import shared_headers
from mockserver.http.errors import ApiError
from mockserver.http.headers import header_fields
from mockserver.http.responses import Response, json_response, sent_headers
from mockserver.journal.conformity import Problem
from mockserver.journal.exchange import Exchange, SentResponse, ShownCall
from mockserver.journal.masking import masked_headers, masked_query
from mockserver.journal.records import Records
from mockserver.operations.request import Context, Request, command, private
from mockserver.simulation.clock import iso_milliseconds, stopwatch
from mockserver.state.memory import Limits, MemoryLog

__all__ = ["clear_requests", "get_request", "list_requests"]

_MOST_LISTED = 500


def _journal(context: Context) -> Records:
    if context.journal is None:
        raise ApiError(404, "This mock keeps no journal: that takes a --journal above 0.")
    return context.journal


@private
async def list_requests(request: Request, context: Context) -> Response:
    """List what has reached the mock, newest first, as far as the filters let it pass."""
    journal = _journal(context)
    listed = [
        _summary(exchange, journal, context)
        for exchange in await _matching(journal, _filters(request), _MOST_LISTED)
    ]
    numbers = await journal.numbers()
    return json_response(
        HTTPStatus.OK,
        {
            "started": iso_milliseconds(journal.started),
            "latest": numbers.latest,
            "cleared": numbers.cleared,
            "size": journal.size,
            "requests": listed,
        },
    )


def _filters(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.query.decode("latin-1"), keep_blank_values=True))


async def _matching(
    journal: Records, filters: dict[str, str], limit: int | None
) -> Iterator[Exchange]:
    """Return the exchanges that the filters let pass, newest first."""
    after, own = int(filters.get("after", 0)), filters.get("own") == "true"
    found = (one for one in await journal.newest_first(after, own) if _passes(one, filters))
    return islice(found, int(filters["limit"]) if "limit" in filters else limit)


def _passes(exchange: Exchange, filters: dict[str, str]) -> bool:
    path = filters.get("path")
    if path is not None and path not in exchange.path.decode("latin-1"):
        return False
    status = filters.get("status")
    if status is not None and not _has_status(exchange, status):
        return False
    workspace = filters.get("workspace")
    return workspace is None or workspace == exchange.workspace


def _has_status(exchange: Exchange, wanted: str) -> bool:
    status = str(exchange.status)
    return status[0] == wanted[0] if wanted.lower().endswith("xx") else status == wanted


def _applied(exchange: Exchange) -> str | None:
    headers = () if exchange.answer is None else exchange.answer.headers
    applied = dict(headers).get(b"preference-applied")
    return None if applied is None else applied.decode("latin-1")


def _summary(exchange: Exchange, journal: Records, context: Context) -> dict[str, Any]:
    ended = exchange.ended
    aim = context.check.aim(exchange)
    return {
        "number": exchange.number,
        "time": iso_milliseconds(journal.arrived(exchange)),
        "milliseconds": None if ended is None else round((ended - exchange.began) * 1000, 3),
        "state": _state(exchange),
        "method": exchange.method,
        "path": exchange.path.decode("latin-1"),
        "query": masked_query(exchange.query),
        "room": aim and aim.room,
        "workspace": exchange.workspace,
        "status": exchange.status,
        "preferencesApplied": _applied(exchange),
        "problems": [_problem(problem) for problem in context.check.problems(exchange)],
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
async def get_request(request: Request, context: Context) -> Response:
    """Answer with one exchange, response included."""
    journal = _journal(context)
    number = int(request.path_parameters["number"])
    exchange = await journal.find(number)
    if exchange is None:
        raise ApiError(404, f"The journal does not keep request {number}, or no longer.")
    sent = await _sent(exchange, context)
    response = None
    if sent is not None:
        kept = exchange.answer
        size = kept.size if isinstance(kept, SentResponse) else len(sent.body)
        headers = [*sent_headers(sent), *shared_headers(exchange.path, exchange.headers)]
        hidden = exchange.own or exchange.method == "HEAD"
        body = None if hidden else _body(sent.body, size)
        response = {"headers": masked_headers(headers), "body": body}
    summary = _summary(exchange, journal, context)
    return json_response(HTTPStatus.OK, {**summary, "response": response})


async def _sent(exchange: Exchange, context: Context) -> Response | None:
    """Return the response that was sent; a call's is made again for the moment that it showed."""
    answer = exchange.answer
    if isinstance(answer, ShownCall):
        return await _shown_again(exchange, answer.moment, context)
    if answer is None:
        return None
    status, body, media_type, headers, missing_bytes, _ = answer
    return Response(status, body, media_type, headers, missing_bytes=missing_bytes)


async def _shown_again(exchange: Exchange, moment: float, context: Context) -> Response:
    """Return what the operation answers to the same request, when the clock shows ``moment``."""
    aim = context.check.aim(exchange)
    operation = None if aim is None else aim.operation(exchange.method)
    assert aim is not None and operation is not None  # or no call would have been shown
    parameters = {name: value or "" for name, value in aim.parameters.items()}
    fields = header_fields(exchange.headers)
    request = Request(operation.id, parameters, fields, exchange.query)
    then = replace(context, clock=lambda: moment, limiter=None, log=MemoryLog(Limits(), stopwatch))
    return await context.functions[operation.id](request, then)


@command
async def clear_requests(request: Request, context: Context) -> Response:
    """Forget every exchange, or those that the filters let pass."""
    journal, filters = _journal(context), _filters(request)
    if filters:
        await journal.clear({one.number for one in await _matching(journal, filters, None)})
    else:
        await journal.clear()
    return Response(HTTPStatus.NO_CONTENT, b"")
