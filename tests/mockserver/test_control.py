"""The mock's own paths: what it says about itself, and to whom."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from connexion.json_schema import Draft4ResponseValidator, resolve_refs
from openapi_spec_validator import validate

from mockserver.scenario_files import load_scenarios
from mockserver.simulation import builtin_scenarios
from openapi import CONTROL, Rate, load_contract
from tests.mockserver.conftest import EPOCH, Client, MakeClient

JOURNAL = "/_mock/requests"
HEADERS = {"x-workspace-id": "ws-acme"}


def test_description_is_valid_and_served(client: Client) -> None:
    """The control paths have a valid description, which can be fetched."""
    validate(load_contract(CONTROL))
    assert client.request("GET", "/_mock/openapi.yaml").text == CONTROL.read_text("utf-8")


def test_paths_never_collide() -> None:
    """The mock's own paths are apart from those of the API, now and for siblings to come."""
    own, api = (
        load_contract(path)["paths"] for path in (CONTROL, CONTROL.with_name("active-calls.yaml"))
    )
    for_operators = ("/healthz", "/readyz", "/metrics")
    assert all(path.startswith("/_mock/") or path in for_operators for path in own)
    assert all(path.startswith("/v2/") for path in api)


@pytest.mark.parametrize(
    ("operation", "path"),
    [("/_mock/about", "/_mock/about"), ("/_mock/scenarios", "/_mock/scenarios"),
     ("/_mock/timelines/{roomName}", "/_mock/timelines/mock-escalation"),
     (JOURNAL, JOURNAL + "?own=true"), (JOURNAL + "/{number}", JOURNAL + "/1")],
)  # fmt: skip
def test_answers_keep_their_description(make_client: MakeClient, operation: str, path: str) -> None:
    """What the control paths answer is what their description says."""
    client = make_client(api_key="k", rooms=(("w", "a"), (None, "mock-escalation")))
    client.get("a", prefer="at=x")
    response = client.request("GET", path, HEADERS)
    assert response.status_code == 200, response.text
    described = resolve_refs(load_contract(CONTROL))["paths"][operation]["get"]["responses"]["200"]
    schema = described["content"]["application/json"]["schema"]
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    Draft4ResponseValidator(schema, format_checker=checker).validate(response.json())


def test_scenarios(client: Client) -> None:
    """Every scenario is listed with its sentence and a room that shows it."""
    scenarios = client.request("GET", "/_mock/scenarios").json()["scenarios"]
    assert [s["name"] for s in scenarios] == list(builtin_scenarios().scenarios)
    assert all(s["description"] for s in scenarios)
    for scenario in scenarios:
        assert client.get(scenario["room"]).status_code == (scenario["status"] or 200)


def test_own_scenarios_are_listed(make_client: MakeClient, tmp_path: Path) -> None:
    """A team's own scenarios stand beside the built-in ones."""
    file = tmp_path / "own.yaml"
    file.write_text("scenarios: {busy: {description: Engaged., status: 503}}", "utf-8")
    client = make_client(scenarios=load_scenarios([file], "en_US"))
    assert client.request("GET", "/_mock/scenarios").json()["scenarios"][-1]["name"] == "busy"


def test_about(make_client: MakeClient) -> None:
    """The mock tells how it was started, but for its key."""
    client = make_client(
        api_key="s3cret", rate_limit=Rate(60, 60), time_scale=2.0, rooms=((None, "lobby"),),
        started=EPOCH + 0.5,
    )  # fmt: skip
    response = client.request("GET", "/_mock/about")
    about: Any = response.json()
    assert about["started"] == "2026-05-28T20:26:40.500Z"
    assert "s3cret" not in response.text
    assert about["apiKeyRequired"] is True
    assert about["fleet"] == 12
    assert about["rateLimit"] == {"requests": 60, "seconds": 60}
    assert about["clock"] == {"scale": 2.0, "frozen": False}
    assert about["rooms"] == [{"workspace": None, "room": "lobby"}]
    assert "truncated" in about["preferences"]["fault"]


@pytest.mark.parametrize(
    ("name", "masked"),
    [("x-my-pass", True), ("x-pwd", True), ("passphrase", True), ("x-passenger", False)],
)
def test_passwords_are_masked_by_whatever_name(client: Client, name: str, masked: bool) -> None:
    """Headers and query parameters that are called a password are not shown; others are."""
    client.request("GET", f"/masked?{name}=hush", {name: "hush"})
    listed = client.request("GET", JOURNAL + "?path=/masked").json()["requests"][0]
    shown = (listed["headers"][name], listed["query"].partition("=")[2])
    assert shown == (("•••", "•••") if masked else ("hush", "hush"))


def test_neither_key_nor_limit_applies(make_client: MakeClient) -> None:
    """A test can look into the journal without the API's key, and as often as it likes."""
    client = make_client(api_key="k", rate_limit=Rate(1, 3600))
    for _ in range(3):
        assert client.request("GET", JOURNAL).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"origin": "http://mock"}, 204),
        ({"origin": "http://mock", "sec-fetch-site": "same-origin"}, 204),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://mock:8080"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://[broken"}, 403),
        ({"origin": "http://mock", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_only_the_same_origin_may_clear(
    client: Client, headers: dict[str, str], status: int
) -> None:
    """Programs and the mock's own pages may change something, pages from elsewhere may not."""
    assert client.request("DELETE", JOURNAL, headers).status_code == status


def test_not_open_to_other_origins(client: Client) -> None:
    """CORS, open to all for the API, gives nothing of the control paths to other origins."""
    origin = {"origin": "http://evil.example", "access-control-request-method": "DELETE"}
    for method in ("OPTIONS", "GET"):
        response = client.request(method, JOURNAL, origin)
        assert not [name for name in response.headers if name.startswith("access-control")]
    assert client.get("a", origin="http://evil.example").headers["access-control-allow-origin"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:4010", 200),
        ("localhost:4010", 200),
        ("[::1]:4010", 200),
        ("mock", 200),
        ("app.localhost", 200),
        ("host.docker.internal:4010", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example:4010", 403),
        ("localhost.evil.example", 403),
        ("[broken", 403),
    ],
)
def test_names_of_others_are_refused(client: Client, host: str, status: int) -> None:
    """A page whose name was made to point here (DNS rebinding) learns nothing."""
    for path in ("/_mock/requests", "/_mock/about", "/_mock/scenarios"):
        assert client.request("GET", path, {"host": host}).status_code == status
    assert client.get("a", host=host).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("a.tunnel.example", 200),
        ("A.Tunnel.Example:443", 200),
        ("own.example.com", 200),
        ("tunnel.example", 200),
        ("b.own.example.com", 403),
        ("atunnel.example", 403),
        ("tunnel.example.evil.example", 403),
        ("example.com", 403),
    ],
)
def test_names_that_are_allowed(make_client: MakeClient, host: str, status: int) -> None:
    """A tunnel's name can be made the mock's own, or all names under one."""
    client = make_client(allowed_hosts=("own.example.com", ".tunnel.example"))
    response = client.request("GET", "/_mock/about", {"host": host})
    assert response.status_code == status
    assert status == 200 or "--allow-host" in response.json()["error"]["message"]


def test_a_mock_for_everybody_answers_to_any_name(make_client: MakeClient) -> None:
    """Who lets the mock listen at every address has given it to others."""
    client = make_client(host="0.0.0.0")
    assert client.request("GET", JOURNAL, {"host": "mock.example.com"}).status_code == 200


def test_console_pages(client: Client) -> None:
    """The console's files are served under a policy that lets nothing inline run."""
    page = client.request("GET", "/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path, media_type in (
        ("/console/main.js", "text/javascript"),
        ("/console/base.css", "text/css"),
    ):
        response = client.request("GET", path)
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(media_type)
        policy = response.headers["content-security-policy"]
        assert policy == page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
    assert client.request("HEAD", "/").status_code == 200
    assert client.request("POST", "/").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.request("GET", "/console/nothing.js").status_code == 404
    assert client.request("GET", "/console/%2e%2e/app.py").status_code == 404


def test_without_console(make_client: MakeClient) -> None:
    """The console can be left out; the API and the control paths stay."""
    client = make_client(console=False)
    assert client.request("GET", "/").status_code == 404
    assert client.request("GET", "/console/main.js").status_code == 404
    assert client.request("GET", JOURNAL).status_code == 200
