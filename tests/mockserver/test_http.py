"""The mock behaves like the API: errors, methods, tenancy, names, limits, CORS."""

import asyncio
from functools import cache
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import create_app
from mockserver.http.limits import RateLimiter
from mockserver.settings import Settings
from mockserver.state.counts import MemoryCounts
from openapi import CONTRACT, Rate, load_contract
from tests.mockserver.conftest import EPOCH, PATH, Client, MakeClient

HEADERS = {"x-workspace-id": "ws-acme"}


@cache
def _client() -> Client:
    """Return one mock for all examples of a property."""
    return Client(Settings(epoch=EPOCH))


def test_poll_shows_a_call_that_goes_on(client: Client) -> None:
    """Five seconds later the duration is five more and the transcript has kept its beginning."""
    client.now = EPOCH + 100.0
    first = client.call("call-abc123")
    client.now += 5
    second = client.call("call-abc123")
    assert second["duration"] == first["duration"] + 5
    assert second["transcript"][: len(first["transcript"])] == first["transcript"]
    assert second["id"] == first["id"]


def test_date_is_that_of_the_mocks_clock(client: Client) -> None:
    """The Date header and joinedAt are by one clock, whatever the machine's shows."""
    client.now = EPOCH + 0.5
    for room in ("x", "mock-503", "mock-429", "mock-nope"):
        assert client.get(room).headers["date"] == "Thu, 28 May 2026 20:26:40 GMT"


@pytest.mark.parametrize("headers", [{}, {"x-workspace-id": ""}, {"x-workspace-id": "  "}])
def test_workspace_is_required(client: Client, headers: dict[str, str]) -> None:
    """Without a workspace the answer is 400 in the envelope, and names the header."""
    response = client.request("GET", PATH + "call-abc123", headers)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "invalid_request"
    assert "x-workspace-id" in error["message"]


def test_unknown_path_and_other_methods(client: Client) -> None:
    """An unknown path is a 404; another method a 405 that lists those there are."""
    assert client.request("GET", "/v2/api/nothing").json()["error"]["code"] == "not_found"
    for method in ("POST", "PUT", "DELETE", "PATCH", "BREW"):
        response = client.request(method, PATH + "x", HEADERS)
        assert response.status_code == 405
        assert response.headers["allow"] == "GET, HEAD, OPTIONS"
        assert response.json()["error"]["code"] == "method_not_allowed"


def test_head_and_options(client: Client) -> None:
    """HEAD announces what GET sends; OPTIONS lists the methods."""
    get, head = (client.request(m, PATH + "x", HEADERS) for m in ("GET", "HEAD"))
    assert head.status_code == 200
    assert head.headers["content-length"] == get.headers["content-length"]
    options = client.request("OPTIONS", PATH + "x")
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS"


ORIGINS = ["http://localhost:5173", "https://app.example.com", "http://[::1]:80", "null",
           "capacitor://localhost", "chrome-extension://abcdefghijklmnop"]  # fmt: skip


@pytest.mark.parametrize("origin", ORIGINS)
def test_cors(client: Client, origin: str) -> None:
    """A page from anywhere may send any header and read any response, with credentials too."""
    asked = {"origin": origin, "access-control-request-method": "GET"}
    names = "x-workspace-id, prefer,x-Own, no name, x:y"
    preflight = client.request(
        "OPTIONS", PATH + "x", {**asked, "access-control-request-headers": names}
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "x-workspace-id, prefer, x-Own"
    assert preflight.headers["access-control-allow-methods"].startswith("GET, HEAD, ")
    for response in (
        preflight,
        client.get("x", origin=origin),
        client.get("mock-500", origin=origin),
        client.get("mock-nope", origin=origin),
        client.get("%ff", origin=origin),
        client.request("GET", "/nowhere", {"origin": origin}),
        client.request("GET", "/openapi.yaml", {"origin": origin}),
    ):
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["access-control-allow-credentials"] == "true"
        assert response.headers["vary"] == "Origin"
        exposed = response.headers["access-control-expose-headers"]
        assert "Preference-Applied" in exposed and "Retry-After" in exposed
        assert "*" not in str({k: v for k, v in response.headers.items() if "access" in k})


NO_ORIGINS = [None, "", "evil", "http://a b", "http://a, http://b", "http://a/", "x://" + "y" * 300]


@pytest.mark.parametrize("origin", NO_ORIGINS)
def test_cors_repeats_nothing_but_origins(client: Client, origin: str | None) -> None:
    """What is no origin is not sent back, and the response is for anybody without credentials."""
    headers = {} if origin is None else {"origin": origin}
    response = client.get("x", **headers)
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers
    assert "vary" not in response.headers
    many = {**headers, "access-control-request-headers": "x" * 101 + ",(),x:y," + "y," * 5000}
    asked = {**many, "access-control-request-method": "GET"}
    preflight = client.request("OPTIONS", PATH + "x", asked)
    assert set(preflight.headers["access-control-allow-headers"].split(", ")) == {"y"}
    assert len(str(preflight.headers)) < 1000


def test_idle_connections_are_announced(client: Client) -> None:
    """Clients are told to drop a connection before the mock does, which is after 30 seconds."""
    for response in (
        client.get("x"),
        client.get("mock-500"),
        client.request("GET", "/_mock/about"),
    ):
        assert response.headers["keep-alive"] == "timeout=25"


def test_api_key(make_client: MakeClient) -> None:
    """With a key set, requests without it or with another are 401; the contract says so too."""
    client = make_client(api_key="s3cret")
    assert client.get("x", x_api_key="s3cret").status_code == 200
    for headers in ({}, {"x_api_key": "wrong"}, {"x_api_key": ""}, {"x_api_key": "s3cret "}):
        response = client.get("x", **headers)
        if headers.get("x_api_key", "").strip() != "s3cret":
            assert response.status_code == 401
            assert response.json()["error"]["code"] == "unauthorized"
    operation = client.request("GET", "/openapi.json").json()["paths"][PATH + "{roomName}"]["get"]
    assert operation["security"] == [{"apiKey": []}]


def test_rate_limit_counts_each_key_and_workspace() -> None:
    """After so many requests in a window the next waits for its end; others do not."""
    now = 0.0
    limiter = RateLimiter(Rate.parse("2/m"), MemoryCounts(lambda: now), lambda: now)

    def wait(client: str) -> float:
        return asyncio.run(limiter.seconds_to_wait(client))

    assert [wait("a") for _ in range(3)] == [0, 0, 60]
    assert wait("b") == 0
    now = 59.5
    assert wait("a") == 0.5
    now = 60.0
    assert wait("a") == 0


def test_rate_limit_answers_429(make_client: MakeClient) -> None:
    """A client that asks too often learns when to come back."""
    client = make_client(rate_limit=Rate(1, 3600))
    assert client.get("x").status_code == 200
    response = client.get("x")
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) in range(3590, 3601)
    assert set(response.json()["error"]) == {"code", "message", "reset_at"}
    assert client.get("x", workspace="other").status_code == 200
    assert client.get("x", x_api_key="other").status_code == 200


@pytest.mark.parametrize(
    "room",
    ["日本語", "a b", 'quote"s', "it's", "a..b", "a/b", "%", "%2F", "null", "false", "a;b?c#d",
     "\0\n", "x" * 2000, "👩🏽‍💻", "{{7*7}}", "' OR 1=1 --", "e\u0301"],
)  # fmt: skip
def test_room_names_are_what_they_are(client: Client, room: str) -> None:
    """Any non-empty text is a room, and comes back as it was sent."""
    assert client.call(quote(room, safe=""))["roomName"] == room


@given(st.text(min_size=1, max_size=60))
def test_any_room_name(room: str) -> None:
    """No name causes a 5xx; the room's name is echoed exactly."""
    response = _client().get(quote(room, safe=""))
    if room.startswith("mock-"):
        return
    assert response.status_code == 200
    assert response.json()["roomName"] == room


def test_path_that_is_not_utf8(client: Client) -> None:
    """Bytes that are no UTF-8 are a 400."""
    assert client.get("%FF%FE").status_code == 400


def test_workspaces_do_not_see_each_other(client: Client) -> None:
    """The same room in two workspaces is two calls."""
    ids = {
        client.call("call-abc123", workspace=w)["id"] for w in ("ws-acme", "ws-acme2", "WS-ACME")
    }
    assert len(ids) == 3


def test_no_redirect_follows_the_host(client: Client) -> None:
    """A slash too many is a 404 like any unknown path, and sends nobody elsewhere."""
    response = client.request("GET", PATH + "x/", {**HEADERS, "host": "elsewhere.example"})
    assert response.status_code == 404
    assert "elsewhere" not in str(response.headers)
    assert client.request("GET", "/docs/nothing").json()["error"]["message"].startswith("There is")


def test_workspace_in_unicode(make_client: MakeClient) -> None:
    """A workspace may be written in UTF-8, and named so when the world is closed."""
    client = make_client(rooms=(("wörk", "call-é"),))
    headers = [(b"x-workspace-id", "wörk".encode())]
    assert client.request("GET", PATH + "call-%C3%A9", headers).status_code == 200
    assert client.request("GET", PATH + "call-a", headers).status_code == 404


def test_named_rooms_close_the_world(make_client: MakeClient) -> None:
    """Only the rooms that were named are live, those of a workspace in that one only."""
    client = make_client(rooms=((None, "lobby"), ("ws-acme", "mock-silent")))
    assert client.get("lobby").status_code == 200
    assert client.get("lobby", workspace="other").status_code == 200
    assert client.get("mock-silent").status_code == 200
    for room, workspace in (("mock-silent", "other"), ("mock-500", "w"), ("mock-greeting", "w")):
        for prefer in ("", "example=documented", "scenario=500", "at=5"):
            assert client.get(room, workspace=workspace, prefer=prefer).status_code == 404


def test_pages_about_the_mock(client: Client) -> None:
    """The docs, the contract in both forms, and the health are there without a workspace."""
    assert "swagger-ui" in client.request("GET", "/docs/").text
    assert client.request("GET", "/docs").headers["location"] == "/docs/"
    assert client.request("GET", "/openapi.json").json()["openapi"] == "3.0.3"
    assert client.request("GET", "/openapi.yaml").text == CONTRACT.read_text("utf-8")
    assert client.request("GET", "/openapi.json").json() == load_contract()
    assert client.request("GET", "/healthz").json() == {"status": "ok"}


def test_live_data_is_not_cached(client: Client) -> None:
    """No response may be kept by a cache."""
    assert client.get("x").headers["cache-control"] == "no-store"


def test_connexion_is_in_front(client: Client) -> None:
    """The application is Connexion's middleware around the operations that the contract names."""
    from mockserver.operations import active_calls as operations

    operation_id = client.request("GET", "/openapi.json").json()["paths"][PATH + "{roomName}"][
        "get"
    ]["operationId"]
    assert operation_id == "getActiveCall"
    assert callable(operations.get_active_call)
    assert callable(create_app(Settings(epoch=EPOCH)))


@pytest.mark.parametrize(
    "path", ["/v2/api/active-calls/x/", "/healthz/", "/openapi.json/", "/docs/x/"]
)
def test_nothing_redirects_to_what_the_client_says(client: Client, path: str) -> None:
    """A slash too many is not found, rather than sent to the Host that the client has named."""
    response = client.request("GET", path, {"x-workspace-id": "w", "host": "elsewhere.example"})
    assert response.status_code == 404
    assert b"elsewhere.example" not in b" ".join(value for _, value in response.headers.raw)
