"""What ``--store`` can be, and what is told of it."""

from pathlib import Path

import pytest

from mockserver.state.store import parse_store
from tests.mockserver.conftest import MakeClient


@pytest.mark.parametrize(
    ("given", "url"),
    [("redis://h:1/2", "redis://h:1/2"), ("rediss://u:p@h", "rediss://u:p@h"),
     ("valkey://h", "redis://h"), ("valkeys://h/3", "rediss://h/3")],
)  # fmt: skip
def test_valkey_speaks_the_protocol_of_redis(given: str, url: str) -> None:
    """So its addresses are those of Redis, which the client knows alone."""
    assert parse_store(given).url == url


def test_a_password_is_not_shown() -> None:
    """Neither by the store itself nor by what is told of its place."""
    store = parse_store("redis://name:s3cret@h:7000/1")
    assert "s3cret" not in repr(store) + store.place
    assert store.place == "Redis at 'h', port 7000"


def test_a_file_is_named_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker need not be where the command was started."""
    monkeypatch.chdir(tmp_path)
    assert parse_store("calls.db").path == tmp_path / "calls.db"


@pytest.mark.parametrize(
    "given",
    ["http://h", "redis:/h/x/y", "redis://h:70000", "redis://h/x", "", "a\0b", "sqlite://x"],
)
def test_what_is_no_store(given: str) -> None:
    """It is told without what could be a password."""
    with pytest.raises(ValueError) as told:
        parse_store(given)
    assert "\n" not in str(told.value)


def test_a_mock_without_a_store_is_ready(make_client: MakeClient) -> None:
    """It says where its state lives, and counts nothing unless it is told to."""
    client = make_client()
    assert client.request("GET", "/readyz").json() == {"status": "ready"}
    assert client.request("GET", "/_mock/about").json()["store"] == "memory"
    refused = client.request("GET", "/metrics")
    assert refused.status_code == 404 and "--metrics" in refused.json()["error"]["message"]
    counting = make_client(metrics=True)
    counting.get("x")
    text = counting.request("GET", "/metrics").text
    assert 'requests_total{operation="getActiveCall",status="200"} 1.0' in text
    assert "active_calls_mock_live_calls 1.0" in text
    counting.request("PUT", "/_mock/workspaces/ws-acme/rooms/x", None, b'{"code": 404}')
    counting.get("x")
    assert "active_calls_mock_live_calls 0.0" in counting.request("GET", "/metrics").text
