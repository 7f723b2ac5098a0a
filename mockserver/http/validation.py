"""Validation of requests by the contract, compiled once."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from connexion.exceptions import BadRequestProblem
from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.http.errors import ApiError
from mockserver.http.headers import FIELDS, decoded
from mockserver.http.request_body import TooLargeError, whole
from openapi import Operation, Operations, Parameter
from openapi.schemas import compiled, first_breach

__all__ = ["CONTENT", "RequestValidation"]

CONTENT = "active-calls.content"
"""Where a request's scope has what its body says, if the contract describes one."""

_MOST_BODY_BYTES = 64 * 1024
_DEEPEST = 50  # what is much deeper could be read, and not be written again
_WHOLE_NUMBER = re.compile("[0-9]{1,15}", re.ASCII)


class _ParameterCheck:
    """One parameter in the path, the query or a header, with its compiled schema."""

    def __init__(self, parameter: Parameter, document: Mapping[str, Any]) -> None:
        self.name, self.place, self.required = parameter.name, parameter.place, parameter.required
        self.key = self.name.encode()
        self._words = f"{self.place if self.place == 'header' else 'parameter'} {self.name}"
        self.schema = compiled(parameter.schema, document, mask="It")
        self._is_whole_number = parameter.schema.get("type") == "integer"

    def check(self, value: str | None) -> None:
        if value is None:
            if self.required:
                raise BadRequestProblem(f"The {self._words} is required.")
            return
        if value == "" and not self.schema.is_valid(value):
            raise BadRequestProblem(f"The {self._words} is empty.")
        meant = int(value) if self._is_whole_number and _WHOLE_NUMBER.fullmatch(value) else value
        if not self.schema.is_valid(meant):
            error = next(self.schema.iter_errors(meant))
            raise BadRequestProblem(f"The {self._words} is not valid. {error.message}.")


class _BodyCheck:
    """A request's body as JSON, with its compiled schema."""

    def __init__(self, operation: Operation, document: Mapping[str, Any]) -> None:
        assert operation.body is not None
        self._required = operation.body.required
        self._schema = compiled(operation.body.schema, document, mask="It")

    async def read(self, scope: Scope, receive: Receive) -> Any:
        """Return what the body says; None where there is none and none is needed."""
        try:
            content = await whole(scope, receive, _MOST_BODY_BYTES)
        except TooLargeError:
            raise ApiError(413, f"The body has more than {_MOST_BODY_BYTES} bytes.") from None
        if not content:
            if self._required:
                raise BadRequestProblem("The body is missing.")
            return None
        try:
            said = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise BadRequestProblem(f"The body is not JSON: {error}.") from None
        if _is_deep(said):
            raise BadRequestProblem(f"The body is more than {_DEEPEST} levels deep.")
        breach = first_breach(self._schema, said)
        if breach is not None:
            path = ".".join(map(str, breach.instance_path)) or "(the body itself)"
            raise BadRequestProblem(f"The body is not valid: {path}: {breach.message}.")
        return said


class _Checks:
    """What a request for one operation has to satisfy."""

    def __init__(self, operation: Operation, operations: Operations) -> None:
        document = operations.document
        checks = [_ParameterCheck(parameter, document) for parameter in operation.parameters]
        self._parameters = [check for check in checks if check.place != "query"]
        self._in_query = {check.name: check for check in checks if check.place == "query"}
        self.body = _BodyCheck(operation, document) if operation.body else None

    def validate(self, scope: Scope) -> None:
        for parameter in self._parameters:
            if parameter.place == "header":
                raw = scope[FIELDS].get(parameter.key)
                parameter.check(None if raw is None else decoded(raw).strip())
            elif parameter.place == "path":
                parameter.check(scope["path_params"].get(parameter.name))
        if self._in_query:
            query = self._query(scope)
            for parameter in self._in_query.values():
                parameter.check(query.get(parameter.name))

    def _query(self, scope: Scope) -> dict[str, str]:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        # A filter that is misspelt and ignored would show everything: worse than an error.
        unknown = next((name for name in query if name not in self._in_query), None)
        if unknown is not None:
            known = ", ".join(sorted(self._in_query))
            raise BadRequestProblem(f"There is no parameter {unknown!a} here, only {known}.")
        return query


class RequestValidation(SpecMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Validates the parameters and the body of each request.

    Connexion's own middleware looks up the body's schema on each request, and makes a validator.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._checks: dict[str, _Checks] = {}

    def add_api(self, specification: Specification, **options: Any) -> None:
        """Add the checks of an API."""
        self._checks |= _checks(Operations(specification.raw))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        checks = self._checks.get(scope["extensions"][ROUTING_CONTEXT]["operation_id"])
        if checks is not None:
            checks.validate(scope)
            if checks.body is not None:
                scope[CONTENT] = await checks.body.read(scope, receive)
        await self._app(scope, receive, send)


def _checks(operations: Operations) -> Iterator[tuple[str, _Checks]]:
    return ((one.id, _Checks(one, operations)) for one in operations)


def _is_deep(said: Any) -> bool:
    level = [said]
    for _ in range(_DEEPEST):
        holders = [one for one in level if isinstance(one, dict | list)]
        if not holders:
            return False
        level = [
            each for one in holders for each in (one.values() if isinstance(one, dict) else one)
        ]
    return True
