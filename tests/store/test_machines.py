"""Mocks on several machines that share a Redis are one mock."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from tests.mockserver.serving import PATH, Served
from tests.redis_server import MISSING, RedisServer
from tests.store.machines import Network, why_not
from tests.store.mocks import Mock, mock, several

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING or "-")

DURABLE = ("--appendonly", "yes", "--appendfsync", "no")  # a killed process loses nothing
FORGETFUL = ("--save", "", "--appendonly", "no")
UNREACHED = "the store cannot be reached"


@pytest.fixture
def redis(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """A Redis that the test may harm."""
    server = RedisServer(tmp_path, *getattr(request, "param", DURABLE))
    yield server
    server.kill()


def test_two_machines_behind_nginx(tmp_path: Path) -> None:
    """Through one address nobody can tell that there are two, whichever is asked."""
    if reason := why_not():
        pytest.skip(reason)
    with ExitStack() as running:
        network = running.enter_context(Network(tmp_path))
        redis = RedisServer(tmp_path, *DURABLE, host=f"{network.subnet}.1")
        running.callback(redis.kill)
        options = ("--workers", "2", "--rate-limit", "200/h", "--log-level", "warning")
        machines = [
            running.enter_context(network.mock(number, redis.url, *options)) for number in (2, 3)
        ]
        front = Mock(running.enter_context(network.nginx(machines)), 4)
        each = [Mock(url, 2) for url in machines]
        for one in (front, *each):
            running.callback(one.close)
        bodies = [answer.json() for one in (front, *each) for answer in one.poll("call-a")]
        assert len({body["id"] for body in bodies}) == 1
        durations = [body["duration"] for body in bodies]
        assert durations == sorted(durations)
        for number in range(10):
            room = f"call-{number}"
            assert several(each, room) == {200}
            assert front.end(room, number % 4).status_code == 200
            assert several([*each, front], room) == {404}
        front.say("call-x", "hello")
        assert all("hello" in lines for one in each for lines in one.said("call-x"))
        counted = front.requests("?limit=1000")
        numbers = [entry["number"] for entry in counted["requests"]]
        assert len(set(numbers)) == len(numbers)
        asked = sum(entry["path"].startswith(PATH) for entry in counted["requests"])
        assert asked == len(bodies) + 10 * (4 + 1 + 8) + 4
        left = [answer.status_code for one in each for _ in range(20) for answer in one.poll("r")]
        assert left.count(200) == 200 - asked and left.count(429) == 80 - left.count(200)


@pytest.mark.parametrize("redis", [DURABLE, FORGETFUL], indirect=True, ids=["kept", "lost"])
def test_a_redis_is_killed_and_comes_back(redis: RedisServer) -> None:
    """Meanwhile calls are shown and nothing can be changed; then all goes on, without a restart."""
    store = ("--store", redis.url, "--metrics")
    with mock(*store, "--workers", "2", connections=4) as (one, first), mock(*store) as (two, _):
        assert one.end("call-a").status_code == 200
        assert two.end("call-b").status_code == 200
        assert several([one, two], "call-a") == several([one, two], "call-b") == {404}
        redis.kill()
        assert several([one, two], "call-c") == {200}
        assert several([one, two], "call-a") == {404}
        refused = one.end("call-c")
        assert refused.status_code == 503 and int(refused.headers["retry-after"]) >= 1
        assert set(refused.json()["error"]) == {"code", "message"}
        assert str(redis.port) not in refused.text
        assert several([one, two], "call-c") == {200}
        assert one.send("GET", "/readyz").status_code == 503
        assert one.send("GET", "/healthz").status_code == 200
        assert "store_errors_total 0.0" not in one.send("GET", "/metrics").text
        redis.start()
        while one.send("GET", "/readyz").status_code + two.send("GET", "/readyz").status_code > 400:
            pass
        assert several([one, two], "call-a") == several([one, two], "call-b") == {404}
        while one.end("call-c").status_code == 503:
            pass
        assert several([one, two], "call-c") == {404}
        assert one.requests("?path=call-c")["requests"]
        assert first.process.poll() is None
    told = [line for line in first.log if "the store can" in line]
    # A line when it goes and one when it comes, of each of two workers. Where much else goes on, it
    # may seem to go twice.
    assert 2 <= len(told) <= 8, told


def ended(machine: Mock, room: str) -> None:
    """End a call, as soon as the machine can; one that was refused may have been kept."""
    while (answer := machine.end(room)).status_code == 503:
        pass
    assert answer.status_code in (200, 404)


def told(words: str, least: int, *machines: Served) -> int:
    """Return how often the logs have the words; wait until that is ``least`` times."""
    until = time.monotonic() + 5  # a line is written a little later
    while (found := sum(words in line for one in machines for line in one.log)) < least:
        assert time.monotonic() < until, f"the logs have {words!r} {found} times"
        time.sleep(0.01)
    return found


@pytest.mark.parametrize("redis", [FORGETFUL], indirect=True)
def test_a_redis_comes_back_with_an_older_state(redis: RedisServer) -> None:
    """What one machine was told before, and the other one since, has both been done."""
    store = ("--store", redis.url)
    with mock(*store) as (one, first), mock(*store) as (two, second):
        for number in range(3):
            outages = told(UNREACHED, 0, first, second)
            before, since = f"before-{number}", f"since-{number}"
            assert several([one, two], before) == {200}
            redis.command("SAVE")
            ended(one, before)
            redis.kill()
            redis.start()
            ended(two, since)
            while one.send("GET", "/readyz").status_code == 503:
                assert one.statuses(before) == {404}
            for room in (before, since):
                while several([one, two], room) != {404}:
                    # Redis let one of them wait for too long, so that it went on with what it knew.
                    outages = told(UNREACHED, outages + 1, first, second)
        rooms = [f"{when}-{number}" for when in ("before", "since") for number in range(3)]
        assert all(several([one, two], room) == {404} for room in rooms)
    lost = [line for line in [*first.log, *second.log] if "has lost the latest" in line]
    assert len(lost) == 3, lost


def test_a_password_is_never_told(tmp_path: Path) -> None:
    """It is in no log, no error and no page, also while Redis is down."""
    redis = RedisServer(tmp_path, "--requirepass", "s3cret-pass")
    url = f"redis://:s3cret-pass@127.0.0.1:{redis.port}/0"
    try:
        with mock("--store", url, "--log-level", "debug", "--metrics") as (one, served):
            texts = [one.send("GET", path).text for path in ("/_mock/about", "/metrics")]
            assert one.end("call-a").status_code == 200
            redis.kill()
            texts += [one.end("call-b").text, one.send("GET", "/readyz").text]
        assert not any("s3cret" in text for text in [*texts, served.banner, *served.log])
    finally:
        redis.kill()


@pytest.mark.parametrize("redis", [FORGETFUL], indirect=True)
def test_thousands_of_commands_are_all_visible(redis: RedisServer) -> None:
    """With polls beside them, each one that was acknowledged is seen by every machine."""
    store = ("--store", redis.url, "--workers", "2", "--journal", "0", "--log-level", "warning")
    commands, rooms = 1200, 40
    with mock(*store) as (one, _), mock(*store) as (two, _):
        over = threading.Event()
        polls: list[int] = []

        def poll(url: str) -> None:
            with httpx2.Client(base_url=url, headers={"x-workspace-id": "ws-acme"}) as client:
                while not over.is_set():
                    polls.append(client.get(f"{PATH}beside").status_code)

        def command(numbers: range) -> list[tuple[str, str]]:
            acknowledged = []
            with httpx2.Client(base_url=(one, two)[numbers[0] % 2].url, timeout=30) as client:
                for number in numbers:
                    room, content = f"room-{number % rooms}", f"line {number}"
                    path = f"/_mock/workspaces/ws-acme/rooms/{room}/events"
                    event = {"type": "say", "role": "agent", "content": content}
                    if client.post(path, json=event).status_code == 201:
                        acknowledged.append((room, content))
            return acknowledged

        with ThreadPoolExecutor(10) as pool:
            beside = [pool.submit(poll, machine.url) for machine in (one, two)]
            parts = [range(start, commands, 8) for start in range(8)]
            said = [pair for part in pool.map(command, parts) for pair in part]
            over.set()
            for future in beside:
                future.result()
        assert len(said) == commands
        assert polls and set(polls) == {200}
        for machine in (one, two):
            rooms_said = {room: machine.said(room)[0] for room, _ in said}
            assert all(content in rooms_said[room] for room, content in said)


def test_a_poll_takes_one_trip(redis: RedisServer) -> None:
    """As Redis counts them: its client, and not the server's inside, sends one command a poll."""
    with mock("--store", redis.url, "--journal", "0") as (one, _):
        one.poll("call-a")
        before, seconds = redis.calls("evalsha"), time.monotonic()
        for _ in range(100):
            one.poll("call-a")
        others = 2 + (time.monotonic() - seconds)  # that it was seen, and what is read regularly
        assert 100 <= redis.calls("evalsha") - before <= 100 + others
