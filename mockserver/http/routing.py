"""What a request is for: the contract's paths, by the path as it was sent.

Nothing here redirects: what the contract does not know is not found, and the address to go to would
hold the client's own ``Host``.
"""

import re
from collections.abc import Mapping
from typing import Any

from connexion.exceptions import BadRequestProblem
from connexion.middleware.abstract import ROUTING_CONTEXT, AbstractRoutingAPI, SpecMiddleware
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.http.headers import FIELDS, header_fields

__all__ = ["Documents", "Routing"]


class _Api(AbstractRoutingAPI):  # type: ignore[misc]  # Connexion ships no types
    """The paths of an API, each with its operations by method."""

    def __init__(self, specification: Specification, **options: Any) -> None:
        self.paths: dict[str, dict[str, str]] = {}
        super().__init__(specification, **options)
        assert not self.base_path, "every API is served at the root"

    def make_operation(self, operation: AbstractOperation) -> str:
        return str(operation.operation_id)

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, path

    def _add_operation_internal(
        self, method: str, path: str, operation: str, name: str | None = None
    ) -> None:
        operations = self.paths.setdefault(path, {})
        operations[method.upper()] = operation
        if method == "get":
            operations["HEAD"] = operation


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{([^}]*)\}", path)
    return re.compile(
        "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
    )


class Routing(SpecMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Tells Connexion's other middlewares which operation a request is for.

    Connexion's own router copies the scope for each API that it tries, and decodes the path first.
    This one reads it as it was sent, so that a slash that is part of a name stays encoded. What is
    in no API has no operation.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._routes: list[tuple[re.Pattern[str], Mapping[str, str]]] = []

    def add_api(self, specification: Specification, **options: Any) -> None:
        """Add the paths of an API, to be tried after those that are there."""
        paths = _Api(specification, **options).paths
        self._routes += [(_pattern(path), operations) for path, operations in paths.items()]

    def _operation(self, path: str, scope: Scope) -> str | None:
        for pattern, operations in self._routes:
            match = pattern.fullmatch(path)
            if match is not None:
                scope["path_params"] = match.groupdict()
                operation = operations.get(scope["method"])
                if operation is None:
                    raise HTTPException(405, headers={"Allow": ", ".join(operations)})
                return operation
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        try:
            path = scope["raw_path"].decode()
        except UnicodeDecodeError:
            raise BadRequestProblem("The path is not UTF-8.") from None
        scope["path"] = path
        scope[FIELDS] = header_fields(scope["headers"])
        scope.setdefault("extensions", {})[ROUTING_CONTEXT] = {
            "api_base_path": "",
            "operation_id": self._operation(path, scope),
        }
        await self._app(scope, receive, send)


class Documents(SwaggerUIMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Connexion's pages about an API: the contract and Swagger UI."""

    def add_api(self, specification: Specification, **options: Any) -> None:
        """Add the pages of an API."""
        super().add_api(specification, **options)
        for router in (self.router, *(mount.app for mount in self.router.routes)):
            router.redirect_slashes = False
