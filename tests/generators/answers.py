"""What a client gets from the mock: each scenario and status, and the printed example."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from mockserver.simulation import builtin_scenarios
from openapi import contract_operations
from tests.mockserver.serving import HEADERS, PATH

__all__ = ["Answer", "answers"]

_MOMENTS = (0, 25, 145)
_ANOTHER_STATUS = 418  # one that the contract does not name


@dataclass(frozen=True)
class Answer:
    """A body with its status; ``name`` says what was asked."""

    name: str
    status: int
    body: Any


def answers(url: str) -> Iterator[Answer]:
    """Ask the mock at ``url`` for everything that it can show."""
    with httpx2.Client(base_url=url + PATH, headers=HEADERS) as client:
        for room, preference in _questions():
            response = client.get(room, headers={"prefer": preference})
            yield Answer(f"{room}, {preference}", response.status_code, response.json())
        response = client.get("call-abc123", headers={"x-workspace-id": ""})
        yield Answer("without a workspace", response.status_code, response.json())


def _questions() -> Iterator[tuple[str, str]]:
    for name in builtin_scenarios().scenarios:
        for moment in _MOMENTS:
            yield f"mock-{name}", f"at={moment}"
    documented = (int(s) for s in contract_operations()["getActiveCall"].responses if s.isdigit())
    for status in (*documented, _ANOTHER_STATUS):
        yield "call-abc123", f"code={status}"
    yield "call-abc123", "example=documented"
