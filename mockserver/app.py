"""Wires Connexion's middleware around the operations. Nothing else happens here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from connexion import ConnexionMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.http.access_log import AccessLog
from mockserver.http.cors import Cors
from mockserver.http.delivery import deliver, recorded
from mockserver.http.errors import NOTHING_HERE, ApiError, ErrorEnvelope
from mockserver.http.headers import FIELDS
from mockserver.http.pages import Pages, console_pages, contract_pages, player_pages
from mockserver.http.preferences import PreferenceReader
from mockserver.http.routing import Documents, Routing
from mockserver.http.security import api_key_handler, require_api_key
from mockserver.http.validation import CONTENT, RequestValidation
from mockserver.journal.conformity import RequestCheck
from mockserver.journal.journal import Journal
from mockserver.journal.records import Records
from mockserver.journal.shared import SharedJournal
from mockserver.operations import FUNCTIONS, Context, Function, Request, demand_all
from mockserver.settings import Settings
from mockserver.simulation import World
from mockserver.simulation.board import Boards
from mockserver.simulation.clock import Clock
from mockserver.simulation.dialogue import language
from mockserver.simulation.places import place
from mockserver.state.freshness import begin_request
from mockserver.state.home import Home, open_home
from mockserver.state.shared import SharedLog
from mockserver.state.shared_clock import SharedClock
from openapi import CONTROL, Operations, load_contract

if TYPE_CHECKING:  # libraries that most mocks do without
    from mockserver.http.limits import RateLimiter
    from mockserver.http.metrics import Metrics

__all__ = ["close", "create_app", "create_context", "start", "wired"]


class _Dispatch:
    """The innermost application: calls the function of the operation that is routed to."""

    def __init__(self, context: Context, site: ASGIApp) -> None:
        self._context, self._site = context, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation_id = scope["extensions"]["connexion_routing"]["operation_id"]
        if operation_id is None:
            await self._site(scope, receive, send)
            return
        request = Request(
            operation_id,
            _decoded(scope["path_params"]),
            scope[FIELDS],
            scope["query_string"],
            scope.get(CONTENT),
        )
        response = await self._context.functions[operation_id](request, self._context)
        await deliver(response, scope, receive, send)


def _decoded(parameters: dict[str, str]) -> dict[str, str]:
    try:
        return {
            name: unquote(value, errors="strict") if "%" in value else value
            for name, value in parameters.items()
        }
    except UnicodeDecodeError:
        raise ApiError(400, "The path is not percent-encoded UTF-8.") from None


def _nothing_here(operations: Operations) -> ASGIApp:
    """Return what answers where nothing is: a 404 that nobody can take for a call that ended."""

    async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"].decode("latin-1")
        if path.endswith("/") and operations.at(path.rstrip("/"))[0]:
            raise ApiError(404, f"{NOTHING_HERE} Leave out the slash at its end.")
        nearest = operations.nearest(path)
        meant = f" Did you mean {nearest}?" if nearest else ""
        raise ApiError(404, NOTHING_HERE + meant)

    return not_found


def _site(contract: dict[str, Any], context: Context) -> ASGIApp:
    """Return the pages about the mock: the console, the docs and the contract itself."""

    @cache
    def documents() -> ASGIApp:
        return recorded(_documents(contract, context.functions))

    async def asked_for(scope: Scope, receive: Receive, send: Send) -> None:
        await documents()(scope, receive, send)  # most mocks are never asked for them

    pages = contract_pages(contract) | player_pages()
    if context.settings.console:
        pages |= console_pages()
    return Pages(asked_for, pages)


def _documents(contract: dict[str, Any], functions: Mapping[str, Function]) -> ASGIApp:
    """Return Connexion's pages about the contract, and a 404 for every other path."""
    documents = ConnexionMiddleware(
        _nothing_here(Operations(contract)),
        middlewares=[Documents],
        # Relative, for browsers that come through a proxy with a prefix.
        swagger_ui_options=SwaggerUIOptions(
            swagger_ui_path="/docs",
            swagger_ui_template_arguments={"openapi_spec_url": "../openapi.json"},
        ),
        resolver=_resolver(functions),
    )
    documents.add_api(contract)
    return cast(ASGIApp, documents)


def _resolver(functions: Mapping[str, Function]) -> Resolver:
    return Resolver(functions.__getitem__)


def _api(control: dict[str, Any], context: Context) -> ASGIApp:
    """Return the operations of the contract and of the mock's own paths, behind Connexion."""
    api_key = context.settings.api_key
    # Without a key, every request passes Connexion's security: it would only cost time.
    security: Sequence[Any] = () if api_key is None else (SecurityMiddleware,)
    api = ConnexionMiddleware(
        _Dispatch(context, _site(context.contract, context)),
        middlewares=[Routing, *security, RequestValidation],
        resolver=_resolver(context.functions),
        security_map={"apiKey": api_key_handler(api_key or "")},
    )
    api.add_api(control)
    api.add_api(context.contract)  # Connexion takes the latest first
    return cast(ASGIApp, api)


def _world(settings: Settings) -> World:
    catalogue = settings.catalogue(settings.scenarios)
    # Read now, rather than on the first request.
    language(settings.locale)
    place(settings.locale)
    return World(
        settings.seed,
        settings.epoch,
        settings.locale,
        catalogue,
        settings.rooms,
        fleet=settings.fleet,
    )


def create_context(
    settings: Settings,
    clock: Clock | None = None,
    *,
    contract: dict[str, Any] | None = None,
    functions: Mapping[str, Function] = FUNCTIONS,
) -> Context:
    """Return what the operations of one mock work with; see ``create_app``."""
    contract = contract or load_contract()
    if settings.api_key is not None:
        require_api_key(contract)
    operations = Operations(contract)
    demand_all(functions, (operations, Operations(load_contract(CONTROL))))
    world = _world(settings)
    preferences = PreferenceReader(list(world.catalogue.scenarios))
    metrics = _metrics(settings)
    shared_clock = SharedClock(
        lambda real: clock or settings.clock(real), held=settings.freeze_at is not None
    )
    failed = metrics.store_failed if metrics is not None else lambda: None
    home = open_home(settings.store, settings.world, settings.limits, shared_clock, failed)
    return Context(
        world,
        clock or settings.clock() if settings.store is None else shared_clock,
        preferences,
        settings,
        contract,
        RequestCheck(operations, preferences, world, settings.api_key),
        home.log,
        Boards(world),
        _limiter(settings, home, failed),
        _journal(settings, home),
        metrics,
        functions,
    )


def _metrics(settings: Settings) -> "Metrics | None":
    if not settings.metrics:
        return None
    from mockserver.http.metrics import Metrics

    return Metrics()


def _limiter(settings: Settings, home: Home, failed: Callable[[], None]) -> "RateLimiter | None":
    limit, log = settings.rate_limit, home.shared
    if limit is None:
        return None
    from mockserver.http.limits import RateLimiter

    if log is None:
        return RateLimiter(limit, home.counts(), home.clock)
    possible = lambda: not log.is_down  # noqa: E731
    return RateLimiter(limit, home.counts(), home.clock, log.catch_up, possible, failed)


def _journal(settings: Settings, home: Home) -> Records | None:
    if not settings.journal:
        return None
    store = home.exchanges(settings.journal)
    if store is None:
        return Journal(settings.journal)
    return SharedJournal(settings.journal, settings.started, store)


def wired(context: Context, write: Callable[[bytes], None] | None = None) -> ASGIApp:
    """Return the mock with this context as an ASGI application; ``write`` takes its access log."""
    app: ASGIApp = Cors(ErrorEnvelope(_api(load_contract(CONTROL), context), context.clock))
    if isinstance(context.log, SharedLog):
        app = _reading_once(app)
    if context.metrics is not None:
        from mockserver.http.metrics import Metered

        app = Metered(app, context.metrics)
    return AccessLog(app, context.journal, write)


def _reading_once(app: ASGIApp) -> ASGIApp:
    """Return ``app``, each request of which takes one trip to the store at most."""

    def reading_once(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        begin_request()
        return app(scope, receive, send)

    return reading_once


def start(context: Context) -> None:
    """Begin what a mock does besides answering. Needs a running loop."""
    if isinstance(context.log, SharedLog):
        context.log.start()
    if isinstance(context.journal, SharedJournal):
        context.journal.start()
    if context.metrics is not None:
        context.metrics.start()


def close(context: Context) -> None:
    """Keep what is not kept yet, when the process ends."""
    if isinstance(context.journal, SharedJournal):
        context.journal.close()


def create_app(
    settings: Settings,
    clock: Clock | None = None,
    *,
    contract: dict[str, Any] | None = None,
    functions: Mapping[str, Function] = FUNCTIONS,
) -> ASGIApp:
    """Return the mock as an ASGI application.

    ``clock`` stands in for that of the settings, ``contract`` for the one that is shipped.
    ``functions`` answer the operations, by operationId.

    Raises:
        MissingFunctionError: an operation has no function.
    """
    return wired(create_context(settings, clock, contract=contract, functions=functions))
