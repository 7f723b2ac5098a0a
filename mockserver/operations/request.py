"""What the function of an operation is given."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.http.errors import ApiError
from mockserver.http.headers import decoded
from mockserver.http.origins import is_loopback, is_own_name, is_same_origin
from mockserver.http.own import CONSOLE_HEADER
from mockserver.http.preferences import PreferenceReader
from mockserver.http.responses import Response
from mockserver.journal.conformity import RequestCheck
from mockserver.journal.records import Records
from mockserver.settings import Settings
from mockserver.simulation import World
from mockserver.simulation.board import Boards
from mockserver.simulation.clock import Clock
from mockserver.state.log import Log

if TYPE_CHECKING:  # libraries that most mocks do without
    from mockserver.http.limits import RateLimiter
    from mockserver.http.metrics import Metrics

__all__ = ["Context", "Function", "Request", "command", "private"]

_FOR_OWN_PAGES = (
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)
_FOR_THIS_MACHINE = (
    "This path is for this machine only; address it as localhost or 127.0.0.1, "
    "or start the mock with --allow-host and the name that you use."
)


class Request(NamedTuple):
    """A valid request for an operation, which is named by its operationId.

    Path parameters are decoded; header names are in lower case; ``content`` is what a body says
    that the contract describes.
    """

    operation: str
    path_parameters: Mapping[str, str]
    headers: Mapping[bytes, bytes]
    query: bytes = b""
    content: Any = None

    def header(self, name: bytes) -> str:
        """Return a header's value as text, several as one list; the empty string for none."""
        return decoded(self.headers.get(name, b""))

    @property
    def is_console(self) -> bool:
        """Whether it is the console's, which only looks on."""
        name, value = CONSOLE_HEADER
        return self.headers.get(name) == value


@dataclass(frozen=True)
class Context:
    """What the operations of one mock work with; ``functions`` are their own by operationId."""

    world: World
    clock: Clock
    preferences: PreferenceReader
    settings: Settings
    contract: dict[str, Any]
    check: RequestCheck
    log: Log
    boards: Boards
    limiter: "RateLimiter | None" = None
    journal: Records | None = None
    metrics: "Metrics | None" = None
    functions: Mapping[str, "Function"] = field(default_factory=dict)


Function = Callable[[Request, Context], Awaitable[Response]]
"""What answers the requests for one operation."""


def private(function: Function) -> Function:
    """Answer only those who address the mock by a name of its own; see ``is_own_name``."""

    @wraps(function)
    async def guarded(request: Request, context: Context) -> Response:
        host, settings = request.header(b"host"), context.settings
        if is_loopback(settings.host) and host and not is_own_name(host, settings.allowed_hosts):
            raise ApiError(403, _FOR_THIS_MACHINE)
        return (await function(request, context)).with_headers(*_FOR_OWN_PAGES)

    return guarded


def command(function: Function) -> Function:
    """Let nobody change anything but programs and the mock's own pages; see ``is_same_origin``."""

    @wraps(function)
    async def guarded(request: Request, context: Context) -> Response:
        if not is_same_origin(request.headers):
            raise ApiError(403, "Only the mock's own pages may change anything here.")
        return await function(request, context)

    return private(guarded)
