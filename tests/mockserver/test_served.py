"""The command as it is used: started, polled over a socket, stopped."""

import json
import shlex
import socket
import subprocess
from http.client import HTTPConnection, IncompleteRead

import httpx2
import pytest

from tests.mockserver.serving import HEADERS, PATH, Served, get, serve


def test_printed_curl_line_works() -> None:
    """The line that the mock prints can be pasted, and shows a call."""
    with serve() as served:
        (line,) = (line for line in served.banner.splitlines() if "curl" in line)
        output = subprocess.run(shlex.split(line), capture_output=True, check=True).stdout
        assert json.loads(output)["roomName"] == "call-abc123"
        assert httpx2.get(served.url + "/docs/").status_code == 200
        assert served.stop() == 0


def test_log_is_one_line_of_json_a_request() -> None:
    """Each request is logged with what matters and without secrets."""
    with serve("--api-key", "other-k3y") as served:
        httpx2.get(
            served.url + PATH + "a%0Ab?token=hidden",
            headers={b"x-api-key": b"x", b"x-workspace-id": b"ws\x9b31m"},
        )
        httpx2.get(
            served.url + PATH + "a%0Ab?token=hidden",
            headers={**HEADERS, "x-api-key": "other-k3y", "prefer": "at=5"},
        )
        served.stop()
    text = "".join(served.log)
    assert "k3y" not in text and "hidden" not in text
    refused, answered = (json.loads(line) for line in served.log if PATH in line)
    assert refused["status"] == 401
    assert text.isascii()
    assert answered["path"] == PATH + "a%0Ab"
    assert answered["workspace"] == "ws-acme"
    assert answered["preferences"] == "at=5"
    assert answered["ms"] > 0


def test_truncated_body(mock: Served) -> None:
    """A truncated body stops short of what was announced, and the connection closes."""
    connection = HTTPConnection("127.0.0.1", mock.port, timeout=10)
    headers = {**HEADERS, "x-api-key": "k3y-never-logged", "prefer": "fault=truncated"}
    connection.request("GET", PATH + "x", headers=headers)
    response = connection.getresponse()
    with pytest.raises(IncompleteRead):
        response.read()
    connection.close()
    assert get(mock, "x").status_code == 200


def test_client_that_leaves_ends_a_timeout(mock: Served) -> None:
    """A client that gives up waiting does not keep the mock from answering others."""
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(
            mock.url + PATH + "x",
            headers={**HEADERS, "x-api-key": "k3y-never-logged", "prefer": "fault=timeout"},
            timeout=0.2,
        )
    assert get(mock, "x").status_code == 200


def test_commands_whose_bodies_take_their_time(mock: Served) -> None:
    """What is asked between a command's head and its body does not become what it is for."""
    slow = HTTPConnection("127.0.0.1", mock.port)
    slow.putrequest("PUT", "/_mock/workspaces/ws-slow/rooms/r")
    slow.putheader("content-length", "13")
    slow.endheaders()
    httpx2.delete(f"{mock.url}/_mock/workspaces/ws-other")
    get(mock, "call-abc123")
    slow.send(b'{"code": 503}')
    with slow.getresponse() as answer:
        assert json.loads(answer.read())["steps"] == [{"code": 503}]
    slow.close()


def test_journal_of_a_served_mock() -> None:
    """Over a socket too, the journal has every request: cut off, given up, and with a body."""
    with serve() as served:
        with pytest.raises(httpx2.RemoteProtocolError):
            get(served, "a", prefer="at=60, fault=truncated")
        httpx2.post(served.url + PATH + "a", headers=HEADERS, content=b"hello")
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.get(
                served.url + PATH + "a",
                headers={**HEADERS, "prefer": "fault=timeout"},
                timeout=0.2,
            )
        entries = httpx2.get(served.url + "/_mock/requests").json()["requests"]
        left, posted, cut = entries
        assert left["status"] is None and left["state"] in ("waiting", "abandoned")
        assert posted["body"] == {"text": "hello", "bytes": 5, "complete": True}
        whole = get(served, "a", prefer="at=60").text
        shown = httpx2.get(f"{served.url}/_mock/requests/{cut['number']}").json()["response"]
        assert shown["headers"]["content-length"] == str(len(whole.encode()))
        assert whole.startswith(shown["body"]["text"])
        assert shown["body"]["bytes"] == len(whole.encode()) // 2


def raw(port: int, request: bytes) -> bytes:
    """Send bytes and return the beginning of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return connection.recv(65536)


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /v2/api/active-calls/.. HTTP/1.1", 200),
        (b"GET /v2/api/active-calls/%2e%2e%2f%2e%2e HTTP/1.1", 200),
        (b"GET /v2/api/active-calls/ HTTP/1.1", 404),
        (b"GET /v2/api/active-calls//x HTTP/1.1", 404),
        (b"GET /v2/api/active-calls/\xff HTTP/1.1", 400),
        (b"GET /v2/api/active-calls/%zz HTTP/1.1", 200),
        (b"GET /v2/api/active-calls/a\x00b HTTP/1.1", 400),
        (b"GET http://elsewhere/v2/api/active-calls/x HTTP/1.1", 200),
        (b"nonsense", 400),
    ],
)
def test_raw_requests(mock: Served, request_line: bytes, status: int) -> None:
    """Odd request lines are answered, or refused with a 4xx, and nothing breaks."""
    headers = b"\r\nhost: x\r\nx-workspace-id: w\r\nx-api-key: k3y-never-logged\r\n\r\n"
    assert raw(mock.port, request_line + headers).startswith(b"HTTP/1.1 %d " % status)


def test_workers_serve_the_same_calls() -> None:
    """Every worker answers a frozen call with the same bytes, and so does another mock."""
    frozen = ("--freeze-at", "2024-06-01T10:02:25Z", "--seed", "9")
    with serve("--workers", "2", *frozen) as two, serve(*frozen) as one:
        bodies = {get(two, "call-abc123").content for _ in range(20)}
        assert bodies == {get(one, "call-abc123").content}


def test_time_scale() -> None:
    """Time runs as many times as fast."""
    with serve("--time-scale", "1000") as served, httpx2.Client(headers=HEADERS) as client:
        url = f"{served.url}{PATH}mock-greeting"  # it has a new call every minute
        ids = {client.get(url).json()["id"] for _ in range(300)}
        assert len(ids) > 1


def test_raw_utf8_in_the_path(mock: Served) -> None:
    """A path may hold UTF-8 that is not percent-encoded."""
    head = b"host: x\r\nx-workspace-id: w\r\nx-api-key: k3y-never-logged\r\n\r\n"
    answer = raw(mock.port, "GET /v2/api/active-calls/é日本 HTTP/1.1\r\n".encode() + head)
    assert '"roomName":"é日本"'.encode() in answer
