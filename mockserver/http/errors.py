"""The API's error envelope: every 4xx and 5xx leaves through here.

ApiError            what an operation raises
StoreError          what the log and the journal raise where their store cannot be reached
starlette's HTTPException
  └ connexion's ProblemException      what routing, security and validation raise
"""

import logging
import re
from collections.abc import Awaitable, Mapping
from functools import cache
from http import HTTPStatus
from math import ceil
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.http.delivery import deliver
from mockserver.http.headers import http_date
from mockserver.http.responses import Headers, Response, json_response
from mockserver.simulation.clock import Clock, iso_milliseconds
from mockserver.state.log import StoreError
from openapi import contract_operations

__all__ = [
    "NOTHING_HERE",
    "ApiError",
    "ErrorEnvelope",
    "error_response",
    "is_error_status",
    "rate_limited",
    "store_unreachable",
]

_SCENARIO_RETRY_SECONDS = 30.0
_STORE_RETRY_SECONDS = 1
NOTHING_HERE = "There is nothing at this path."


class ApiError(Exception):
    """A request that the API answers with an error; ``message`` is for a person."""

    def __init__(self, status: int, message: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@cache
def _documented_errors() -> Mapping[int, Mapping[str, Any]]:
    """Return the contract's examples of errors by status."""
    return {
        int(status): example["error"]
        for operation in contract_operations()
        for status in operation.responses
        if status.isdigit() and int(status) >= 400
        for example in operation.examples(status).values()
    }


def is_error_status(status: int) -> bool:
    """Return whether ``status`` can stand on an error response."""
    return 400 <= status <= 599


def _error(status: int) -> Mapping[str, Any]:
    documented = _documented_errors().get(status)
    if documented is not None:
        return documented
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Client Error" if status < 500 else "Server Error"
    code = re.sub(r"[^a-z]+", "_", phrase.lower()).strip("_")
    return {"code": code, "message": f"{phrase}."}


def rate_limited(
    now: float, retry_seconds: float, message: str | None = None, headers: Headers = ()
) -> Response:
    """Return a 429 that asks for ``retry_seconds`` of patience; ``now`` in UTC Unix seconds."""
    seconds = ceil(retry_seconds)
    reset_at = iso_milliseconds(now + retry_seconds)
    error = {**_error(HTTPStatus.TOO_MANY_REQUESTS), "reset_at": reset_at}
    if message is not None:
        error["message"] = message
    own: Headers = ((b"retry-after", b"%d" % seconds), (b"date", http_date(int(now))))
    return json_response(HTTPStatus.TOO_MANY_REQUESTS, {"error": error}, (*headers, *own))


def error_response(
    status: int,
    now: float,
    message: str | None = None,
    headers: Headers = (),
    retry_after: int | None = None,
) -> Response:
    """Return an error in the API's envelope, with the contract's own words unless given others.

    ``now`` is in UTC Unix seconds, ``retry_after`` in seconds.
    """
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = _SCENARIO_RETRY_SECONDS if retry_after is None else retry_after
        return rate_limited(now, seconds, message, headers)
    if retry_after is not None:
        headers = (*headers, (b"retry-after", b"%d" % retry_after))
    error = dict(_error(status))
    if message is not None:
        error["message"] = message
    return json_response(status, {"error": error}, (*headers, (b"date", http_date(int(now)))))


def store_unreachable(now: float) -> Response:
    """Return the 503 of a mock whose store cannot be reached; ``now`` in UTC Unix seconds."""
    message = "The store of this mock cannot be reached, so that this is not possible now."
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return error_response(status, now, message, retry_after=_STORE_RETRY_SECONDS)


def _words(error: HTTPException) -> str | None:
    """Return what an exception of a library says better than the contract's example does."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return NOTHING_HERE
    return error.detail if error.status_code == HTTPStatus.BAD_REQUEST else None


class ErrorEnvelope:
    """Turns what the application raises into responses."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app, self._clock = app, clock
        self._log = logging.getLogger(__name__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        started = False

        def watching_send(message: Message) -> Awaitable[None]:
            nonlocal started
            started = True
            return send(message)

        try:
            await self._app(scope, receive, watching_send)
        except Exception as error:
            if started:
                raise
            await deliver(self._response(error, scope["method"]), scope, receive, send)

    def _response(self, error: Exception, method: str) -> Response:
        now = self._clock()
        if isinstance(error, ApiError):
            return error_response(error.status, now, error.message)
        if isinstance(error, StoreError):
            return store_unreachable(now)
        if isinstance(error, HTTPException):
            if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                return self._method_not_allowed(error, method, now)
            return error_response(error.status_code, now, _words(error))
        self._log.exception("unhandled", exc_info=error)
        return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, now)

    @staticmethod
    def _method_not_allowed(error: HTTPException, method: str, now: float) -> Response:
        methods = {name for name in (error.headers or {}).get("Allow", "").split(", ") if name}
        allow = ((b"allow", ", ".join(sorted(methods | {"OPTIONS"})).encode()),)
        if method == "OPTIONS":
            return Response(HTTPStatus.NO_CONTENT, b"", headers=allow)
        return error_response(HTTPStatus.METHOD_NOT_ALLOWED, now, headers=allow)
