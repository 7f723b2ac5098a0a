"""What a client sends to the mock, and gets: every operation, scenario, status and example."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2

from mockserver.simulation import builtin_scenarios
from openapi import Operation, contract_operations

__all__ = ["Answer", "answers"]

_MOMENTS = (0, 25, 145)
_ANOTHER_STATUS = 418  # one that the contract does not name
_ROOM = "call-abc123"
_DETAIL = "getActiveCall"


@dataclass(frozen=True)
class Answer:
    """A body with its status, and the request's body; ``name`` says what was asked."""

    name: str
    operation: str
    sent: Any
    status: int
    body: Any


def answers(url: str) -> Iterator[Answer]:
    """Ask the mock at ``url`` for everything that it can show."""
    with httpx2.Client(base_url=url, timeout=30) as client:
        asking = _Asking(client)
        for operation in contract_operations():
            for room, preference in _questions(operation):
                yield asking.ask(operation, room, preference)
            yield asking.ask(operation, _ROOM, "", workspace="")


class _Asking:
    """Asks each question in a workspace of its own: what one does to a call changes no other."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client
        self._number = count()

    def ask(
        self, operation: Operation, room: str, preference: str, workspace: str | None = None
    ) -> Answer:
        own = f"ws-{next(self._number)}" if workspace is None else workspace
        headers = {"x-workspace-id": own, "prefer": preference}
        sent = self._body(room, headers) if operation.body else None
        names = dict.fromkeys(operation.path.parameters, room)
        response = self._client.request(
            operation.method, operation.path.expand(names), headers=headers, json=sent
        )
        name = f"{operation.id}, {room}, {preference or 'without a workspace'}"
        return Answer(name, operation.id, sent, response.status_code, response.json())

    def _body(self, room: str, headers: dict[str, str]) -> dict[str, str]:
        """Return the body that names the AI agent of a room's call, if it has one."""
        path = contract_operations()[_DETAIL].path.expand({"roomName": room})
        call = self._client.get(path, headers={**headers, "prefer": ""}).json()
        agents = [one["identity"] for one in call.get("participants", ()) if one["isAgent"]]
        return {"participantIdentity": agents[0] if agents else "agent-001"}


def _questions(operation: Operation) -> Iterator[tuple[str, str]]:
    for name in builtin_scenarios().scenarios:
        for moment in _MOMENTS:
            yield f"mock-{name}", f"at={moment}, scenario={name}"
    documented = (int(status) for status in operation.responses if status.isdigit())
    for status in (*documented, _ANOTHER_STATUS):
        yield _ROOM, f"code={status}"
    yield _ROOM, "example=documented"
