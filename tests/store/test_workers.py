"""The workers of one machine are one mock, and with a file the next one goes on with it."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx2
import pytest

from tests.mockserver.serving import COMMAND, PATH, serve
from tests.store.mocks import Mock, mock

CONNECTIONS = 8  # so that both workers have some


@pytest.mark.parametrize("journal", ["500", "0"])
def test_a_command_to_one_worker_is_seen_by_all(journal: str) -> None:
    """As soon as it is answered, over every connection."""
    with mock("--workers", "2", "--journal", journal, connections=CONNECTIONS) as (one, _):
        for number in range(12):
            room = f"call-{number}"
            assert one.statuses(room) == {200}
            assert one.end(room, number % CONNECTIONS).status_code == 200
            assert one.statuses(room) == {404}


def test_workers_count_and_journal_together() -> None:
    """The rate limit is that of the whole mock; the journal has what all were asked."""
    with mock("--workers", "2", "--rate-limit", "20/h", connections=CONNECTIONS) as (one, _):
        answers = [answer for _ in range(4) for answer in one.poll("call-a")]
        statuses = [answer.status_code for answer in answers]
        assert statuses.count(200) == 20 and statuses.count(429) == 12
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert 3500 < int(refused.headers["retry-after"]) <= 3600
        listed = one.requests()["requests"]
        assert len(listed) == 32
        numbers = [entry["number"] for entry in listed]
        assert len(set(numbers)) == 32
        times = [entry["time"] for entry in listed]
        assert times == sorted(times, reverse=True)
        assert {entry["state"] for entry in listed} == {"answered"}
        opened = one.send("GET", f"/_mock/requests/{numbers[0]}").json()
        assert opened["response"]["body"] is not None
        one.send("DELETE", "/_mock/workspaces/ws-acme")
        assert one.requests()["requests"] == []


def test_whoever_has_the_answer_finds_it_in_the_journal() -> None:
    """Also where another worker is asked right afterwards."""
    with mock("--workers", "2", connections=CONNECTIONS) as (one, _):
        for number in range(30):
            one.say(f"room-{number}", "hello", number)
            asked = one.poll(f"room-{number}")
            found = one.requests(f"?path=room-{number}&status=200")["requests"]
            assert len(found) == len(asked)


def test_an_answer_that_is_held_back_is_in_the_journal() -> None:
    """Whichever worker holds it; once it is answered, under the same number."""
    with mock("--workers", "2", connections=2) as (one, served), ThreadPoolExecutor() as pool:
        headers = {"x-workspace-id": "ws-acme", "prefer": "delay=2000"}
        held = pool.submit(httpx2.get, served.url + PATH + "slow", headers=headers, timeout=30)
        while not (waiting := one.requests("?path=slow")["requests"]):
            pass
        assert waiting[0]["state"] == "waiting"
        assert held.result().status_code == 200
        (answered,) = one.requests("?path=slow")["requests"]
        assert answered["number"] == waiting[0]["number"]
        assert answered["state"] == "answered" and answered["milliseconds"] >= 2000


def test_steps_count_the_requests_to_all_workers() -> None:
    """Of many at once, exactly as many get what was meant for so many."""
    with mock("--workers", "2", connections=CONNECTIONS) as (one, _):
        steps = {"steps": [{"code": 503, "times": 5}, {}]}
        assert one.send("PUT", "/_mock/workspaces/ws-acme/rooms/r", steps).status_code == 200
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            clients = [Mock(one.url) for _ in range(CONNECTIONS)]
            statuses = [*pool.map(lambda client: client.statuses("r"), clients * 3)]
            for client in clients:
                client.close()
        assert statuses.count({503}) == 5
        assert statuses.count({200}) == 3 * CONNECTIONS - 5


def test_one_of_two_commands_at_once_is_the_first() -> None:
    """The same call cannot be ended twice, whichever workers are told to."""
    workers = mock("--workers", "2", connections=CONNECTIONS)
    with workers as (one, _), ThreadPoolExecutor(CONNECTIONS) as pool:
        for number in range(20):
            end = partial(one.end, f"call-{number}")
            ends = [answer.status_code for answer in pool.map(end, range(6))]
            assert sorted(ends) == [200, 404, 404, 404, 404, 404]


def test_a_file_survives_a_restart(tmp_path: Path) -> None:
    """Calls go on, what was done stays done, and the journal's numbers go on."""
    store = ("--store", str(tmp_path / "store"))
    with mock(*store) as (one, _):
        before = one.poll("call-a")[0].json()
        assert one.end("call-b").status_code == 200
        one.say("call-c", "remember me")
        latest = one.requests()["latest"]
        assert latest
    with mock(*store, "--workers", "2", connections=4) as (one, served):
        after = one.poll("call-a")[0].json()
        assert after["id"] == before["id"] and after["duration"] >= before["duration"]
        assert one.statuses("call-b") == {404}
        assert all("remember me" in lines for lines in one.said("call-c"))
        assert one.requests()["requests"][0]["number"] > latest
        assert one.send("GET", "/_mock/about").json()["store"] == "file"
        assert served.process.poll() is None


def test_the_journal_survives_at_once(tmp_path: Path) -> None:
    """What was asked just before the end is there afterwards, in the order in which it came."""
    store = ("--store", str(tmp_path / "store"), "--workers", "2")
    with mock(*store, connections=4) as (one, _):
        for number in range(5):
            one.poll(f"call-{number}")
    with mock(*store) as (one, _):
        kept = one.requests("?limit=500")["requests"]
        rooms = [request["room"] for request in reversed(kept)]
    assert rooms == [f"call-{number}" for number in range(5) for _ in range(4)]


def test_another_world_is_refused(tmp_path: Path) -> None:
    """Whoever brings another seed, locale or epoch is told what the store has."""
    store = ("--store", str(tmp_path / "store"))
    with mock(*store, "--seed", "7", "--epoch", "2024-06-01T10:00:00Z") as (one, served):
        for option, value, there in (
            ("--seed", "8", "7"), ("--locale", "ja_JP", "en_US"),
            ("--epoch", "2025-06-01T10:00:00Z", "2024-06-01T10:00:00.000Z"),
        ):  # fmt: skip
            options = {"--seed": "7", option: value}
            command = [*COMMAND, "--port", "0", *store, *(w for o in options.items() for w in o)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert done.returncode == 2 and done.stderr.count("\n") == 1
            assert option in done.stderr and there in done.stderr and value[:10] in done.stderr
        with mock(*store, "--seed", "7", "--rate-limit", "9/s") as (other, warned):
            assert other.poll("x")[0].json()["id"] == one.poll("x")[0].json()["id"]
            other.end("x")
            assert one.statuses("x") == {404}
    assert any("--rate-limit" in line for line in warned.log)
    assert not any("warning" in line for line in served.log)


def test_metrics_of_workers_add_up() -> None:
    """Whichever worker is asked, the numbers are those of all; no label comes from a client."""
    with mock("--workers", "2", "--metrics", connections=CONNECTIONS) as (one, _):
        for room in ("call-a", "call-b"):
            assert one.statuses(room) == {200}
        one.poll("call-a", prefer="fault=malformed")
        one.poll("secret-room-name/x")
        for connection in range(CONNECTIONS):
            response = one.clients[connection].get("/metrics")
            assert response.headers["content-type"].startswith("text/plain")
            numbers = dict(
                line.rsplit(" ", 1) for line in response.text.splitlines() if line[0] != "#"
            )
            found = 'active_calls_mock_requests_total{operation="getActiveCall",status="200"}'
            assert float(numbers[found]) == 3 * CONNECTIONS
            assert float(numbers['active_calls_mock_faults_total{fault="malformed"}']) == 8
            assert float(numbers["active_calls_mock_store_errors_total"]) == 0
            assert "secret" not in response.text and "acme" not in response.text
        assert one.send("GET", "/readyz").json() == {"status": "ready"}


def test_without_the_extra_a_redis_is_one_line(tmp_path: Path) -> None:
    """It says what to install."""
    (tmp_path / "redis.py").write_text("raise ImportError('not installed')")
    command = [*COMMAND, "--store", "redis://127.0.0.1:1"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "active-calls[redis]" in done.stderr, done.stderr


def test_the_temporary_store_goes_with_the_mock(tmp_path: Path) -> None:
    """Nothing is left behind, and it is no other user's to read."""
    with serve("--workers", "2", TMPDIR=str(tmp_path)) as served:
        assert httpx2.get(f"{served.url}/healthz").status_code == 200
        (folder,) = tmp_path.iterdir()
        assert folder.stat().st_mode & 0o077 == 0
    assert [*tmp_path.iterdir()] == []
