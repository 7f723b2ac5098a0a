"""Wires Connexion's middleware around the operations. Nothing else happens here."""

from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import unquote

import inflection
from connexion import ConnexionMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.http.access_log import AccessLog
from mockserver.http.cors import Cors
from mockserver.http.errors import NOTHING_HERE, ApiError, ErrorEnvelope
from mockserver.http.headers import FIELDS
from mockserver.http.limits import RateLimiter
from mockserver.http.pages import Pages, console_pages, contract_pages
from mockserver.http.preferences import PreferenceReader
from mockserver.http.responses import Response, deliver
from mockserver.http.routing import Documents, Routing
from mockserver.http.security import api_key_handler, require_api_key
from mockserver.http.validation import ParameterValidation
from mockserver.journal.conformity import RequestCheck
from mockserver.journal.journal import Journal
from mockserver.operations import active_calls, control, journal
from mockserver.operations.active_calls import Mock, Request
from mockserver.settings import Settings
from mockserver.simulation import World, builtin_scenarios
from mockserver.simulation.clock import Clock, stopwatch
from mockserver.simulation.dialogue import language
from mockserver.simulation.persona import place
from openapi import CONTRACT, CONTROL, load_contract

__all__ = ["create_app"]

_Operation = Callable[[Request, Mock], Response]


def _operation(operation_id: str) -> _Operation:
    name = inflection.underscore(operation_id)
    module = next(m for m in (active_calls, control, journal) if name in m.__all__)
    operation: _Operation = getattr(module, name)
    return operation


class _Dispatch:
    """The innermost application: calls the operation that Connexion has routed to."""

    def __init__(self, mock: Mock, site: ASGIApp) -> None:
        self._mock, self._site = mock, site
        self._operations: dict[str, _Operation] = {}

    def resolve(self, operation_id: str) -> _Operation:
        """Return the operation's function, and remember it."""
        return self._operations.setdefault(operation_id, _operation(operation_id))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation_id = scope["extensions"]["connexion_routing"]["operation_id"]
        if operation_id is None:
            await self._site(scope, receive, send)
            return
        request = Request(_decoded(scope["path_params"]), scope[FIELDS], scope["query_string"])
        response = self._operations[operation_id](request, self._mock)
        await deliver(response, scope, receive, send)


def _decoded(parameters: dict[str, str]) -> dict[str, str]:
    try:
        return {
            name: unquote(value, errors="strict") if "%" in value else value
            for name, value in parameters.items()
        }
    except UnicodeDecodeError:
        raise ApiError(400, "The path is not percent-encoded UTF-8.") from None


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    raise ApiError(404, NOTHING_HERE)


def _site(contract: dict[str, Any], console: bool) -> ASGIApp:
    """Return the pages about the mock: the console, the docs and the contract itself."""
    site = ConnexionMiddleware(
        _not_found,
        middlewares=[Documents],
        swagger_ui_options=SwaggerUIOptions(swagger_ui_path="/docs"),
        resolver=Resolver(_operation),
    )
    site.add_api(contract)
    pages = contract_pages(contract) | (console_pages() if console else {})
    return Pages(cast(ASGIApp, site), pages)


def _api(contract: dict[str, Any], mock: Mock) -> ASGIApp:
    """Return the operations of the contract and of the mock's own paths, behind Connexion."""
    dispatch = _Dispatch(mock, _site(contract, mock.settings.console))
    api_key = mock.settings.api_key
    # Without a key, every request passes Connexion's security: it would only cost time.
    security: Sequence[Any] = () if api_key is None else (SecurityMiddleware,)
    api = ConnexionMiddleware(
        dispatch,
        middlewares=[Routing, *security, ParameterValidation],
        resolver=Resolver(dispatch.resolve),
        security_map={"apiKey": api_key_handler(api_key or "")},
    )
    api.add_api(load_contract(CONTROL))
    api.add_api(contract)  # Connexion takes the latest first
    return cast(ASGIApp, api)


def _world(settings: Settings) -> World:
    catalogue = builtin_scenarios().extended(settings.scenarios)
    # Read now, rather than on the first request.
    language(settings.locale)
    place(settings.locale)
    return World(settings.seed, settings.epoch, settings.locale, catalogue, settings.rooms)


def create_app(settings: Settings, clock: Clock | None = None) -> ASGIApp:
    """Return the mock as an ASGI application; ``clock`` stands in for that of the settings."""
    contract = load_contract(CONTRACT)
    if settings.api_key is not None:
        require_api_key(contract)
    clock = clock or settings.clock()
    world = _world(settings)
    limit = settings.rate_limit
    preferences = PreferenceReader(list(world.catalogue.scenarios))
    mock = Mock(
        world,
        clock,
        preferences,
        settings,
        RequestCheck(preferences, world, settings.api_key),
        RateLimiter(limit, stopwatch) if limit is not None else None,
        Journal(settings.journal) if settings.journal else None,
    )
    app = Cors(ErrorEnvelope(_api(contract, mock), clock))
    return AccessLog(app, mock.journal)
