"""What a request is for: the contract's paths, by the path as it was sent.

Nothing here redirects: what the contract does not know is not found, and the address to go to would
hold the client's own ``Host``.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from connexion.exceptions import BadRequestProblem
from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.spec import Specification
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.http.headers import FIELDS, header_fields
from openapi import Operations

__all__ = ["Documents", "Routing"]


_Route = tuple[re.Pattern[str], Mapping[str, str]]


class Routing(SpecMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Tells Connexion's other middlewares which operation a request is for.

    Connexion's own router copies the scope for each API that it tries, and decodes the path first.
    This one reads it as it was sent, so that a slash that is part of a name stays encoded. What is
    in no API has no operation.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        # By how many slashes the path has, which saves 0.3 µs of 21 for looking through them all.
        self._routes: defaultdict[int, list[_Route]] = defaultdict(list)

    def add_api(self, specification: Specification, **options: Any) -> None:
        """Add the paths of an API, to be tried after those that are there."""
        for template, operations in Operations(specification.raw).by_path.items():
            ids = {method: operation.id for method, operation in operations.items()}
            if "GET" in ids:
                ids.setdefault("HEAD", ids["GET"])
            self._routes[str(template).count("/")].append((template.pattern, ids))

    def _operation(self, path: str, scope: Scope) -> str | None:
        for pattern, ids in self._routes.get(path.count("/"), ()):
            match = pattern.fullmatch(path)
            if match is not None:
                scope["path_params"] = match.groupdict()
                operation = ids.get(scope["method"])
                if operation is None:
                    raise HTTPException(405, headers={"Allow": ", ".join(ids)})
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
        routed = {"api_base_path": "", "operation_id": self._operation(path, scope)}
        # Granian gives all requests the same dictionary: what one of them is for, while its body
        # is still awaited, must not be written over by the next one.
        scope["extensions"] = {**scope.get("extensions", {}), ROUTING_CONTEXT: routed}
        await self._app(scope, receive, send)


class Documents(SwaggerUIMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Connexion's pages about an API: the contract and Swagger UI."""

    def add_api(self, specification: Specification, **options: Any) -> None:
        """Add the pages of an API."""
        super().add_api(specification, **options)
        for router in (self.router, *(mount.app for mount in self.router.routes)):
            router.redirect_slashes = False
