"""The log is written behind the answers: none waits for it, and none is missing from it."""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import httpx2
import psutil

from tests.mockserver.serving import COMMAND, HEADERS, PATH
from tests.processes import started

CONNECTIONS = 32  # so that both workers have some
_PIPE_BYTES = 64 * 1024
_WAITING_BYTES = 8 * 1024 * 1024
_LONG = "r" * 6000


@contextmanager
def served(log: IO[bytes] | int, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a mock whose standard error goes to ``log``; yield its process and its URL."""
    command = [*COMMAND, "--port", "0", *options]
    with started(command, stdout=subprocess.PIPE, stderr=log) as process:
        assert process.stdout is not None
        (url,) = re.findall(r"http://[^/]+", process.stdout.readline())
        yield process, url


def ask(url: str, times: int, room: str = "r") -> None:
    """Send so many requests, each of which is answered."""
    with httpx2.Client(base_url=url, headers=HEADERS) as client:
        for _ in range(times):
            assert client.get(PATH + room).status_code < 500


def asked(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes of a mock that somebody has a connection to."""
    return [
        one.pid
        for one in psutil.Process(process.pid).children(recursive=True)
        if any(each.status == psutil.CONN_ESTABLISHED for each in one.net_connections())
    ]


def lines(text: bytes) -> list[dict[str, object]]:
    """Return the lines of a log."""
    return [json.loads(line) for line in text.splitlines()]


def test_no_line_is_lost_at_the_end(tmp_path: Path) -> None:
    """At SIGTERM the log has every request, also of two workers."""
    path = tmp_path / "log"
    with (
        path.open("wb") as file,
        served(file, "--workers", "2") as (process, url),
        ExitStack() as open_,
    ):
        clients = [open_.enter_context(httpx2.Client(base_url=url)) for _ in range(CONNECTIONS)]
        for client in clients * 10:
            assert client.get(f"{PATH}r", headers=HEADERS).status_code == 200
        assert len(asked(process)) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert [line["status"] for line in lines(path.read_bytes())] == [200] * 10 * CONNECTIONS


def test_lines_come_while_the_mock_runs(tmp_path: Path) -> None:
    """What has been logged is there soon, whatever becomes of the mock."""
    path = tmp_path / "log"
    with path.open("wb") as file, served(file) as (process, url):
        ask(url, 1)
        while not path.stat().st_size:
            assert process.poll() is None  # which it is not for ever: see `started`
    (line,) = lines(path.read_bytes())
    assert (line["path"], line["level"]) == (PATH + "r", "info")


def test_nobody_waits_for_who_reads_the_log() -> None:
    """With a full pipe, answers come as ever; who reads later is told what is not there."""
    requests = 2 * (_WAITING_BYTES + _PIPE_BYTES) // len(_LONG)
    with served(subprocess.PIPE) as (process, url):
        ask(url, requests, _LONG)
        assert process.stderr is not None
        told, missed = 0, 0
        while not missed:
            line = json.loads(process.stderr.readline())
            told += line["level"] == "info"
            missed = int(re.sub(r"\D", "", str(line.get("message", "0"))))
        assert told + missed == requests and told * len(_LONG) > _WAITING_BYTES * 0.9
        ask(url, 1)
        assert json.loads(process.stderr.readline())["path"] == PATH + "r"


def test_workers_take_turns_with_long_lines() -> None:
    """Lines that a pipe takes in parts are whole, whoever else waits to write there."""
    room = "r" * 60_000
    with served(subprocess.PIPE, "--workers", "4") as (process, url):
        for _ in range(40):  # each on a connection of its own
            ask(url, 1, room)
        assert process.stderr is not None
        told = [json.loads(process.stderr.readline()) for _ in range(40)]
    assert [line["path"] for line in told] == [PATH + room] * 40


def test_a_full_pipe_holds_up_no_end() -> None:
    """Neither does it keep the mock from ending."""
    with served(subprocess.PIPE) as (process, url):
        ask(url, 4 * _PIPE_BYTES // len(_LONG), _LONG)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_mock_without_standard_error_answers() -> None:
    """Where its number is somebody else's, nothing is written there."""
    command = ["sh", "-c", 'exec "$@" 2>&-', "sh", *COMMAND, "--port", "0"]
    with started(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        (url,) = re.findall(r"http://[^/]+", process.stdout.readline())
        ask(url, 3)
        process.terminate()
        assert process.wait(30) == 0
