"""The archive of a run: every exchange as HAR 1.2, and no secret in it."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contracts.run import verify
from contracts.traffic.archive import Archive
from contracts.traffic.exchange import Exchange
from contracts.traffic.secrets import Secrets
from tests.contracts.exchanges import poll
from tests.contracts.samples import Hand, body, settings

KEY = "sk-live-4f1d-a0b1"


def entries(path: Path) -> list[dict[str, Any]]:
    """Return the entries of a HAR file, which must be whole."""
    log = json.loads(path.read_text("utf-8"))["log"]
    assert log["version"] == "1.2"
    found: list[dict[str, Any]] = log["entries"]
    return found


def kept(tmp_path: Path, *exchanges: Exchange) -> list[dict[str, Any]]:
    """Return what an archive holds of these exchanges."""
    path = tmp_path / "a" / "run.har"
    archive = Archive(path, "http://target.example", Secrets({"API_KEY": KEY, "X_ON": "7"}))
    for one in exchanges:
        archive.add(one)
    archive.close()
    return entries(path)


def values(headers: list[dict[str, str]]) -> dict[str, str]:
    """Return headers by their names."""
    return {one["name"]: one["value"] for one in headers}


def test_every_exchange_of_a_run_is_kept(tmp_path: Path) -> None:
    """Each request that was spent is there: those refused with 429, and each step of a redirect."""
    hand, sent = Hand(), list[str]()

    def handler(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.url.raw_path.decode())
        if len(sent) == 1:
            return httpx2.Response(429, headers={"retry-after": "1"})
        if not request.url.path.endswith("/"):
            return httpx2.Response(307, headers={"location": f"{request.url.raw_path.decode()}/"})
        return httpx2.Response(200, json=body(hand.seconds - 100, roomName="call-1"))

    har = tmp_path / "run.har"
    given = settings(rooms=("call-1",), profile="quick", only=("shape",), report_har=har)
    result, _ = verify(given, clock=hand.clock, transport=httpx2.MockTransport(handler))
    found = entries(har)
    assert len(found) == result.requests == len(sent)
    assert [one["request"]["url"] for one in found] == [
        f"http://target.example{path}" for path in sent
    ]
    assert [one["response"]["status"] for one in found[:3]] == [429, 307, 200]
    assert found[1]["response"]["redirectURL"] == "/base/v2/api/active-calls/call-1/"
    assert json.loads(found[2]["response"]["content"]["text"])["roomName"] == "call-1"
    assert "user" not in har.read_text("utf-8").replace("user-agent", "")
    assert "pass-word" not in har.read_text("utf-8")


def test_no_secret_is_kept(tmp_path: Path) -> None:
    """Keys, cookies and credentials are masked wherever they stand; a workspace is no secret."""
    one = poll(0)
    given = (("x-workspace-id", "ws-acme"), ("x-api-key", KEY), ("x-on", "7"))
    target = f"{one.request.target}?key={KEY}"
    request = replace(one.request, headers=given, target=target)
    headers = {**one.headers, "set-cookie": f"session=s3cr3t, b=t0k3n; key={KEY}", "x-echo": KEY}
    [entry] = kept(tmp_path, replace(one, request=request, headers=headers, content=KEY.encode()))
    assert values(entry["request"]["headers"]) == {
        "x-workspace-id": "ws-acme",
        "x-api-key": "${API_KEY}",
        "x-on": "${X_ON}",
    }
    assert entry["request"]["queryString"] == [{"name": "key", "value": "${API_KEY}"}]
    assert values(entry["response"]["headers"])["set-cookie"] == "session=(hidden)"
    text = json.dumps(entry)
    assert not any(secret in text for secret in (KEY, "s3cr3t", "t0k3n"))


def test_a_body_that_is_no_text_is_kept_as_base64(tmp_path: Path) -> None:
    """Byte by byte, but for a secret between other bytes."""
    one = replace(poll(0), content=b"\x00\xff" + KEY.encode() + b"\xfe")
    [entry] = kept(tmp_path, one)
    content = entry["response"]["content"]
    assert content["encoding"] == "base64"
    assert base64.b64decode(content["text"]) == b"\x00\xff${API_KEY}\xfe"
    assert content["size"] == len(one.content)


def test_what_was_never_answered_is_kept_too(tmp_path: Path) -> None:
    """Status 0, and the reason as a comment."""
    lost = replace(poll(0), status=0, headers={}, content=b"", fault="dropped", detail="closed")
    [entry] = kept(tmp_path, lost)
    assert (entry["response"]["status"], entry["comment"]) == (0, "closed")


def test_an_empty_archive_is_whole(tmp_path: Path) -> None:
    """Also where nothing was exchanged."""
    assert kept(tmp_path) == []


def test_a_time_is_that_of_the_request(tmp_path: Path) -> None:
    """It starts when the request was sent, and lasts until the answer was read."""
    [entry] = kept(tmp_path, replace(poll(0), sent=0.0, received=1.5))
    assert entry["startedDateTime"] == "2026-11-22T09:29:58.500000+00:00"
    assert entry["time"] == 1500.0


def test_an_archive_that_cannot_be_written_is_found_before_the_run(tmp_path: Path) -> None:
    """Nothing is sent."""
    (tmp_path / "file").write_text("")

    def handler(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError("a request was sent")

    given = settings(report_har=tmp_path / "file" / "run.har")
    with pytest.raises(OSError, match="file"):
        verify(given, transport=httpx2.MockTransport(handler))
