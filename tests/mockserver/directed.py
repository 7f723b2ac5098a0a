"""What the tests that direct a mock share."""

import json
from typing import Any

from tests.mockserver.conftest import Client

__all__ = ["ACME", "ROOM", "happen", "send", "statuses"]

ACME = "/_mock/workspaces/ws-acme"
ROOM = f"{ACME}/rooms/r"


def send(client: Client, method: str, url: str, content: object = None, status: int = 200) -> Any:
    """Send a command, which must be answered with ``status``; return what it says."""
    body = None if content is None else json.dumps(content).encode()
    response = client.request(method, url, None, body)
    assert response.status_code == status, response.text
    return response.json() if response.content else None


def happen(client: Client, kind: str, status: int = 201, **fields: Any) -> Any:
    """Let something happen in the room ``r``."""
    return send(client, "POST", f"{ROOM}/events", {"type": kind, **fields}, status)


def statuses(client: Client, number: int, room: str = "r") -> list[int]:
    """Return the statuses of so many polls."""
    return [client.get(room).status_code for _ in range(number)]
