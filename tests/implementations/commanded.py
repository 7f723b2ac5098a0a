"""What faults of commands have in common: what a command is, who sends it, and what it is about."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tests.implementations.base import Fault
from tests.implementations.call import KEY, WORKSPACE
from tests.implementations.family import ENDING, family
from tests.implementations.faulty import app_fault as _app_fault
from tests.implementations.faulty import fault as _fault
from tests.implementations.faulty import stateful as _stateful
from tests.implementations.server import Request, Response

fault = partial(_fault, server=family, options=ENDING)


stateful = partial(_stateful, server=family, options=ENDING)


app_fault = partial(_app_fault, server=family, options=ENDING)


def muted(request: Request, response: Response) -> bool:
    """Return whether an agent was muted."""
    return request.path[0] == "remove-agent" and response.status == 200


def ended(request: Request, response: Response) -> bool:
    """Return whether a call was ended."""
    return request.path[0] == "end-call" and response.status == 200


def is_strange(request: Request, command: str) -> bool:
    """Return whether another workspace sends a command."""
    return request.path[0] == command and request.workspace not in ("", WORKSPACE)


def own(request: Request) -> Request:
    """Return a request as if it came from the right workspace, with the key."""
    headers = request.headers | {"x-workspace-id": WORKSPACE, "x-api-key": KEY}
    return replace(request, headers=headers)


def named(request: Request) -> str:
    """Return whom a request to mute names."""
    return str(json.loads(request.content)["participantIdentity"])


def since_muted(change: Callable[[Any], None]) -> Fault:
    """Return a fault that changes the call of a room once its agent was muted."""
    rooms: set[str] = set()

    def answer(request: Request, response: Response) -> Response:
        name, room = request.path
        if muted(request, response):
            rooms.add(room)
        if name == "call" and room in rooms and response.status == 200:
            change(response.body)
        return response

    return answer
