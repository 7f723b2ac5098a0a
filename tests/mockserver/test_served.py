"""The command as it is used: started, polled over a socket, stopped."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path

import httpx
import pytest

PATH = "/v2/api/active-calls/"
HEADERS = {"x-workspace-id": "ws-acme"}
COMMAND = [sys.executable, "-m", "mockserver"]


class Served:
    """A running mock: its URL, what it printed, and its process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None and process.stderr is not None
        banner = [process.stdout.readline() for _ in range(6)]
        self.banner = "".join(banner)
        self.url = re.findall(r"http://[^/]+", self.banner)[0]
        self.port = int(self.url.rpartition(":")[2])
        self.log: list[str] = []
        # Read as it comes, so that the pipe never fills up.
        self._reader = threading.Thread(target=lambda: self.log.extend(process.stderr or ()))
        self._reader.start()

    def stop(self) -> int:
        """Ask the mock to stop and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self._reader.join(30)
        return status


@contextmanager
def serve(*options: str, **environment: str) -> Iterator[Served]:
    """Start the command on a free port."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    served = Served(process)
    try:
        yield served
    finally:
        if process.poll() is None:
            served.stop()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    """One mock for the tests that change nothing about it."""
    with serve("--api-key", "k3y-never-logged") as served:
        yield served


def get(served: Served, room: str, **headers: str) -> httpx.Response:
    """Ask for a room's call."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    key = {"x-api-key": "k3y-never-logged"}
    return httpx.get(served.url + PATH + room, headers={**HEADERS, **key, **named}, timeout=30)


def test_printed_curl_line_works() -> None:
    """The line that the mock prints can be pasted, and shows a call."""
    with serve() as served:
        (line,) = (line for line in served.banner.splitlines() if "curl" in line)
        output = subprocess.run(shlex.split(line), capture_output=True, check=True).stdout
        assert json.loads(output)["roomName"] == "call-abc123"
        assert httpx.get(served.url + "/docs/").status_code == 200
        assert served.stop() == 0


def test_log_is_one_line_of_json_a_request() -> None:
    """Each request is logged with what matters and without secrets."""
    with serve("--api-key", "other-k3y") as served:
        httpx.get(
            served.url + PATH + "a%0Ab?token=hidden",
            headers={b"x-api-key": b"x", b"x-workspace-id": b"ws\x9b31m"},
        )
        httpx.get(
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
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(
            mock.url + PATH + "x",
            headers={**HEADERS, "x-api-key": "k3y-never-logged", "prefer": "fault=timeout"},
            timeout=0.2,
        )
    assert get(mock, "x").status_code == 200


def test_journal_of_a_served_mock() -> None:
    """Over a socket too, the journal has every request: cut off, given up, and with a body."""
    with serve() as served:
        with pytest.raises(httpx.RemoteProtocolError):
            get(served, "a", prefer="at=60, fault=truncated")
        httpx.post(served.url + PATH + "a", headers=HEADERS, content=b"hello")
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(
                served.url + PATH + "a",
                headers={**HEADERS, "prefer": "fault=timeout"},
                timeout=0.2,
            )
        entries = httpx.get(served.url + "/_mock/requests").json()["requests"]
        left, posted, cut = entries
        assert left["status"] is None and left["state"] in ("waiting", "abandoned")
        assert posted["body"] == {"text": "hello", "bytes": 5, "complete": True}
        whole = get(served, "a", prefer="at=60").text
        shown = httpx.get(f"{served.url}/_mock/requests/{cut['number']}").json()["response"]
        assert shown["headers"]["content-length"] == str(len(whole.encode()))
        assert whole.startswith(shown["body"]["text"])
        assert shown["body"]["bytes"] == len(whole.encode()) // 2


def test_several_workers_keep_no_journal() -> None:
    """A list of what one of several processes has seen would mislead, so there is none."""
    with serve("--workers", "2") as served:
        response = httpx.get(served.url + "/_mock/requests")
        assert response.status_code == 404
        assert "--workers" in response.json()["error"]["message"]
        assert httpx.get(served.url + "/").status_code == 200


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
    with serve("--time-scale", "1000") as served:
        ids = {get(served, "mock-greeting").json()["id"] for _ in range(300)}
        assert len(ids) > 1


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *options],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "x"], ["--port", "'x'"]),
        (["--port", "99999"], ["--port", "65535"]),
        (["--host", "nowhere.invalid"], ["--host", "nowhere.invalid"]),
        (["--freeze-at", "yesterday"], ["--freeze-at", "2024-06-01T10:02:25Z"]),
        (["--epoch", "2024-06-01T10:02:25"], ["--epoch", "2024-06-01T10:02:25Z"]),
        (["--epoch", "2024-06-01"], ["--epoch", "offset"]),
        (["--freeze-at", "9999-12-31T23:59:59Z"], ["--freeze-at", "2100"]),
        (["--freeze-at", "0001-01-01T00:00:00+14:00"], ["--freeze-at", "1970"]),
        (["--host", "192.0.2.1"], ["--host", "192.0.2.1"]),
        (["--time-scale", "0"], ["--time-scale"]),
        (["--time-scale", "nan"], ["--time-scale"]),
        (["--locale", "xx"], ["--locale", "en_US"]),
        (["--rate-limit", "many"], ["--rate-limit", "60/m"]),
        (["--rate-limit", "60/m", "--workers", "2"], ["--rate-limit", "--workers"]),
        (["--freeze-at", "2024-06-01T10:02:25Z", "--time-scale", "2"], ["--freeze-at"]),
        (["--room", "ws/"], ["--room", "ws/"]),
        (["--scenarios", "nowhere.yaml"], ["nowhere.yaml", "No such file"]),
        (["--log-level", "loud"], ["--log-level", "info"]),
        (["--workers", "0"], ["--workers"]),
        (["--journal", "-1"], ["--journal"]),
        (["--journal", "9", "--workers", "2"], ["--journal", "--workers 1"]),
        (["--api-key", ""], ["--api-key"]),
        (["--nonsense"], ["--nonsense"]),
        (["extra"], ["extra"]),
    ],
)
def test_mistake_is_one_line_and_status_2(options: list[str], words: list[str]) -> None:
    """A mistake names the option and what would be right, in one line."""
    done = run(*options)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words), done.stderr
    assert done.stdout == ""


def test_environment_stands_in_for_options() -> None:
    """Each option can be given in the environment; a mistake there is one line too."""
    done = run(ACTIVE_CALLS_MOCK_PORT="x")
    assert done.returncode == 2
    assert "'x'" in done.stderr
    with serve(ACTIVE_CALLS_MOCK_ROOM="lobby ws-a/desk") as served:
        assert get(served, "lobby").status_code == 200
        assert get(served, "call-abc123").status_code == 404


def test_host_may_be_a_name() -> None:
    """A host name is looked up."""
    with serve("--host", "localhost") as served:
        assert get(served, "x").status_code == 200


def test_scenarios_may_come_from_a_pipe(tmp_path: Path) -> None:
    """The file is read once, so that it can be a pipe, and may change while the mock runs."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    text = "scenarios: {own: {description: x, call: {customerName: Ada}}}"
    writer = threading.Thread(target=lambda: pipe.write_text(text))
    writer.start()
    with serve("--scenarios", str(pipe), "--workers", "2") as served:
        writer.join(30)
        names = {get(served, "mock-own").json()["customerName"] for _ in range(10)}
    assert names == {"Ada"}


def test_raw_utf8_in_the_path(mock: Served) -> None:
    """A path may hold UTF-8 that is not percent-encoded."""
    head = b"host: x\r\nx-workspace-id: w\r\nx-api-key: k3y-never-logged\r\n\r\n"
    answer = raw(mock.port, "GET /v2/api/active-calls/é日本 HTTP/1.1\r\n".encode() + head)
    assert '"roomName":"é日本"'.encode() in answer


def test_taken_port_is_one_line(mock: Served) -> None:
    """A port that is in use is named."""
    done = run("--port", str(mock.port))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"--port {mock.port}" in done.stderr


def test_help_explains_every_option() -> None:
    """The help names each option with its default."""
    output = run("--help").stdout
    for option in ("host", "port", "seed", "epoch", "freeze-at", "time-scale", "locale", "api-key",
                   "rate-limit", "room", "scenarios", "workers", "journal",
                   "no-console", "log-level"):  # fmt: skip
        assert f"--{option}" in output
    assert output.count("default") >= 10
