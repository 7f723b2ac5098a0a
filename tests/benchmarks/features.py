"""What each feature of the mock costs who uses it, and those who do not: on and off in one run."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import httpx2

from tests.benchmarks.loads import HEADERS, drive, path, pinned
from tests.benchmarks.servers import mock_command
from tests.benchmarks.tables import table
from tests.processes import Server, free_port, serving
from tests.redis_server import MISSING, RedisServer

__all__ = ["feature_table", "features", "first_requests", "locale_table"]

Say = Callable[[str], None]
_START_SECONDS = 60
_ROOMS = 5_000
_DIRECTED = 100  # rooms in which somebody has made something happen
_AS_IT_COMES = "as it comes"
_LOCALES = ("en_US", "es_ES", "fr_FR", "ja_JP", "sv_SE")

_SCENARIOS = """\
scenarios:
  mine:
    description: Somebody's own.
    call: {customerName: Ada Example}
"""


def _options(folder: Path, redis: str | None) -> Mapping[str, tuple[str, ...]]:
    """Return the options of each feature; its file goes to ``folder``."""
    own = folder / "own.yaml"
    own.write_text(_SCENARIOS, "utf-8")
    shared = {"shared state: Redis": ("--store", redis)} if redis else {}
    return {
        _AS_IT_COMES: (),
        "the same once more": (),
        "no access log": ("--log-level", "warning"),
        "no journal": ("--journal", "0"),
        "no board": ("--fleet", "0"),
        "no console": ("--no-console",),
        "API key": ("--api-key", HEADERS["x-api-key"]),
        "rate limit": ("--rate-limit", "1000000/s"),
        "metrics": ("--metrics",),
        "own scenarios": ("--scenarios", str(own)),
        "shared state: a file": ("--store", str(folder / "state.sqlite")),
        **shared,
        "100 rooms directed": (),
    }


def _direct(server: Server) -> None:
    """Let a line be said in some of the rooms."""
    with httpx2.Client(base_url=server.url) as client:
        for room in range(_DIRECTED):
            name = path(room).rpartition("/")[2]
            events = f"/_mock/workspaces/{HEADERS['x-workspace-id']}/rooms/{name}/events"
            said = {"type": "say", "role": "customer", "content": "One moment, please."}
            client.post(events, json=said).raise_for_status()


def _measured(
    name: str, options: tuple[str, ...], folder: Path, warm_up: int, seconds: int
) -> dict[str, float]:
    port = free_port()
    with serving(pinned(mock_command(port, *options), 0), port, folder) as server:
        server.seconds_to_answer(path(0), HEADERS, _START_SECONDS)
        if "directed" in name:
            _direct(server)
        drive(server, _ROOMS, 0, warm_up, core=1)
        driven = drive(server, _ROOMS, 0, seconds, core=1)
    assert not driven.errors, f"{name}: {driven.errors} errors"
    return {"rate": driven.requests / driven.seconds, "cpu": driven.cpu / driven.requests}


def features(
    rounds: int, warm_up: int, seconds: int, folder: Path, say: Say
) -> dict[str, list[dict[str, float]]]:
    """Return by feature, for each round, requests a second and CPU seconds a request."""
    with ExitStack() as running:
        redis = None
        if not MISSING:
            store = RedisServer(folder)
            running.callback(store.kill)
            redis = store.url
        found: dict[str, list[dict[str, float]]] = {}
        for number in range(1, rounds + 1):
            for name, options in _options(folder, redis).items():
                one = _measured(name, options, folder, warm_up, seconds)
                found.setdefault(name, []).append(one)
                say(f"{number}/{rounds}  {name:30}{one['cpu'] * 1e6:6.1f} us of CPU a request")
    return found


def first_requests(rounds: int, folder: Path) -> dict[str, list[float]]:
    """Return by locale, for each start of a mock, the CPU seconds that its first request takes."""
    found: dict[str, list[float]] = {name: [] for name in _LOCALES}
    for _ in range(rounds):
        port = free_port()
        with serving(mock_command(port, "--fleet", "0"), port, folder) as server:
            server.seconds_to_answer("/healthz", HEADERS, _START_SECONDS)
            for name in _LOCALES:
                before = _precisely(server)
                headers = {**HEADERS, "prefer": f"locale={name}"}
                httpx2.get(server.url + path(0), headers=headers).raise_for_status()
                found[name].append(_precisely(server) - before)
    return found


def _precisely(server: Server) -> float:
    """Return the CPU seconds of a server's threads; what psutil knows is in hundredths."""
    files = (
        file
        for process in server.processes()
        for file in Path(f"/proc/{process.pid}/task").glob("*/schedstat")
    )
    return sum(int(file.read_text("ascii").split()[0]) for file in files) / 1e9


def feature_table(found: Mapping[str, list[Mapping[str, float]]]) -> list[str]:
    """Return the table of what ``features`` has found."""
    base, rows = found[_AS_IT_COMES], []
    for name, rounds in found.items():
        pairs = list(zip(rounds, base, strict=True))
        ratio = median(one["cpu"] / other["cpu"] for one, other in pairs)
        more = median(one["cpu"] - other["cpu"] for one, other in pairs) * 1e6
        cpu = median(one["cpu"] for one in rounds) * 1e6
        rate = median(one["rate"] / other["rate"] for one, other in pairs)
        rows.append([name, f"{cpu:.0f}", f"{more:+.0f}", f"{ratio:.2f}", f"{rate:.2f}"])
    head = ["feature", "CPU µs a request", "more", "x as it comes", "requests/s x as it comes"]
    note = (
        "Over 5,000 rooms in turn, one core for the mock and one for wrk, each in a mock of its own"
        " in every round. What differs between a mock as it comes and the same once more is chance."
    )
    return ["## What each feature costs", "", note, "", *table(head, rows)]


def locale_table(found: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the table of what ``first_requests`` has found."""
    rows = [[name, f"{median(seconds) * 1000:.0f}"] for name, seconds in found.items()]
    note = "A locale's first request to a mock that has just started; the default's is the first."
    return ["## The first request of a locale", "", note, "", *table(["locale", "CPU ms"], rows)]
