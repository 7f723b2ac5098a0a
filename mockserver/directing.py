"""A workspace of a running mock, directed by a test: docs/directing.md as methods.

Words and values are those of the commands, so that what stands there is what is written here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack
from urllib.parse import quote

import httpx2

__all__ = ["Clock", "CommandRefusedError", "Direction", "Room", "Step", "Workspace"]

_MOST_REQUESTS = 1000

Instant = str | datetime
"""An ISO 8601 text with its offset, or a ``datetime`` with its time zone."""


class _State(TypedDict, total=False):
    at: float
    code: int
    fault: str
    delay: int
    retryAfter: int
    seed: int
    locale: str
    call: Mapping[str, Any]


class _Participant(TypedDict, total=False):
    isAgent: bool
    metadata: Mapping[str, Any]


class Step(_State, total=False):
    """What a room does for so many requests (``times``) or seconds, the last step for good."""

    scenario: str
    times: int
    seconds: float


class Direction(_State, total=False):
    """What a room does from now on, beside the scenario."""

    steps: Sequence[Step]
    starts: Literal["now"]


class CommandRefusedError(Exception):
    """The mock does not do what it was told; the message is the mock's own."""


class _At:
    """A place of the mock that takes commands."""

    def __init__(self, client: httpx2.Client, path: str) -> None:
        self._client, self._path = client, path

    def _send(self, method: str, below: str = "", content: Mapping[str, Any] | None = None) -> Any:
        """Return what the mock answers, None for an answer without content."""
        response = self._client.request(method, self._path + below, json=content)
        return _content(response)


def _content(response: httpx2.Response) -> Any:
    if response.is_success:
        return response.json() if response.content else None
    try:
        message = response.json()["error"]["message"]
    except (KeyError, TypeError, ValueError):  # this is no answer of the mock's
        message = response.text
    request, status = response.request, response.status_code
    path = request.url.raw_path.decode().partition("?")[0]
    raise CommandRefusedError(f"{request.method} {path} is refused with {status}: {message}")


def _instant(value: Instant) -> str:
    return value.isoformat() if isinstance(value, datetime) else value


class Room(_At):
    """One room of a workspace.

    Each command raises ``CommandRefusedError`` if the mock refuses it. What happens in a call
    happens now, or ``at`` an instant to come by the workspace's clock.
    """

    def play(self, scenario: str | None = None, **direction: Unpack[Direction]) -> dict[str, Any]:
        """Tell the room what to do from now on, and return what holds there then."""
        chosen = {} if scenario is None else {"scenario": scenario}
        return dict(self._send("PUT", content={**chosen, **direction}))

    def get(self) -> dict[str, Any]:
        """Return what holds in the room, and what was made to happen there."""
        return dict(self._send("GET"))

    def forget(self) -> None:
        """Let the room do again what its name says."""
        self._send("DELETE")

    def start(self, at: Instant | None = None) -> None:
        """Begin the room's next call."""
        self._happen("start", at)

    def end(self, at: Instant | None = None) -> None:
        """End the call."""
        self._happen("end", at)

    def say(self, role: str, content: str, at: Instant | None = None) -> None:
        """Add a line to the transcript."""
        self._happen("say", at, role=role, content=content)

    def join(self, identity: str, at: Instant | None = None, **more: Unpack[_Participant]) -> None:
        """Let somebody join the call; ``isAgent`` and ``metadata`` say who that is."""
        self._happen("join", at, identity=identity, **more)

    def leave(self, identity: str, at: Instant | None = None) -> None:
        """Let somebody leave the call."""
        self._happen("leave", at, identity=identity)

    def mute(self, identity: str, at: Instant | None = None) -> None:
        """Mute an AI agent, so that a person takes over."""
        self._happen("mute", at, identity=identity)

    def sentiment(self, value: str, at: Instant | None = None) -> None:
        """Change how the customer feels."""
        self._happen("sentiment", at, value=value)

    def _happen(self, kind: str, at: Instant | None, **fields: Any) -> None:
        when = {} if at is None else {"at": _instant(at)}
        self._send("POST", "/events", {"type": kind, **when, **fields})


class Clock(_At):
    """The clock of a workspace; each method returns the instant that it shows then."""

    def now(self) -> str:
        """Only look at it."""
        return str(self._send("GET")["now"])

    def freeze(self, instant: Instant) -> str:
        """Stop it at an instant."""
        return str(self._send("PUT", content={"freeze": _instant(instant)})["now"])

    def advance(self, seconds: float) -> str:
        """Go on so many seconds later."""
        return str(self._send("PUT", content={"advance": seconds})["now"])

    def scale(self, factor: float) -> str:
        """Run so many times as fast as the mock's clock."""
        return str(self._send("PUT", content={"scale": factor})["now"])

    def reset(self) -> str:
        """Show what the mock's clock shows."""
        return str(self._send("DELETE")["now"])


class Workspace(_At):
    """A test's own world in the mock at the client's base URL.

    ``url`` and ``workspace`` are what the application under test needs: the mock's base URL, and
    the value of ``x-workspace-id``.
    """

    def __init__(self, client: httpx2.Client, workspace: str) -> None:
        super().__init__(client, f"/_mock/workspaces/{quote(workspace, safe='')}")
        self.url, self.workspace = str(client.base_url).rstrip("/"), workspace
        self.clock = Clock(client, f"{self._path}/clock")

    def room(self, name: str) -> Room:
        """Return one of its rooms."""
        return Room(self._client, f"{self._path}/rooms/{quote(name, safe='')}")

    def play(self, scenario: str | None = None, **direction: Unpack[Direction]) -> None:
        """Tell all rooms what to do that have nothing of their own.

        Raises:
            CommandRefusedError: the mock refuses it.
        """
        chosen = {} if scenario is None else {"scenario": scenario}
        self._send("PUT", "/rooms", {**chosen, **direction})

    def requests(self, **filters: str | int) -> list[dict[str, Any]]:
        """Return what was asked in this workspace, in the order in which it came.

        ``filters`` are those of ``GET /_mock/requests``, such as ``status="5xx"``.

        Raises:
            CommandRefusedError: the mock refuses them, or keeps no journal.
        """
        query = {"limit": _MOST_REQUESTS, **filters, "workspace": self.workspace}
        found = _content(self._client.get("/_mock/requests", params=query))
        return list(reversed(found["requests"]))

    def forget(self) -> None:
        """Forget all that was done to it, and what was asked there."""
        self._send("DELETE")
