"""Faults of the list of calls."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.implementations.base import Fault, error
from tests.implementations.call import ROOMS, WORKSPACE, instant
from tests.implementations.family import family
from tests.implementations.faulty import app_fault, fault, stateful
from tests.implementations.server import App, Request, Response

Calls = list[dict[str, Any]]


def _board(request: Request, response: Response) -> bool:
    return request.path[0] == "list" and response.status == 200


def _shows(response: Response, calls: Calls) -> Response:
    return replace(response, body=response.body | {"data": calls, "count": len(calls)})


def _own(request: Request) -> Request:
    """Return the request as who may see the calls would send it."""
    return replace(request, headers=request.headers | {"x-workspace-id": WORKSPACE})


@fault("list.shape", server=family)
def list_breaks(request: Request, response: Response) -> Response:
    """The list answers 500."""
    return error(500, "internal") if _board(request, response) else response


@fault("list.shape", server=family)
def list_without_count(request: Request, response: Response) -> Response:
    """The list lacks count."""
    if _board(request, response):
        del response.body["count"]
    return response


@fault("list.shape", server=family)
def transfer_as_text(request: Request, response: Response) -> Response:
    """In the list, transferRequested is a text."""
    for one in response.body["data"] if _board(request, response) else ():
        one["transferRequested"] = "false"
    return response


@fault("list.shape", server=family)
def list_as_html(request: Request, response: Response) -> Response:
    """The list is sent as text/html."""
    headers: dict[str, str | None] = {"Content-Type": "text/html"}
    return replace(response, headers=headers) if _board(request, response) else response


@fault("list.shape", server=family, level="should")
def list_by_the_second(request: Request, response: Response) -> Response:
    """The timestamp of the list has no milliseconds."""
    if _board(request, response):
        response.body["timestamp"] = response.body["timestamp"].partition(".")[0] + "Z"
    return response


@fault("list.count", server=family)
def count_of_all(request: Request, response: Response) -> Response:
    """The count is that of all workspaces."""
    if _board(request, response):
        response.body["count"] += 7
    return response


@fault("list.unique", server=family)
def once_a_participant(request: Request, response: Response) -> Response:
    """The list has a call once for each of its participants."""
    if not _board(request, response):
        return response
    calls = [dict(one) for one in response.body["data"] for _ in one["participants"]]
    return _shows(response, calls)


@fault("list.timestamp", server=family)
def list_in_local_time(request: Request, response: Response) -> Response:
    """The timestamp of the list is local time, two hours ahead, marked as UTC."""
    if _board(request, response):
        moment = datetime.fromisoformat(response.body["timestamp"])
        response.body["timestamp"] = instant(moment + timedelta(hours=2))
    return response


@fault("list.timestamp", server=family, level="should")
def list_of_half_a_minute_ago(request: Request, response: Response) -> Response:
    """The timestamp of the list is half a minute old."""
    if _board(request, response):
        moment = datetime.fromisoformat(response.body["timestamp"])
        response.body["timestamp"] = instant(moment - timedelta(seconds=30))
    return response


@fault("list.live", server=family)
def first_page_only(request: Request, response: Response) -> Response:
    """The list has the first call alone."""
    return _shows(response, response.body["data"][:1]) if _board(request, response) else response


@fault("list.live", server=family)
def empty_list(request: Request, response: Response) -> Response:
    """The list is empty."""
    return _shows(response, []) if _board(request, response) else response


@stateful("list.gone", server=family)
def never_forgets() -> Fault:
    """A call that is over stays in the list."""
    began = datetime.now().astimezone()

    def answer(request: Request, response: Response) -> Response:
        over = (datetime.now().astimezone() - began).total_seconds() > 2
        name, room = request.path
        ended = name in ("call", "insights") and room == ROOMS[1] and over
        return error(404, "not_found") if ended and response.status == 200 else response

    return answer


def _listed(call: dict[str, Any], request: Request, response: Response, room: str) -> Response:
    """Change what the list shows of the call in a room."""
    for one in response.body["data"] if _board(request, response) else ():
        if one["roomName"] == room:
            one |= call
    return response


@fault("list.agrees", server=family)
def listed_with_the_phone_of_another(request: Request, response: Response) -> Response:
    """In the list, a call has the number of another."""
    return _listed({"customerPhone": "+14155550199"}, request, response, ROOMS[0])


@fault("list.agrees", server=family)
def listed_by_another_id(request: Request, response: Response) -> Response:
    """In the list, a call has another id than in detail."""
    return _listed({"id": "f" * 24}, request, response, ROOMS[1])


@fault("list.agrees", server=family)
def listed_since_the_queue(request: Request, response: Response) -> Response:
    """In the list, the duration includes half a minute in a queue."""
    for one in response.body["data"] if _board(request, response) else ():
        one["duration"] += 30
    return response


@fault("list.agrees", server=family)
def agents_alone(request: Request, response: Response) -> Response:
    """In the list, only agents are participants."""
    for one in response.body["data"] if _board(request, response) else ():
        one["participants"] = [each for each in one["participants"] if each["isAgent"]]
    return response


@fault("list.agrees", server=family)
def joined_at_listing(request: Request, response: Response) -> Response:
    """In the list, joinedAt is when the list was made."""
    for one in response.body["data"] if _board(request, response) else ():
        for each in one["participants"]:
            each["joinedAt"] = response.body["timestamp"]
    return response


@fault("list.agrees", server=family, level="should")
def mood_of_the_list(request: Request, response: Response) -> Response:
    """In the list, every sentiment is neutral."""
    for one in response.body["data"] if _board(request, response) else ():
        one["sentiment"] = "neutral"
    return response


@fault("list.agrees", server=family, level="should")
def an_early_message(request: Request, response: Response) -> Response:
    """In the list, lastMessage is the second line of the call."""
    for one in response.body["data"] if _board(request, response) else ():
        one["lastMessage"] = "It is about the 1th item of my order."
    return response


@app_fault("tenancy.isolated", family)
def one_list_for_all(app: App, request: Request) -> Response:
    """Every workspace gets the same list."""
    everybody = request.path[0] == "list" and request.workspace
    return app(_own(request) if everybody else request)


@app_fault("tenancy.required", family)
def list_without_workspace(app: App, request: Request) -> Response:
    """Without x-workspace-id the list shows the calls of everybody."""
    bare = request.path[0] == "list" and not request.workspace
    return app(_own(request) if bare else request)


@app_fault("auth.required", family, keyed=True)
def public_list(app: App, request: Request) -> Response:
    """For the list, the API key is not looked at."""
    headers = request.headers | {"x-api-key": "key-4f1d"}
    return app(replace(request, headers=headers) if request.path[0] == "list" else request)


@fault("cache.live", server=family, level="should")
def list_for_a_minute(request: Request, response: Response) -> Response:
    """The list may be kept by any cache for a minute."""
    headers: dict[str, str | None] = {"Cache-Control": "public, max-age=60"}
    return replace(response, headers=headers) if _board(request, response) else response


@app_fault("methods.unsupported", family, level="should")
def put_is_list(app: App, request: Request) -> Response:
    """PUT answers 200 with the list."""
    put = request.path[0] == "list" and request.method == "PUT"
    return app(replace(request, method="GET") if put else request)
