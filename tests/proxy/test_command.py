"""The command as its users start it: before a server, beside a page, to the verdict."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from tests.implementations.base import Moment, altered, base, changing
from tests.implementations.call import WORKSPACE
from tests.implementations.server import App, Request, Response, serve
from tests.proxy.running import PATH, proxy


def faulty() -> App:
    """Return a server that counts in texts."""

    def wrong(call: dict[str, Any], _: Moment) -> None:
        call["duration"] = str(call["duration"])

    return altered(base(), changing(wrong))


def without_list(request: Request) -> Response:
    """Answer as a server does that has no list of calls yet."""
    return Response(501, {}) if request.path[0] == "list" else _BASE(request)


_BASE = base()


def test_a_breach_is_told_everywhere(tmp_path: Path) -> None:
    """In the answer, in the log, on the page, in the report, and by the status."""
    with serve(faulty()) as upstream, proxy(upstream, "--report-dir", str(tmp_path)) as running:
        answer = running.get()
        assert answer.headers["active-calls-breach"] == "shape.schema"
        page, state = running.get("/_proxy/").text, running.get("/_proxy/state.json").json()
        report = running.get("/_proxy/report.html").text
        status, out = running.end()
    assert "shape.schema" in page and "violates" in page and "secret-token" not in page
    failed = [one for one in state["report"]["clauses"] if one["status"] == "failed"]
    assert [one["id"] for one in failed] == ["shape.schema"]
    assert state["exchanges"][0]["breaches"] == ["shape.schema"]
    assert state["exchanges"][0]["target"] == PATH
    assert "duration" in report
    assert "breach of shape.schema: expected duration" in running.said
    assert status == 1 and "violates" in out
    written = json.loads((tmp_path / "report.json").read_text())
    [clause] = [one for one in written["clauses"] if one["status"] == "failed"]
    assert clause["evidence"][0]["seen"].startswith("exchange 1, ")
    assert not any("secret-token" in one.read_text() for one in tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_sound_implementation_conforms(number: signal.Signals) -> None:
    """However it is ended."""
    with serve(base()) as upstream, proxy(upstream) as running:
        assert all(running.get().status_code == 200 for _ in range(5))
        status, out = running.end(number)
    assert status == 0 and "conforms" in out
    assert "5 exchanges" in out


def test_a_second_signal_makes_no_difference(tmp_path: Path) -> None:
    """The verdict is on its way, and the recording behind it."""
    options = ["--report-dir", str(tmp_path), "--record", str(tmp_path / "call.har")]
    with serve(base()) as upstream, proxy(upstream, *options) as running:
        running.get()
        running.process.send_signal(signal.SIGTERM)
        status, out = running.end(signal.SIGTERM)
    assert status == 0 and "conforms" in out
    assert (tmp_path / "report.json").exists() and (tmp_path / "call.har").exists()


def test_a_judge_that_dies_breaks_no_answer() -> None:
    """What passes goes on passing; at the end nothing can be said."""
    with serve(base()) as upstream, proxy(upstream) as running:
        assert running.get().status_code == 200
        [judge] = psutil.Process(running.process.pid).children()
        judge.kill()
        judge.wait()
        assert {running.get().status_code for _ in range(3)} == {200}
        assert running.get("/_proxy/").status_code == 503
        status, _ = running.end()
    assert status == 2 and "that says nothing of the implementation" in running.said
    assert "Traceback" not in running.said


def test_without_any_exchange_nothing_can_be_said() -> None:
    """Other paths are passed on, and do not count."""
    with serve(base()) as upstream, proxy(upstream) as running:
        assert running.get("/elsewhere").status_code == 404
        status, out = running.end()
    assert status == 3 and "inconclusive: no exchange" in out


def test_an_upstream_that_is_down_is_no_breach() -> None:
    """It is said, and the answer is the proxy's own."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with proxy(f"http://127.0.0.1:{closed.getsockname()[1]}") as running:
            answer = running.get()
            status, _ = running.end()
    assert answer.status_code == 502 and answer.headers["active-calls-proxy"] == "bad_gateway"
    assert status == 3 and "no connection could be made" in running.said


def test_the_mock_stands_in() -> None:
    """For what the upstream does not offer yet; it ends with the proxy."""
    with serve(without_list) as upstream, proxy(upstream, "--fallback", "mock") as running:
        own, board = running.get(), running.get("/v2/api/active-calls")
        assert "active-calls-proxy" not in own.headers
        assert board.headers["active-calls-proxy"] == "fallback"
        assert board.json()["count"] > 3
        status, out = running.end()
    assert status == 0 and "1 exchanges" in out  # what the fallback says is not judged


def test_the_pages_are_for_this_machine() -> None:
    """A name that leads here makes no other site a reader."""
    with serve(base()) as upstream, proxy(upstream) as running:
        assert running.get("/_proxy/", host="evil.example").status_code == 403
        assert running.get("/_proxy/", host="localhost:4020").status_code == 200
        assert running.get("/_proxy/nothing").status_code == 404
        assert httpx2.head(f"{running.url}/_proxy/", trust_env=False).status_code == 200
        assert httpx2.post(f"{running.url}/_proxy/", trust_env=False).status_code == 405


def mistake(*arguments: str) -> tuple[int, str]:
    """Return how the command ends that cannot begin."""
    done = subprocess.run(
        [sys.executable, "-m", "contracts.proxy", *arguments], capture_output=True, text=True
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--upstream: missing"),
        (["--upstream", "ftp://a"], "--upstream: expected http://HOST"),
        (["--upstream", "http://a/v2/api/active-calls/r"], "--upstream: expected the part before"),
        (["--upstream", "http://a", "--fallback", "wiremock"], "--fallback: expected http://HOST"),
        (["--upstream", "http://a", "--timeout", "0"], "--timeout: expected more than 0"),
        (["--upstream", "http://a", "--only", "nonsense"], "--only: no clause is called"),
        (["--upstream", "https://a", "--ca", "lost.pem"], "--ca: "),
        (["--upstream", "http://a", "--ca", ""], "--ca: expected a value, got an empty one"),
        (["--upstream", "http://a", "--record", ""], "--record: expected a value"),
        (["--upstream", "http://a", "--fallback", ""], "--fallback: expected a value"),
        (["--upstream", "http://a", "--baseline", "lost.json"], "--baseline: "),
        (["--upstream", "http://a", "--host", "203.0.113.9"], "--port: cannot listen on"),
    ],
)
def test_a_mistake_is_one_line(arguments: Sequence[str], words: str) -> None:
    """With status 2."""
    status, said = mistake(*arguments)
    assert (status, words in said, said.count("\n")) == (2, True, 1), said


def test_a_port_that_is_taken_is_one_line() -> None:
    """With status 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        status, said = mistake("--upstream", "http://127.0.0.1:1", "--port", port)
    assert status == 2 and "--port: cannot listen on 127.0.0.1" in said


def test_an_exchange_has_one_number(tmp_path: Path) -> None:
    """On the page, and in the evidence of what it breaks."""
    with serve(faulty()) as upstream, proxy(upstream, "--report-dir", str(tmp_path)) as running:
        assert {running.get("/elsewhere").status_code for _ in range(5)} == {404}
        running.get()
        [one] = [
            one
            for one in running.get("/_proxy/state.json").json()["exchanges"]
            if one["target"] == PATH
        ]
        running.end()
    report = json.loads((tmp_path / "report.json").read_text())
    [found] = [one for one in report["clauses"] if one["id"] == "shape.schema"]
    assert one["number"] == 6
    assert found["evidence"][0]["seen"].startswith("exchange 6, ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_recording_that_finds_no_space_is_one_line(tmp_path: Path) -> None:
    """The verdict is told, and is not the status."""
    file = tmp_path / "call.har"
    file.symlink_to("/dev/full")
    with serve(faulty()) as upstream, proxy(upstream, "--record", str(file)) as running:
        running.get()
        status, out = running.end()
    assert status == 2 and "violates" in out
    assert running.said.endswith(
        f"error: --record: '{file}' cannot be written: No space left on device\n"
    )


@pytest.mark.parametrize("personal", [True, False])
def test_what_has_passed_is_kept_without_what_must_not_leave(
    tmp_path: Path, personal: bool
) -> None:
    """And is a recording like any other."""
    file = tmp_path / "call.har"
    options = ["--record", str(file), *([] if personal else ["--keep-personal-data"])]
    with serve(base()) as upstream, proxy(upstream, *options) as running:
        for _ in range(3):
            running.get()
        assert running.get("/elsewhere?token=secret-token-4711").status_code == 404
        status, _ = running.end()
    kept = file.read_text()
    assert status == 0 and "recorded 4 exchanges" in running.said
    assert "secret-token" not in kept and WORKSPACE not in kept
    assert ("Ada Example" in kept) != personal
    done = subprocess.run(
        [sys.executable, "-m", "contracts", "--traffic", str(file)], capture_output=True, text=True
    )
    assert done.returncode == 0 and "3 exchanges" in done.stdout
