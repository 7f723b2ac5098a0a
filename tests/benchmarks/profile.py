"""Where the time of a request goes: by thread while it is served, and in the application alone."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import psutil
from starlette.types import ASGIApp, Message, Scope

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.benchmarks.loads import HEADERS, LOADS, Load, drive, path
from tests.benchmarks.servers import mock_command
from tests.processes import Server, free_port, serving

__all__ = ["profile"]

_START_SECONDS = 60
_WARM_UP, _REQUESTS = 10_000, 30_000
_LOOP_SECONDS = 1.0
_LOOP_STEPS = 1000


class _Done:
    """What sending returns here: nothing to wait for."""

    def __await__(self) -> "_Done":
        return self

    def __next__(self) -> None:
        raise StopIteration

    def __iter__(self) -> "_Done":
        return self


_DONE = _Done()


def _send(message: Message) -> Any:
    assert message.get("status", 200) == 200, message
    return _DONE


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _scope(room: int) -> Scope:
    target = path(room).encode()
    headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    return {
        "type": "http", "method": "GET", "path": target.decode(), "raw_path": target,
        "query_string": b"", "headers": [(b"host", b"127.0.0.1"), *headers],
    }  # fmt: skip


def _ask(app: ASGIApp, scopes: list[Scope]) -> float:
    """Return the seconds that the application takes for one request, on average."""
    began = time.perf_counter()
    for scope in scopes:
        answer = app(scope, _receive, _send)
        try:
            answer.send(None)  # type: ignore[attr-defined]  # a coroutine, which never waits
        except StopIteration:
            continue
        raise AssertionError("an ordinary request waits for nothing")
    return (time.perf_counter() - began) / len(scopes)


def _alone(load: Load, rounds: int) -> float:
    app = create_app(Settings(epoch=int(time.time())))
    seconds, first = [], 0
    for count in (_WARM_UP, *(_REQUESTS,) * rounds):
        scopes = [_scope(room % load.rooms) for room in range(first, first + count)]
        seconds.append(_ask(app, scopes))
        first += count
    return median(seconds[1:])


def _by_thread(server: Server) -> dict[str, float]:
    """Return the processor seconds of the worker's Python thread, of all others, and of wrk."""
    python = others = 0.0
    for process in server.processes()[1:]:
        for thread in process.threads():
            used = thread.user_time + thread.system_time
            if thread.id == process.pid:
                python += used
            else:
                others += used
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"python": python, "granian": others, "wrk": children.ru_utime + children.ru_stime}


def _served(load: Load, warm_up: int, seconds: int) -> dict[str, float]:
    port = free_port()
    with serving(mock_command(port), port) as server:
        server.seconds_to_answer(path(0), HEADERS, _START_SECONDS)
        first = drive(server, load.rooms, 0, warm_up).requests
        before = _by_thread(server)
        driven = drive(server, load.rooms, first, seconds)
        after = _by_thread(server)
    used = {who: (after[who] - before[who]) / driven.requests for who in before}
    return {"rate": driven.requests / driven.seconds, **used}


def _loop(result: Any) -> None:
    """Count how often a loop runs in a second; what it does needs memory and no lock."""
    end, count, kept = time.perf_counter() + _LOOP_SECONDS, 0, {}
    while time.perf_counter() < end:
        for number in range(_LOOP_STEPS):
            kept[number % 100] = str(number)
        count += 1
    result.put(count)


def _loops(number: int) -> int:
    result: Any = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_loop, args=(result,)) for _ in range(number)]
    for process in processes:
        process.start()
    done = sum(int(result.get()) for _ in processes)
    for process in processes:
        process.join()
    return done


def profile(rounds: int, warm_up: int, seconds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Return where the time of a request goes, for each load.

    ``alone`` is what the application takes by itself, in one process and with nothing beside it;
    ``python``, ``granian`` and ``wrk`` are the processor time of the threads while it is served by
    one worker; all in seconds a request, medians of ``rounds``. ``rate`` is in requests a second.
    ``loops`` is how much two processes that share nothing get done, of what one does.
    """
    loads: dict[str, Any] = {}
    for load in LOADS:
        served = [_served(load, warm_up, seconds) for _ in range(rounds)]
        found = {key: median(one[key] for one in served) for key in served[0]}
        loads[load.name] = {**found, "alone": _alone(load, rounds)}
        say(f"profile of {load.title}: {found['rate']:.0f} requests/s")
    loops = median(_loops(2) / _loops(1) for _ in range(rounds))
    return {"loads": loads, "loops": loops, "cores": psutil.cpu_count()}
