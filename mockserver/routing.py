"""What a request is for: Connexion's routing, by the path as it was sent.

Nothing here redirects: what the contract does not know is not found, and the address to go to would
hold the client's own ``Host``.
"""

from typing import Any

from connexion.exceptions import BadRequestProblem
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Documents", "Routing"]


class Routing(RoutingMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Connexion's routing, with the paths of all APIs in one table.

    It routes by the path as it was sent, so that a slash that is part of a name stays encoded.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self.router.redirect_slashes = False

    def add_api(self, specification: Specification, **options: Any) -> None:
        """Add the paths of an API."""
        super().add_api(specification, **options)
        mount = self.router.routes.pop()
        assert not mount.path, "every API is served at the root"
        self.router.routes += mount.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        try:
            scope["path"] = scope["raw_path"].decode()
        except UnicodeDecodeError:
            raise BadRequestProblem("The path is not UTF-8.") from None
        await super().__call__(scope, receive, send)


class Documents(SwaggerUIMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Connexion's pages about an API: the contract and Swagger UI."""

    def add_api(self, specification: Specification, **options: Any) -> None:
        """Add the pages of an API."""
        super().add_api(specification, **options)
        for router in (self.router, *(mount.app for mount in self.router.routes)):
            router.redirect_slashes = False
