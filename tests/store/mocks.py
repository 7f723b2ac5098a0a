"""Mocks that share a store, asked through connections of their own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx2

from tests.mockserver.serving import PATH, Served, serve

__all__ = ["Mock", "mock", "several"]

_ACME = {"x-workspace-id": "ws-acme"}


class Mock:
    """One address of a mock.

    Each connection goes to one of its workers; several are open at once, so that all are asked.
    """

    def __init__(self, url: str, connections: int = 1) -> None:
        self.url = url
        self.clients = [httpx2.Client(base_url=url, timeout=30) for _ in range(connections)]

    def close(self) -> None:
        """Close the connections."""
        for client in self.clients:
            client.close()

    def poll(self, room: str, **headers: str) -> list[httpx2.Response]:
        """Ask for a room's call over every connection."""
        return [client.get(PATH + room, headers=_ACME | headers) for client in self.clients]

    def statuses(self, room: str) -> set[int]:
        """Return the statuses of polls over every connection."""
        return {response.status_code for response in self.poll(room)}

    def end(self, room: str, connection: int = 0) -> httpx2.Response:
        """End a room's call."""
        return self.clients[connection].post(f"{PATH}{room}/end-call", headers=_ACME)

    def send(self, method: str, path: str, content: object = None) -> httpx2.Response:
        """Send any other request."""
        more: dict[str, Any] = {} if content is None else {"json": content}
        return self.clients[0].request(method, path, **more)

    def say(self, room: str, content: str, connection: int = 0) -> httpx2.Response:
        """Let somebody say a line in a room."""
        event = {"type": "say", "role": "agent", "content": content}
        path = f"/_mock/workspaces/ws-acme/rooms/{room}/events"
        return self.clients[connection % len(self.clients)].post(path, json=event)

    def said(self, room: str) -> list[list[str]]:
        """Return the lines of a room's call, as each connection shows them."""
        return [
            [line["content"] for line in response.json()["transcript"]]
            for response in self.poll(room)
        ]

    def requests(self, query: str = "") -> Any:
        """Return the journal."""
        return self.send("GET", f"/_mock/requests{query}").json()


@contextmanager
def mock(*options: str, connections: int = 1) -> Iterator[tuple[Mock, Served]]:
    """Run a mock."""
    with serve(*options) as served:
        one = Mock(served.url, connections)
        try:
            yield one, served
        finally:
            one.close()


def several(mocks: Sequence[Mock], room: str) -> set[int]:
    """Return the statuses that all of them answer a poll with."""
    return {status for one in mocks for status in one.statuses(room)}
