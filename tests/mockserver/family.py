"""What the tests of the whole family of operations share."""

import json
from typing import Any
from urllib.parse import quote

import httpx2

from openapi import contract_operations
from openapi.schemas import compiled
from tests.mockserver.conftest import PATH, Client

__all__ = [
    "LIST",
    "act",
    "agents",
    "ask_insights",
    "board",
    "insights",
    "keeps_the_contract",
    "listed",
    "rooms",
    "said",
    "take_out",
]

LIST = PATH.rstrip("/")


def board(client: Client, workspace: str = "ws-acme", **headers: str) -> httpx2.Response:
    """Ask for all calls of a workspace."""
    return client.request("GET", LIST, {"x-workspace-id": workspace, **headers})


def listed(client: Client, workspace: str = "ws-acme", **headers: str) -> dict[str, Any]:
    """Return the calls of a workspace by their rooms, in the order of the list."""
    response = board(client, workspace, **headers)
    assert response.status_code == 200, response.text
    return {one["roomName"]: one for one in response.json()["data"]}


def rooms(client: Client, workspace: str = "ws-acme", **headers: str) -> list[str]:
    """Return the rooms of a workspace's calls."""
    return list(listed(client, workspace, **headers))


def act(
    client: Client,
    what: str,
    room: str,
    content: Any = None,
    workspace: str = "ws-acme",
    **headers: str,
) -> httpx2.Response:
    """Send a command for a room, its name as it is."""
    body = None if content is None else json.dumps(content).encode()
    path = f"{PATH}{quote(room, safe='')}/{what}"
    return client.request("POST", path, {"x-workspace-id": workspace, **headers}, body)


def take_out(client: Client, room: str, **options: Any) -> httpx2.Response:
    """Mute the AI agent of a room's call."""
    call = client.call(quote(room, safe=""), **options)
    agent = next(one["identity"] for one in call["participants"] if one["isAgent"])
    return act(client, "remove-agent", room, {"participantIdentity": agent}, **options)


def ask_insights(
    client: Client, room: str = "r", workspace: str = "ws-acme", **more: str
) -> httpx2.Response:
    """Ask what the call in a room is about."""
    return client.request("GET", f"{PATH}{room}/insights", {"x-workspace-id": workspace, **more})


def insights(client: Client, room: str = "r", prefer: str = "", **more: str) -> Any:
    """Return what the call in a room is about, which must be as the contract says."""
    response = ask_insights(client, room, prefer=prefer, **more)
    assert response.status_code == 200, response.text
    operations = contract_operations()
    schema = operations["getCallInsights"].schema()
    assert compiled(schema, operations.document).is_valid(response.json())
    return response.json()


def keeps_the_contract(operation_id: str, body: Any) -> bool:
    """Return whether a good answer to an operation is as the contract says."""
    operations = contract_operations()
    return compiled(operations[operation_id].schema(), operations.document).is_valid(body)


def agents(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the AI agents of a call."""
    return [one for one in call["participants"] if one["isAgent"]]


def said(call: dict[str, Any]) -> list[str]:
    """Return what was said in a call."""
    return [line["content"] for line in call["transcript"]]
