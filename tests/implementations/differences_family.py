"""Correct implementations that differ in which operations they have, and how those answer."""

from datetime import UTC, datetime

from tests.implementations.base import Fault, error
from tests.implementations.call import EXPENDABLE, instant
from tests.implementations.correct import difference
from tests.implementations.family import ENDING, family
from tests.implementations.server import Request, Response


@difference(server=family, profile="quick", options=ENDING)
def whole_family(_: Request, response: Response) -> Response:
    """All five operations are there, and the call may be ended."""
    return response


@difference(server=family, keyed=True, options=(*ENDING, "--require=must"))
def keyed_family(_: Request, response: Response) -> Response:
    """All five operations demand an API key."""
    return response


@difference(server=family, profile="quick", offers=("list",))
def only_the_list(_: Request, response: Response) -> Response:
    """Of the further operations there is the list alone."""
    return response


@difference(server=family, profile="quick", offers=("list", "insights"), options=ENDING)
def nothing_ends(request: Request, response: Response) -> Response:
    """Calls can be read and not ended: those paths are unknown, also where it is allowed."""
    ends = request.path[0] in ("end-call", "remove-agent")
    return error(501, "not_implemented") if ends else response


@difference(server=family, profile="quick", options=ENDING, lag=3.0)
def list_is_late(_: Request, response: Response) -> Response:
    """The list is three seconds behind."""
    return response


@difference(server=family, profile="quick", options=ENDING, repeat=lambda first: first)
def ends_again_alike(_: Request, response: Response) -> Response:
    """Who ends a call again gets the same answer."""
    return response


@difference(server=family, profile="quick", options=ENDING, repeat=lambda _: error(409, "conflict"))
def ends_again_in_conflict(_: Request, response: Response) -> Response:
    """Who ends a call again, or names whom he may not mute, gets a 409."""
    wrong = response.status in (400, 404) and _.path[0] == "remove-agent" and _.workspace
    return error(409, "conflict") if wrong else response


@difference(server=family, profile="quick", options=ENDING, stateful=True)
def muted_once() -> Fault:
    """To mute an agent again is a 409."""
    muted = []

    def fault(request: Request, response: Response) -> Response:
        if request.path[0] != "remove-agent" or response.status != 200:
            return response
        muted.append(request.path[1])
        return error(409, "conflict") if len(muted) > 1 else response

    return fault


@difference(server=family, profile="quick", offers=())
def page_for_any_path(request: Request, response: Response) -> Response:
    """Unknown paths show a page for people."""
    page = b"<!doctype html><title>Calls</title>"
    unknown = request.path[0] not in ("call",) and request.method == "GET"
    return Response(200, page, {"Content-Type": "text/html"}) if unknown else response


@difference(server=family, profile="quick", options=ENDING)
def forbidding_strangers(request: Request, response: Response) -> Response:
    """Other workspaces get a 403 for everything."""
    stranger = request.workspace and request.workspace != "ws-acme"
    return error(403, "forbidden") if stranger else response


@difference(server=family, profile="quick", options=ENDING, stateful=True)
def takes_over() -> Fault:
    """A person takes over from the muted agent, who leaves, and speaks as the agent."""
    joined: list[str] = []
    known = 0  # lines that were there when the agent was muted

    def fault(request: Request, response: Response) -> Response:
        nonlocal known
        name, room = request.path
        if name == "remove-agent" and response.status == 200:
            joined.append(instant(datetime.now(UTC)))
        if name != "call" or room != EXPENDABLE or response.status != 200:
            return response
        lines = response.body["transcript"]
        if not joined:
            known = len(lines)
            return response
        person = {"identity": "human-agent-sip", "isAgent": False, "metadata": {}}
        response.body["participants"][0] = person | {"joinedAt": joined[0]}
        said = {"role": "agent", "content": "Oh, I see."}
        late = [part for one in lines[known:] for part in (one, said)]
        response.body["transcript"] = [*lines[:known], *late]
        return response

    return fault
