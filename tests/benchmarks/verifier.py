"""What a verification costs, beside a bare ``schemathesis run`` that sends as many requests."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.benchmarks.loads import HEADERS
from tests.benchmarks.servers import mock_command
from tests.processes import Server, free_port, serving

__all__ = ["BARE", "FULL", "QUICK", "UNWATCHED", "cost"]

UNWATCHED, FULL, QUICK = "full, no watching", "full, watching 8 s", "quick, watching 8 s"
BARE = "bare Schemathesis"

_WORKSPACE, _ROOMS = "ws-acme", tuple(f"desk-{number}" for number in range(40))
_PROGRESS = re.compile(r"\s*[\d.]+ s\s+(\d+) requests\s+(.+)")
_ANSWERED = '"method":'  # what a line of the mock's access log has
# A process of its own tells what a command has used: Linux counts the memory of who starts it,
# which is this program's and large, as if it were the command's.
_USED = re.compile(r"USED ([\d.]+) (\d+)")
_TOLD = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"USED {used.ru_utime + used.ru_stime} {used.ru_maxrss}")
"""


@dataclass
class _Run:
    """One run of a command; seconds of wall and processor time, bytes, requests as served."""

    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    requests: int = 0
    phases: dict[str, float] = field(default_factory=dict)


def _run(command: Sequence[str], server: Server, folder: Path) -> _Run:
    """Run a command against the mock, and note when it says that it does something else."""
    found, before = _Run(), server.log.read_text("utf-8").count(_ANSWERED)
    began = since = time.perf_counter()
    phase = "starting"
    told = [sys.executable, "-c", _TOLD, *command]
    with subprocess.Popen(
        told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder
    ) as process:
        for line in process.stdout or ():
            if used := _USED.fullmatch(line.rstrip()):
                found.cpu, found.memory = float(used[1]), int(used[2]) * 1024
            said = _PROGRESS.fullmatch(line.rstrip())
            if said:
                now = time.perf_counter()
                found.phases[phase] = found.phases.get(phase, 0.0) + now - since
                phase, since = said[2], now
    found.seconds = time.perf_counter() - began
    found.phases[phase] = began + found.seconds - since
    found.requests = server.log.read_text("utf-8").count(_ANSWERED) - before
    return found


def _live(url: str) -> list[str]:
    """Return two rooms whose calls have just begun: some rooms have none, for minutes."""
    with httpx2.Client(base_url=url, headers=dict(HEADERS), trust_env=False) as client:
        path = "/v2/api/active-calls/{}"
        answers = {room: client.get(path.format(room)) for room in _ROOMS}
    live = {room: one.json()["duration"] for room, one in answers.items() if one.is_success}
    return sorted(live, key=lambda room: live[room])[:2]


def _verify(url: str, watch: int, profile: str) -> list[str]:
    rooms = [word for room in _live(url) for word in ("--room", room)]
    options = ["--workspace-id", _WORKSPACE, "--profile", profile, "--watch", str(watch)]
    return [sys.executable, "-m", "contracts", url, *rooms, *options]


def _bare(url: str, examples: int) -> list[str]:
    program = Path(sys.executable).with_name("schemathesis")
    options = ["--max-examples", str(examples), "--generation-database", "none", "--no-color"]
    # It ends calls as well, so it has a workspace of its own.
    header = ["-H", f"x-workspace-id: {_WORKSPACE}-bare"]
    return [str(program), "run", f"{url}/openapi.json", *header, *options]


def cost(rounds: int, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Verify the mock in every way, ``rounds`` times; return each way's runs as plain data.

    Bare Schemathesis is asked for as many examples as make it send about as many requests as the
    full profile does without watching.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    port, examples = free_port(), 400
    closed = [word for room in _ROOMS for word in ("--room", room)]
    command = [*mock_command(port), *closed]
    with serving(command, port, folder) as server:
        server.seconds_to_answer("/healthz", {}, 60)
        for number in range(1, rounds + 1):
            commands: dict[str, Callable[[], list[str]]] = {
                UNWATCHED: lambda: _verify(server.url, 0, "full"),
                BARE: lambda: _bare(server.url, examples),
                FULL: lambda: _verify(server.url, 8, "full"),
                QUICK: lambda: _verify(server.url, 8, "quick"),
            }
            for name, command_now in commands.items():
                one = command_now()
                shutil.rmtree(folder / ".hypothesis", ignore_errors=True)
                run = _run(one, server, folder)
                found.setdefault(name, []).append(asdict(run))
                rate = run.requests / run.seconds
                say(f"{number}/{rounds}  {name:20} {run.seconds:5.1f} s  {run.requests:4} requests"
                    f"  {rate:5.1f}/s  {run.memory / 1e6:4.0f} MB")  # fmt: skip
    return found
