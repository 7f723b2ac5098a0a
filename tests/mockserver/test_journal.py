"""The journal: what has reached the mock can be asked for, filtered, opened and forgotten."""

from typing import Any

import pytest

from tests.mockserver.conftest import EPOCH, PATH, Client, MakeClient

HEADERS = {"x-workspace-id": "ws-acme"}
JOURNAL = "/_mock/requests"


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A mock with a journal that nobody else writes into."""
    return make_client()


def listed(client: Client, query: str = "") -> list[dict[str, Any]]:
    """Return the requests that the journal lists, newest first."""
    response = client.request("GET", JOURNAL + query)
    assert response.status_code == 200, response.text
    requests: list[dict[str, Any]] = response.json()["requests"]
    return requests


def opened(client: Client) -> dict[str, Any]:
    """Return the newest request with its response."""
    number = listed(client)[0]["number"]
    exchange: dict[str, Any] = client.request("GET", f"{JOURNAL}/{number}").json()
    return exchange


def test_lists_what_was_asked_newest_first(client: Client) -> None:
    """Each request is listed with what a test wants to assert about it."""
    client.get("call-a")
    client.get("call%2Fb", "ws-other", prefer="at=12, delay=1")
    newest, oldest = listed(client)
    assert oldest["path"] == PATH + "call-a"
    assert newest["room"] == "call/b"
    assert newest["method"] == "GET"
    assert newest["workspace"] == "ws-other"
    assert newest["status"] == 200
    assert newest["preferencesApplied"] == "at=12, delay=1"
    assert newest["headers"]["prefer"] == "at=12, delay=1"
    assert newest["state"] == "answered"
    assert newest["milliseconds"] >= 0
    assert newest["problems"] == []
    assert newest["number"] > oldest["number"]


def test_filters(client: Client) -> None:
    """Path, status, class of status, workspace, number and limit narrow the list down."""
    client.get("call-a")
    client.get("call-b", "ws-other")
    client.get("mock-503")
    client.request("GET", "/v1/nothing")
    assert [r["room"] for r in listed(client, "?path=/call-")] == ["call-b", "call-a"]
    assert [r["room"] for r in listed(client, "?status=503")] == ["mock-503"]
    assert [r["status"] for r in listed(client, "?status=4xx")] == [404]
    assert [r["room"] for r in listed(client, "?workspace=ws-other")] == ["call-b"]
    assert [r["room"] for r in listed(client, "?path=call&workspace=ws-acme")] == [
        "mock-503",
        "call-a",
    ]
    assert len(listed(client, "?limit=2")) == 2
    first = listed(client)[-1]["number"]
    assert len(listed(client, f"?after={first}")) == 3


@pytest.mark.parametrize(
    ("query", "named"),
    [("?workspce=a", "workspace"), ("?status=teapot", "status"), ("?limit=0", "limit"),
     ("?limit=ten", "limit"), ("?after=-1", "after"), ("?own=maybe", "own")],
)  # fmt: skip
def test_wrong_filter_is_refused(client: Client, query: str, named: str) -> None:
    """A filter that cannot be right is an error: ignored, it would let everything pass."""
    response = client.request("GET", JOURNAL + query)
    assert response.status_code == 400
    assert named in response.json()["error"]["message"]


def test_keeps_only_the_latest(make_client: MakeClient) -> None:
    """The journal is bounded: the oldest requests make room for new ones."""
    client = make_client(journal=3)
    for number in range(5):
        client.get(f"call-{number}")
    assert [r["room"] for r in listed(client)] == ["call-4", "call-3", "call-2"]


def test_own_traffic_neither_shows_nor_displaces(make_client: MakeClient) -> None:
    """The console's polling is left out unless asked for, and pushes nothing out."""
    client = make_client(journal=2)
    client.get("call-a")
    for _ in range(5):
        client.get("call-b", x_mock_console="1")
        client.request("GET", "/docs/")
    assert [r["room"] for r in listed(client)] == ["call-a"]
    everything = listed(client, "?own=true")
    assert [r["own"] for r in everything] == [True, True, False]


def test_secrets_are_masked(client: Client) -> None:
    """No key, token or cookie value leaves the mock, wherever it was sent."""
    secrets = {
        "x-api-key": "hush-1",
        "authorization": "Bearer hush-2",
        "cookie": "theme=hush-3; hush-4",
        "x-auth-token": "hush-5",
    }
    client.request("GET", f"{PATH}a?api_key=hush-6&page=2", {**HEADERS, **secrets})
    text = client.request("GET", JOURNAL).text
    assert "hush" not in text
    (request,) = listed(client)
    assert request["headers"]["authorization"] == "Bearer •••"
    assert request["headers"]["cookie"] == "theme=•••; •••"
    assert request["query"] == "api_key=•••&page=2"


def test_shows_bodies(client: Client) -> None:
    """A request's body is kept, up to a bound, though the mock does not read it."""
    client.request("POST", PATH + "a", HEADERS, content=b'{"a": "\xc3\xa9"}')
    request = opened(client)
    assert request["body"] == {"text": '{"a": "é"}', "bytes": 11, "complete": True}
    assert request["response"]["body"]["text"].startswith('{"error"')
    client.request("POST", PATH + "a", HEADERS, content=b"x" * 20_000)
    body = opened(client)["body"]
    assert not body["complete"] and len(body["text"]) == 8192


@pytest.mark.parametrize(
    "prefer", ["", "at=30", "scenario=markup, at=90", "fault=malformed",
               "fault=empty", "example=documented", "code=503", "seed=9, locale=ja_JP"]
)  # fmt: skip
@pytest.mark.parametrize("more", [{}, {"origin": "http://localhost:5173"}, {"origin": "x"}])
def test_shows_the_response_as_it_was_sent(
    client: Client, prefer: str, more: dict[str, str]
) -> None:
    """However much later one looks, the response's body and headers are those that were sent."""
    client.now = EPOCH + 61.25
    sent = client.get("call-a", prefer=prefer, **more)
    client.now += 4000
    response = opened(client)["response"]
    assert (response["body"] or {"text": ""})["text"] == sent.text
    assert response["headers"] == dict(sent.headers)


def test_clearing(client: Client) -> None:
    """What is cleared is gone, and numbers go on."""
    client.get("call-a")
    assert client.request("DELETE", JOURNAL).status_code == 204
    assert listed(client) == []
    client.get("call-b")
    journal = client.request("GET", JOURNAL).json()
    assert journal["requests"][0]["number"] > journal["cleared"] > 0
    assert len(listed(client)) == 1


def test_without_journal(make_client: MakeClient) -> None:
    """With the journal off, the mock works and says what would turn it on."""
    client = make_client(journal=0)
    assert client.get("call-a").status_code == 200
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/1")):
        response = client.request(method, JOURNAL + path)
        assert response.status_code == 404
        assert "--journal" in response.json()["error"]["message"]


def test_unknown_number(client: Client) -> None:
    """A request that is not, or no longer, kept is not found; a number must be one."""
    assert client.request("GET", JOURNAL + "/999").status_code == 404
    assert client.request("GET", JOURNAL + "/latest").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "headers", "expected"),
    [
        ("GET", PATH + "a", HEADERS, []),
        ("OPTIONS", PATH + "a", {}, []),
        ("GET", PATH + "a", {}, ["The header x-workspace-id is missing."]),
        ("GET", PATH + "a", {"x-workspace-id": " "}, ["The header x-workspace-id is empty."]),
        ("GET", PATH + "a", {"x-workspaceid": "w"}, ["x-workspaceid was sent; was it meant?"]),
        ("POST", PATH + "a", HEADERS, ["no POST here, only GET, HEAD, OPTIONS"]),
        ("GET", "/v2/api/active-call/a", HEADERS, [f"did you mean {PATH}{{roomName}}?"]),
        ("GET", "/zzz", HEADERS, ["The contract has no such path."]),
        ("GET", PATH + "a", {**HEADERS, "prefer": "scenari=silent"}, ["did you mean scenario?"]),
        ("GET", PATH + "a", {**HEADERS, "prefer": "at=now"}, ["at takes a number of seconds"]),
        ("GET", PATH + "a", {**HEADERS, "prefer": "return=minimal"}, []),
        ("GET", PATH + "a?page=2", HEADERS, ["no query parameters"]),
        ("GET", PATH + "mock-escalaton", HEADERS, ["did you mean escalation?"]),
        ("GET", PATH + "%ff", HEADERS, ["not percent-encoded UTF-8"]),
        ("GET", PATH + "a", {"prefer": "scenari=x, at=-1"},
         ["x-workspace-id is missing", "at takes", "did you mean scenario?"]),
    ],
)  # fmt: skip
def test_says_what_was_wrong(
    client: Client, method: str, path: str, headers: dict[str, str], expected: list[str]
) -> None:
    """What breaks the contract, or was probably meant otherwise, is said in a sentence each."""
    client.request(method, path, headers)
    messages = [problem["message"] for problem in listed(client)[0]["problems"]]
    assert len(messages) == len(expected), messages
    for message, part in zip(messages, expected, strict=True):
        assert part in message


def test_says_what_is_wrong_with_the_key(make_client: MakeClient) -> None:
    """A missing key and a wrong one are told apart, and neither is shown."""
    client = make_client(api_key="s3cret")
    client.get("a")
    client.get("a", x_api_key="wr0ng")
    client.get("a", x_api_key="s3cret")
    right, wrong, missing = (
        [problem["message"] for problem in request["problems"]] for request in listed(client)
    )
    assert right == []
    assert wrong == ["The header x-api-key is not the mock's."]
    assert missing == ["The header x-api-key is missing."]


def test_room_outside_a_closed_world(make_client: MakeClient) -> None:
    """Where only named rooms are live, asking for another is remarked upon."""
    client = make_client(rooms=((None, "lobby"),))
    client.get("other")
    client.get("lobby")
    inside, outside = listed(client)
    assert inside["problems"] == []
    assert "none of those" in outside["problems"][0]["message"]


@pytest.mark.parametrize("path", ["/docs/", "/docs/nothing", "/healthz", "/openapi.yaml", "/"])
def test_the_mocks_own_pages_are_listed_as_own(client: Client, path: str) -> None:
    """Whoever sends them: they are left out of the list, and there on request."""
    status = client.request("GET", path).status_code
    assert listed(client) == []
    newest = listed(client, "?own=true")[1]  # before it was asked for the list
    assert (newest["path"], newest["status"], newest["own"]) == (path, status, True)
    assert newest["problems"] == []
