"""What ``--store`` can be, and what is told of it."""

from pathlib import Path

import pytest

from mockserver.state.store import parse_store
from tests.mockserver.conftest import MakeClient


@pytest.mark.parametrize(
    ("given", "url"),
    [("redis://h:1/2", "redis://h:1/2"), ("rediss://u:p@h", "rediss://u:p@h"),
     ("valkey://h", "redis://h"), ("valkeys://h/3", "rediss://h/3"), ("REDIS://h", "redis://h"),
     ("rediss://h?ssl_cert_reqs=none", "rediss://h?ssl_cert_reqs=none")],
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
    ("given", "right"),
    [
        ("http://h", "redis://"),
        ("sqlite://x", "redis://"),
        ("redis:/h/x/y", "no folder"),
        ("redis://h:70000", "65535"),
        ("redis://h:0", "65535"),
        ("redis://h/x", "number of a database"),
        ("redis://h/0#1", "%23"),
        ("", "memory"),
        ("a\0b", "memory"),
        ("redis://h?socket_timeout=60", "rediss://"),
        ("rediss://h?socket_timeout=60", "ssl_ca_certs"),
        ("rediss://h?ssl_cert_reqs=some", "none or optional or required"),
        ("rediss://h?ssl_ca_certs=/nowhere/ca.pem", "no file"),
    ],
)
def test_what_is_no_store(given: str, right: str) -> None:
    """One line says what would be right."""
    with pytest.raises(ValueError) as told:
        parse_store(given)
    assert right in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "given",
    [
        "redis://:12/s3cret@127.0.0.1:1/0",
        "redis://:12?s3cret@h/0",
        "redis://:12#s3cret@h/0",
        "redis://:s3cret/@h/0",
        "redis://:s3cret[@h/0",
        "redis://user:s3cret",
        "redis://h/s3cret",
        "redis://h/0?s3cret",
        "rediss://h/0?s3cret=s3cret",
        "rediss://h/0?ssl_ca_certs=s3cret",
        "rediss://h/0?ssl_cert_reqs=s3cret",
        "http://:s3cret@h",
        ":s3cret@h:6379/0",
        "user:s3cret@h",
        "redis:/:s3cret@h/0",
    ],
)
def test_no_part_of_a_password_is_told(given: str) -> None:
    """Wherever it comes to stand in what is no address, for want of a character."""
    with pytest.raises(ValueError) as told:
        parse_store(given)
    assert "s3cret" not in str(told.value) and "s3cret" not in repr(told.value.__context__)


def test_a_file_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is clear that it is one."""
    monkeypatch.chdir(tmp_path)
    assert parse_store("./a:b@c").path == tmp_path / "a:b@c"


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
