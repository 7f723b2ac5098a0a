"""Faults of the insights into a call."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.implementations.base import Fault, error
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.family import family
from tests.implementations.faulty import app_fault, fault, stateful
from tests.implementations.server import PREFIX, App, Request, Response


def _insights(request: Request, response: Response) -> bool:
    return request.path[0] == "insights" and response.status == 200


@fault("insights.shape", server=family)
def insights_break(request: Request, response: Response) -> Response:
    """The insights answer 500."""
    return error(500, "internal") if _insights(request, response) else response


@fault("insights.shape", server=family)
def topics_as_text(request: Request, response: Response) -> Response:
    """The topics are one text."""
    if _insights(request, response):
        response.body["topics"] = ", ".join(response.body["topics"])
    return response


@fault("insights.shape", server=family)
def no_summary_yet(request: Request, response: Response) -> Response:
    """The summary is null."""
    if _insights(request, response):
        response.body["summary"] = None
    return response


@fault("insights.sentiment", server=family, level="should")
def mood_of_the_insights(request: Request, response: Response) -> Response:
    """The insights say neutral, whatever the details say."""
    if _insights(request, response):
        response.body["sentiment"] = "neutral"
    return response


@stateful("insights.topics", server=family, level="should")
def topics_of_the_moment() -> Fault:
    """The topics are those of the last few lines."""
    began = datetime.now(UTC)

    def answer(request: Request, response: Response) -> Response:
        late = (datetime.now(UTC) - began).total_seconds() > 3
        if _insights(request, response) and late:
            response.body["topics"] = ["the weather"]
        return response

    return answer


@app_fault("absence.unknown-room", family)
def insights_into_nothing(app: App, request: Request) -> Response:
    """Every room has insights, also one that does not exist."""
    response = app(request)
    name, room = request.path
    absent = response.status == 404 and request.workspace == WORKSPACE and room not in ROOMS
    if name != "insights" or not absent:
        return response
    return app(replace(request, target=f"{PREFIX}{ROOMS[0]}/insights"))


@app_fault("tenancy.isolated", family)
def insights_for_all(app: App, request: Request) -> Response:
    """Every workspace gets the insights into the call."""
    everybody = request.path[0] == "insights" and request.workspace
    own = replace(request, headers=request.headers | {"x-workspace-id": WORKSPACE})
    return app(own if everybody else request)


@app_fault("auth.required", family, keyed=True, profile="full")
def public_insights(app: App, request: Request) -> Response:
    """For insights, the API key is not looked at."""
    headers = request.headers | {"x-api-key": "key-4f1d"}
    return app(replace(request, headers=headers) if request.path[0] == "insights" else request)
