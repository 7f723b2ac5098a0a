"""A mock in the test's own process, whose clock the test sets."""

import atexit
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import httpx2
import orjson
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from connexion.spec import OpenAPISpecification
from httpx2._types import HeaderTypes

from mockserver.app import create_context, wired
from mockserver.settings import Settings
from tests.mockserver.serving import Served, serve

EPOCH = 1_780_000_000
PATH = "/v2/api/active-calls/"


@cache
def _portal() -> BlockingPortal:
    """Return the way into the one event loop of all mocks, which runs in a thread of its own."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(start_blocking_portal())


class Client:
    """Sends requests to a mock; ``now`` is the instant that its clock shows."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        self.now = float(settings.epoch)
        self.context = create_context(settings, lambda: self.now, **options)
        self._app = wired(self.context)

    def request(
        self,
        method: str,
        url: str,
        headers: HeaderTypes | None = None,
        content: bytes | None = None,
    ) -> httpx2.Response:
        """Send one request and return the answer."""

        async def send() -> httpx2.Response:
            transport = httpx2.ASGITransport(self._app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://mock") as client:
                return await client.request(method, url, headers=headers, content=content)

        return _portal().call(send)

    def get(self, room: str, workspace: str = "ws-acme", **headers: str) -> httpx2.Response:
        """Ask for the call in a room, its name as it stands in a URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", PATH + room, {"x-workspace-id": workspace, **named})

    def call(self, room: str, workspace: str = "ws-acme", prefer: str = "", **more: str) -> Any:
        """Return the body of the call in a room, which must be live."""
        response = self.get(room, workspace, prefer=prefer, **more)
        assert response.status_code == 200, response.text
        return response.json()


MakeClient = Callable[..., Client]


@pytest.fixture(scope="session", autouse=True)
def validated_once() -> Iterator[None]:
    """Let Connexion validate each description once, and not for each of hundreds of mocks."""
    validate, seen = OpenAPISpecification._validate_spec, set[bytes]()

    def validate_once(description: dict[str, Any]) -> None:
        key = orjson.dumps(description)
        if key not in seen:
            validate(description)
            seen.add(key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OpenAPISpecification, "_validate_spec", staticmethod(validate_once))
        yield


@pytest.fixture
def make_client() -> MakeClient:
    """Return a function that starts a mock with other settings than the default ones."""

    def make(**settings: Any) -> Client:
        return Client(Settings(**{"epoch": EPOCH, **settings}))

    return make


@pytest.fixture(scope="session")
def shared_client() -> Client:
    """Return a mock with the default settings."""
    return Client(Settings(epoch=EPOCH))


@pytest.fixture
def client(shared_client: Client) -> Iterator[Client]:
    """A mock with the default settings, its clock at the start."""
    shared_client.now = float(EPOCH)
    yield shared_client


@pytest.fixture(scope="session")
def mock() -> Iterator[Served]:
    """Serve one mock for the tests that change nothing about it."""
    with serve("--api-key", "k3y-never-logged") as served:
        yield served
