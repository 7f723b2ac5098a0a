"""Faults in whose call is answered: names, ids, and requests that meet."""

import threading
import time
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from tests.implementations.base import Moment, base, error
from tests.implementations.call import ROOMS
from tests.implementations.faulty import call_fault, fault, stateful
from tests.implementations.server import PREFIX, Request, Response

Call = dict[str, Any]


@call_fault("identity.echo")
def lower_case_room(call: Call, _: Moment) -> None:
    """The field roomName is in lower case."""
    call["roomName"] = call["roomName"].lower()


@call_fault("identity.echo")
def encoded_room(call: Call, _: Moment) -> None:
    """The field roomName is still percent-encoded."""
    call["roomName"] = quote(call["roomName"])


@call_fault("identity.echo")
def decomposed_room(call: Call, _: Moment) -> None:
    """The field roomName is in another Unicode normal form."""
    call["roomName"] = unicodedata.normalize("NFD", call["roomName"])


@call_fault("identity.echo")
def plus_as_blank(call: Call, _: Moment) -> None:
    """A plus in the room name becomes a blank."""
    call["roomName"] = call["roomName"].replace("+", " ")


@stateful("identity.echo")
def case_ignored() -> Any:
    """Rooms are found whatever the case of their name, and show the name as it was created."""
    correct = base()

    def answer(request: Request, response: Response) -> Response:
        if response.status != 404 or request.room is None:
            return response
        named = {room.casefold(): room for room in ROOMS}.get(request.room.casefold())
        return correct(replace(request, target=PREFIX + quote(named))) if named else response

    return answer


@fault("identity.spelling")
def path_as_sent(request: Request, response: Response) -> Response:
    """Rooms are found by the path as it was sent, with its percent-encoding."""
    usual = quote(unquote(request.target), safe="/")
    return response if request.target == usual else error(404, "not_found")


@fault("identity.spelling")
def header_as_sent(request: Request, response: Response) -> Response:
    """The header x-workspace-id is only known in lower case."""
    known = not request.workspace or "x-workspace-id" in request.names
    return response if known else error(400, "invalid_request")


@call_fault("identity.facts-stable", profile="full")
def phone_of_a_third(call: Call, moment: Moment) -> None:
    """One answer in nine shows the number and the name of a third call."""
    if moment.earlier % 9 == 8:
        call["customerPhone"] = f"+1415555{len(call['roomName']):04}"
        call["customerName"] = f"Bob {call['roomName']}"


@call_fault("identity.facts-stable")
def agent_by_turn(call: Call, moment: Moment) -> None:
    """The agent's name is that of either of two agents, by turns."""
    call["aiAgentName"] = "Order Desk" if moment.earlier // 2 % 2 else "Returns Desk"


@call_fault("identity.facts-stable", level="should")
def name_flickers(call: Call, moment: Moment) -> None:
    """The customer's name is null now and then."""
    call["customerName"] = None if moment.earlier // 2 % 2 else "Ada Example"


@call_fault("identity.stable")
def new_id_each_time(call: Call, _: Moment) -> None:
    """The id is a new one on each request."""
    call["id"] = uuid.uuid4().hex[:24]


@call_fault("identity.stable")
def one_id_for_all(call: Call, _: Moment) -> None:
    """Every room's call has the same id."""
    call["id"] = "665a1b2c3d4e5f6a7b8c9d0e"


def _overtaken() -> Callable[[Request], Request]:
    """Return what answers with the request that a variable which requests share ends up with."""
    busy, lock = [0], threading.Lock()
    last: list[Request] = []

    def shared(request: Request) -> Request:
        with lock:
            last[:] = [request]
            busy[0] += 1
            alone = busy[0] == 1
        time.sleep(0.03)
        with lock:
            busy[0] -= 1
            return request if alone else last[0]

    return shared


@stateful("identity.concurrent")
def shared_state() -> Any:
    """The room asked for is kept in a variable that concurrent requests share."""
    correct, shared = base(), _overtaken()

    def answer(request: Request, response: Response) -> Response:
        other = correct(shared(request))
        return other if response.status == other.status == 200 else response

    return answer


@stateful("identity.concurrent")
def phone_of_another() -> Any:
    """Only the customer's number is kept in a variable that concurrent requests share."""
    shared = _overtaken()

    def answer(request: Request, response: Response) -> Response:
        if response.status != 200:
            return response
        phone = f"+1415555{len(shared(request).target):04}"
        return replace(response, body=response.body | {"customerPhone": phone})

    return answer
