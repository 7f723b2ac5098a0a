"""Validation of requests by the contract, compiled once."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
from connexion.exceptions import BadRequestProblem
from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedAPI, SpecMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.http.headers import FIELDS, decoded

__all__ = ["ParameterValidation"]


_WHOLE_NUMBER = re.compile("[0-9]{1,15}", re.ASCII)


class _Parameter:
    """One parameter in the path, the query or a header, with its compiled schema."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.name: str = definition["name"]
        self.place: str = definition["in"]
        self.key = self.name.lower().encode()
        self._words = f"{self.place if self.place == 'header' else 'parameter'} {self.name}"
        self.required: bool = definition.get("required", False)
        self.schema = jsonschema_rs.Draft4Validator(definition["schema"], mask="It")
        self._is_whole_number = definition["schema"].get("type") == "integer"

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


class _ParameterValidator:
    def __init__(self, definitions: Sequence[Mapping[str, Any]]) -> None:
        self.definitions = definitions
        self._parameters = [_Parameter(definition) for definition in definitions]
        self._in_query = {p.name for p in self._parameters if p.place == "query"}

    def validate(self, scope: Scope) -> None:
        query = self._query(scope) if self._in_query else {}
        for parameter in self._parameters:
            if parameter.place == "query":
                parameter.check(query.get(parameter.name))
            elif parameter.place == "header":
                raw = scope[FIELDS].get(parameter.key)
                parameter.check(None if raw is None else decoded(raw).strip())
            else:
                parameter.check(scope["path_params"].get(parameter.name))

    def _query(self, scope: Scope) -> dict[str, str]:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        # A filter that is misspelt and ignored would show everything: worse than an error.
        unknown = next((name for name in query if name not in self._in_query), None)
        if unknown is not None:
            known = ", ".join(sorted(self._in_query))
            raise BadRequestProblem(f"There is no parameter {unknown!a} here, only {known}.")
        return query


class _Validators(RoutedAPI):  # type: ignore[misc]  # Connexion ships no types
    """The validators of an API by operation."""

    def __init__(self, specification: Specification, **options: Any) -> None:
        super().__init__(specification, **options)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> _ParameterValidator:
        assert not operation.request_body, "the bodies of requests are not validated"
        return _ParameterValidator(operation.parameters)


class ParameterValidation(SpecMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Validates requests, for operations without a request body.

    Connexion's own middleware looks up the body's schema on each request, and makes a validator.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._validators: dict[str, _ParameterValidator] = {}

    def add_api(self, specification: Specification, **options: Any) -> None:
        """Add the validators of an API."""
        self._validators |= _Validators(specification, next_app=self._app, **options).operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        validator = self._validators.get(scope["extensions"][ROUTING_CONTEXT]["operation_id"])
        if validator is not None:
            validator.validate(scope)
        await self._app(scope, receive, send)
