"""``python -m tests.benchmarks.store [SECONDS]``: commands to two mocks that share a Redis.

Commands go to both, with polls beside them; printed are the rates, and whether every command that
was acknowledged is seen by both. Needs redis-server and wrk.
"""

import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import httpx2

from tests.mockserver.serving import PATH, Served, serve
from tests.processes import leave_nothing
from tests.redis_server import MISSING, RedisServer

_COMMANDS = Path(__file__).with_name("commands.lua")
_WORKSPACES, _ROOMS = 20, 100


def _load(served: Served, seconds: int, seed: int) -> tuple[subprocess.Popen[str], ...]:
    """Begin commands to a mock, and polls beside them."""
    commands = ["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", str(_COMMANDS),
                served.url, "--", str(seed)]  # fmt: skip
    polls = ["wrk", "-t1", "-c2", f"-d{seconds}s", "-H", "x-workspace-id: ws-1",
             f"{served.url}{PATH}beside"]  # fmt: skip
    return tuple(
        subprocess.Popen(one, stdout=subprocess.PIPE, text=True) for one in (commands, polls)
    )


def _seen(served: Served) -> int:
    """Return how many lines a mock knows of, in all rooms."""
    found = 0
    with httpx2.Client(base_url=served.url, timeout=60) as client:
        for workspace in range(1, _WORKSPACES + 1):
            for room in range(1, _ROOMS + 1):
                path = f"/_mock/workspaces/ws-{workspace}/rooms/room-{room}"
                found += len(client.get(path).json()["events"])
    return found


def main(seconds: int) -> None:
    """Measure and print."""
    if MISSING:
        sys.exit(MISSING)
    leave_nothing()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        redis = RedisServer(Path(folder), "--appendonly", "yes")
        running.callback(redis.kill)
        options = ("--store", redis.url, "--log-level", "warning")
        mocks = [running.enter_context(serve(*options)) for _ in range(2)]
        loads = [_load(one, seconds, seed) for seed, one in enumerate(mocks, 1)]
        outputs = [[one.communicate()[0] for one in load] for load in loads]
        acknowledged = sum(int(re.findall(r"acknowledged: (\d+)", out[0])[0]) for out in outputs)
        polls = sum(float(re.findall(r"Requests/sec:\s+([\d.]+)", out[1])[0]) for out in outputs)
        print(f"commands  {acknowledged / seconds:8.0f} acknowledged a second, of two mocks")
        print(f"polls     {polls:8.0f} a second beside them")
        for number, one in enumerate(mocks, 1):
            seen = _seen(one)
            missing = max(acknowledged - seen, 0)
            print(f"mock {number}    {seen:8} seen of {acknowledged}: {missing} are missing")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
