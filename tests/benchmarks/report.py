"""What was measured as tables: medians over the rounds, and ratios of the same round."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.benchmarks.features import feature_table, locale_table
from tests.benchmarks.loads import LOADS, Load
from tests.benchmarks.servers import FLOOR, FLOOR_TWICE, MOCK, QUIET, STEADY, TWO_WORKERS
from tests.benchmarks.tables import table
from tests.benchmarks.verifier import BARE, FULL, QUICK, UNWATCHED

__all__ = ["document"]

_Rounds = list[dict[str, Any]]
_MEGA = 1e6


def _middle(rounds: _Rounds, load: str, key: str) -> float:
    return median(float(one[load][key]) for one in rounds)


def _ratio(rounds: _Rounds, others: _Rounds, load: str, key: str = "rate") -> float:
    """Return the median ratio of the same round, so that a noisy minute hurts both."""
    pairs = zip(rounds, others, strict=True)
    return median(float(one[load][key]) / float(other[load][key]) for one, other in pairs)


def _load(load: Load, servers: Mapping[str, Any]) -> list[str]:
    bases = [name for name in (STEADY, FLOOR) if name in servers]
    beside = bases[:1]
    late = [
        word for p in ("p50", "p99") for word in (f"{p} ms", *(f"{p} x {one}" for one in beside))
    ]
    head = ["server", "requests/s", *(f"x {name}" for name in bases), *late, "CPU µs a request"]
    rows = []
    for name, server in servers.items():
        rounds = server["rounds"]
        ratios = [f"{_ratio(rounds, servers[base]['rounds'], load.name):.2f}" for base in bases]
        late = []
        for key in ("p50", "p99"):
            late.append(f"{_middle(rounds, load.name, key) * 1000:.2f}")
            late += [
                f"{_ratio(rounds, servers[one]['rounds'], load.name, key):.2f}" for one in beside
            ]
        cpu = f"{_middle(rounds, load.name, 'cpu') * _MEGA:.0f}"
        failed = sum(one[load.name]["errors"] for one in rounds)
        rate = f"{_middle(rounds, load.name, 'rate'):,.0f}" + (f" ({failed} errors)" * bool(failed))
        rows.append([name, rate, *ratios, *late, cpu])
    return [f"## {load.title.capitalize()}", "", *table(head, rows)]


def _servers(servers: Mapping[str, Any]) -> list[str]:
    rows = []
    for name, server in servers.items():
        start, memory, body = (
            median(one[key] for one in server["rounds"]) for key in ("start", "memory", "body")
        )
        rows.append([name, server["version"], server["what"], f"{start:.2f}",
                     f"{memory / _MEGA:.0f}", f"{body:.0f}"])  # fmt: skip
    head = ["server", "version", "how", "first answer s", "peak memory MB", "body bytes"]
    return ["## The servers", "", *table(head, rows, texts=3)]


def _busy(load: Mapping[str, float]) -> float:
    """Return how many processor cores server and wrk keep busy together."""
    return load["rate"] * (load["python"] + load["granian"] + load["wrk"])


def _profile(profile: Mapping[str, Any]) -> list[str]:
    rows = []
    for load in LOADS:
        found = profile["loads"][load.name]
        cells = (f"{found[key] * _MEGA:.0f}" for key in ("alone", "python", "granian", "wrk"))
        python, busy = found["rate"] * found["python"], _busy(found)
        rows.append([load.title, f"{found['rate']:,.0f}", *cells, f"{python:.2f}", f"{busy:.2f}"])
    head = ["load", "requests/s", "application alone", "Python thread", "Granian's threads", "wrk",
            "Python thread busy", "cores busy"]  # fmt: skip
    note = (
        "Processor time of one worker, in µs a request. The application alone is called in one"
        " process with nothing beside it; the threads are measured while wrk drives the mock. The"
        " difference between the first two is what handing a request over costs Python, and what"
        " threads that are busy at the same time slow each other down."
    )
    return ["## Where the time goes", "", note, "", *table(head, rows),
            f"Two loops that share nothing get {profile['loops']:.2f} times as much done as one, on"
            f" the {profile['cores']} cores of this machine.", ""]  # fmt: skip


def _reasons(servers: Mapping[str, Any], profile: Mapping[str, Any]) -> list[str]:
    """Return what bounds the rates, in sentences."""
    rounds = {name: server["rounds"] for name, server in servers.items()}
    _, known, new = (profile["loads"][load.name] for load in LOADS)
    floor = _middle(rounds[FLOOR], "rooms", "cpu") * _MEGA
    cores = profile["cores"]
    lines = [
        f"- 5,000 rooms: of the {(known['python'] + known['granian']) * _MEGA:.0f} µs of a request,"
        f" the floor, which computes nothing, needs {floor:.0f} as well. One worker and wrk keep"
        f" {_busy(known):.1f} of {cores} cores busy.",
        f"- New rooms: the application takes {new['alone'] * _MEGA:.0f} µs to draw a call and"
        f" answer, {known['alone'] * _MEGA:.0f} where it has drawn it before. The Python thread is"
        f" busy {new['rate'] * new['python']:.0%} of the time.",
        f"- Two workers: besides one worker, its HTTP thread and wrk, {cores - _busy(known):.1f} of"
        f" {cores} cores are left for a second. The floor with two workers does"
        f" {_ratio(rounds[FLOOR_TWICE], rounds[FLOOR], 'rooms'):.2f} times what it does with one.",
    ]
    if STEADY in rounds:
        steady = _middle(rounds[STEADY], "rooms", "rate")
        wrk = known["wrk"]
        lines[0] += (
            f" Twice Steady would be {2 * steady:,.0f} requests/s, for each of which"
            f" {(cores / (2 * steady) - wrk) * _MEGA:.0f} µs would be there if no core ever waited."
        )
    return ["What bounds the rates:", "", *lines, ""]


def _board(found: Mapping[str, Any]) -> list[str]:
    rows = []
    for size, one in found.items():
        cells = (f"{one[key] * 1000:.2f}" for key in ("first", "answer", "again"))
        ratios = (f"{one[key]:.1f}" for key in ("json", "orjson", "again_orjson"))
        rows.append([f"{int(size):,}", f"{one['bytes'] / 1000:,.0f}", *cells, *ratios])
    head = ["calls", "kB", "first ms", "2 s later", "at once again", "x json", "x orjson",
            "again x orjson"]  # fmt: skip
    note = (
        "Processor time of the whole list, in the application alone, beside what the standard"
        " library and orjson take to serialise the same list. The first one draws every call."
    )
    return ["## The list of calls", "", note, "", *table(head, rows, texts=0)]


def _growth(growth: Mapping[str, Any]) -> list[str]:
    steps = growth["steps"]
    shown = steps[:: max(1, len(steps) // 10)]
    shown += [steps[-1]] if shown[-1] != steps[-1] else []
    rows = [[f"{rooms:,}", f"{held / _MEGA:.0f}"] for rooms, held in shown]
    note = f"At most {growth['peak'] / _MEGA:.0f} MB were held, by all processes of one mock."
    return ["## A million rooms", "", note, "", *table(["rooms asked for", "MB"], rows)]


def _verifier(runs: Mapping[str, _Rounds]) -> list[str]:
    rows = []
    for name, rounds in runs.items():
        rate = median(one["requests"] / one["seconds"] for one in rounds)
        requests, seconds, cpu, memory = (
            median(one[key] for one in rounds) for key in ("requests", "seconds", "cpu", "memory")
        )
        rows.append([name, f"{requests:.0f}", f"{seconds:.1f}", f"{cpu:.1f}", f"{rate:.0f}",
                     f"{memory / _MEGA:.0f}"])  # fmt: skip
    head = ["run", "requests", "s", "CPU s", "requests/s", "peak memory MB"]
    phases = {
        phase: median(one["phases"].get(phase, 0.0) for one in runs[FULL])
        for phase in runs[FULL][0]["phases"]
    }
    slow = [[phase, f"{seconds:.2f}"] for phase, seconds in phases.items() if seconds >= 0.05]
    return ["## The verifier", "", *table(head, rows),
            "Where the time of a full run goes, in phases of 0.05 s and more:", "",
            *table(["phase", "s"], slow)]  # fmt: skip


@dataclass(frozen=True)
class _Goal:
    what: str
    measured: float
    bound: float
    more_is_better: bool = False

    @property
    def row(self) -> list[str]:
        more = self.more_is_better
        reached = self.measured >= self.bound if more else self.measured <= self.bound
        bound = f"at {'least' if more else 'most'} {self.bound:g}"
        return [self.what, f"{self.measured:.2f}", bound, "yes" if reached else "no"]


def _server_goals(servers: Mapping[str, Any]) -> Iterator[_Goal]:
    rounds = {name: server["rounds"] for name, server in servers.items()}
    mock, floor, two = rounds[MOCK], rounds[FLOOR], rounds[TWO_WORKERS]
    if STEADY in rounds:
        steady = rounds[STEADY]
        yield _Goal("requests/s over 5,000 rooms / Steady", _ratio(mock, steady, "rooms"), 2, True)
        yield _Goal("p99 over 5,000 rooms / Steady", _ratio(mock, steady, "rooms", "p99"), 1)
        yield _Goal("CPU over 5,000 rooms / Steady", _ratio(mock, steady, "rooms", "cpu"), 0.5)
        yield _Goal("requests/s of new rooms / Steady", _ratio(mock, steady, "new"), 1, True)
    yield _Goal("requests/s over 5,000 rooms / floor", _ratio(mock, floor, "rooms"), 0.4, True)
    quiet = _ratio(mock, rounds[QUIET], "rooms")
    yield _Goal("as it comes / quiet, over 5,000 rooms", quiet, 0.85, True)
    yield _Goal("two workers / one, over 5,000 rooms", _ratio(two, mock, "rooms"), 1.6, True)
    yield _Goal("first answer, s", median(one["start"] for one in mock), 0.75)


def _verifier_goals(runs: Mapping[str, _Rounds]) -> Iterator[_Goal]:
    pairs = zip(runs[UNWATCHED], runs[BARE], strict=True)
    rate = median(
        (one["requests"] / one["seconds"]) / (bare["requests"] / bare["seconds"])
        for one, bare in pairs
    )
    yield _Goal("verifier's requests/s / bare Schemathesis", rate, 0.8, True)
    for name, seconds in ((FULL, 25), (QUICK, 10)):
        yield _Goal(f"verifier, {name}: s", median(one["seconds"] for one in runs[name]), seconds)
    yield _Goal("verifier, MB", max(one["memory"] for one in runs[FULL]) / _MEGA, 250)


def _goals(results: Mapping[str, Any]) -> list[str]:
    goals: list[_Goal] = []
    if "servers" in results:
        goals += _server_goals(results["servers"])
    if "locales" in results:
        slowest = max(median(one) for one in results["locales"].values())
        goals.append(_Goal("first request of a locale, ms of CPU", slowest * 1000, 50))
    if "growth" in results:
        goals.append(_Goal("MB over a million rooms", results["growth"]["peak"] / _MEGA, 150))
    if "verifier" in results:
        goals += _verifier_goals(results["verifier"])
    head = ["what", "measured", "goal", "reached"]
    rows = [goal.row for goal in goals]
    return ["## Goals", "", *table(head, rows), "What bounds the rates stands at the end of"
            " \"Where the time goes\", below.", ""]  # fmt: skip


_HOW = """\
Each server in turn is started on loopback, warmed up and driven by wrk with one thread and 16
connections; then the next one, and so on for every round, so that a noisy machine hurts all alike.
One core serves and the other drives; a server with two workers shares both with wrk. The mock is
started as it comes, its access log going to a file; the peers' logs are off. Figures are medians
over the rounds, ratios medians of the ratios within a round. CPU is what all processes of a server
use: of the figures, the one that others on the machine disturb least. Memory is resident, with
shared pages counted once. The peers get the contract without its examples, so that they generate
data as well; the floor repeats the bytes of one answer of the mock."""


def document(results: Mapping[str, Any]) -> str:
    """Return docs/benchmarks.md."""
    machine = [f"- {name}: {value}" for name, value in results["machine"].items()]
    lines = ["# Benchmarks", "", f"Written by `{results['command']}`.", "", *machine, ""]
    lines += ["", _HOW, "", *_goals(results)]
    servers = results.get("servers")
    if servers:
        for load in LOADS:
            lines += _load(load, servers)
        lines += _servers(servers)
        lines += [f"Skipped: {name} ({why})." for name, why in results["skipped"].items()]
    if "profile" in results:
        lines += _profile(results["profile"])
        lines += _reasons(servers, results["profile"]) if servers else []
    if "features" in results:
        lines += feature_table(results["features"]) + locale_table(results["locales"])
    if "board" in results:
        lines += _board(results["board"])
    if "growth" in results:
        lines += _growth(results["growth"])
    if "verifier" in results:
        lines += _verifier(results["verifier"])
    return "\n".join(lines).rstrip() + "\n"
