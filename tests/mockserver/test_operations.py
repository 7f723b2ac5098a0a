"""Operations come from the contract: one more is an entry there, and a function."""

from typing import Any

import pytest

from mockserver.app import create_app
from mockserver.http.responses import Response, json_response
from mockserver.operations import FUNCTIONS, Context, MissingFunctionError, Request
from mockserver.settings import Settings
from openapi import load_contract
from tests.mockserver.conftest import EPOCH, Client

CALLS = "/v2/api/active-calls"
WORKSPACE = {"x-workspace-id": "ws-acme"}


def larger_contract() -> dict[str, Any]:
    """Return the contract with a list of calls, and with a command that has a body."""
    contract = load_contract()
    one = contract["paths"][CALLS + "/{roomName}"]["get"]
    workspace, room = one["parameters"]
    responses = {"200": {"description": "Done"}, "404": one["responses"]["404"]}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    say = {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string", "nullable": True}},
    }
    contract["paths"][CALLS] = {
        "get": {
            "operationId": "listCalls",
            "parameters": [workspace, limit],
            "responses": responses,
        }
    }
    contract["paths"][CALLS + "/{roomName}/say"] = {
        "parameters": [workspace, room],
        "post": {
            "operationId": "say",
            "requestBody": {"required": True, "content": {"application/json": {"schema": say}}},
            "responses": responses,
        },
    }
    return contract


async def list_calls(request: Request, context: Context) -> Response:
    """Answer with what was asked."""
    return json_response(200, {"query": request.query.decode()})


async def say(request: Request, context: Context) -> Response:
    """Answer with what was said where."""
    return json_response(200, {"room": request.path_parameters["roomName"], **request.content})


@pytest.fixture
def client() -> Client:
    """A mock of the larger contract."""
    functions = {**FUNCTIONS, "listCalls": list_calls, "say": say}
    return Client(Settings(epoch=EPOCH), contract=larger_contract(), functions=functions)


def problems(client: Client) -> list[str]:
    """Return what was wrong with the latest request."""
    listed = client.request("GET", "/_mock/requests").json()["requests"][0]
    return [problem["message"] for problem in listed["problems"]]


def test_an_operation_takes_an_entry_and_a_function(client: Client) -> None:
    """Both operations answer, the first one does too, and the paths are told apart."""
    assert client.request("GET", CALLS + "?limit=5", WORKSPACE).json() == {"query": "limit=5"}
    said = client.request("POST", CALLS + "/a%2Fb/say", WORKSPACE, b'{"text": null}')
    assert said.json() == {"room": "a/b", "text": None}
    assert client.call("say")["roomName"] == "say"
    assert client.request("POST", CALLS + "/say", WORKSPACE).headers["allow"] == (
        "GET, HEAD, OPTIONS"
    )
    assert client.request("GET", CALLS + "/a/say", WORKSPACE).headers["allow"] == "OPTIONS, POST"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The body is missing."),
        (b"{", "The body is not JSON"),
        (b'{"text": 1}', 'text: It is not of types "null", "string"'),
        (b'{"other": 1}', '(the body itself): "text" is a required property'),
        (b'{"text": "' + b"x" * 2**16 + b'"}', "65536 bytes"),
        (b'{"text": null, "deep": ' + b"[" * 300 + b"]" * 300 + b"}", "50 levels deep"),
    ],
)
def test_a_body_is_validated(client: Client, content: bytes, reason: str) -> None:
    """A body that breaks the contract is a 4xx that says where and why."""
    answer = client.request("POST", CALLS + "/a/say", WORKSPACE, content)
    assert answer.status_code == (413 if len(content) > 2**16 else 400)
    assert reason in answer.json()["error"]["message"]


def test_parameters_are_validated_by_the_operation(client: Client) -> None:
    """Each operation has its own query, and the path's parameters are its own too."""
    answer = client.request("GET", CALLS + "?limit=0", WORKSPACE)
    assert (answer.status_code, "limit" in answer.text) == (400, True)
    assert client.request("POST", CALLS + "/a/say", {}, b'{"text": ""}').status_code == 400


def test_the_journal_knows_the_operations(client: Client) -> None:
    """It tells the room from what follows it, keeps bodies, and judges by the operation."""
    client.request("POST", CALLS + "/call-a/say", WORKSPACE, b'{"text": "hello"}')
    listed = client.request("GET", "/_mock/requests").json()["requests"][0]
    assert (listed["room"], listed["problems"]) == ("call-a", [])
    assert listed["body"]["text"] == '{"text": "hello"}'
    client.request("GET", CALLS, WORKSPACE)
    assert client.request("GET", "/_mock/requests").json()["requests"][0]["room"] is None
    assert problems(client) == []
    client.request("PUT", CALLS + "/call-a/say", WORKSPACE)
    assert problems(client) == ["The contract has no PUT here, only OPTIONS, POST."]
    client.request("GET", CALLS + "?limt=2", WORKSPACE)
    assert problems(client) == ["The contract has no query parameter 'limt'."]


def test_an_operation_without_a_function_is_one_line() -> None:
    """Whoever adds an operation and forgets its function hears which."""
    with pytest.raises(MissingFunctionError) as caught:
        create_app(Settings(epoch=EPOCH), contract=larger_contract())
    assert str(caught.value) == (
        f"GET {CALLS}: the operation listCalls has no function; "
        "enter it in mockserver/operations/__init__.py"
    )
