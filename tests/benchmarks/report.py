"""What was measured as tables: medians over the rounds, and ratios of the same round."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from tests.benchmarks.loads import LOADS, Load
from tests.benchmarks.servers import FLOOR, MOCK, STEADY, TWO_WORKERS

__all__ = ["document"]

_Rounds = list[dict[str, Any]]
_MEGA = 1e6


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    align = ["---" if column < texts else "---:" for column in range(len(head))]
    return [f"| {' | '.join(row)} |" for row in (head, align, *rows)] + [""]


def _middle(rounds: _Rounds, load: str, key: str) -> float:
    return median(float(one[load][key]) for one in rounds)


def _ratio(rounds: _Rounds, others: _Rounds, load: str, key: str = "rate") -> float:
    """Return the median ratio of the same round, so that a noisy minute hurts both."""
    pairs = zip(rounds, others, strict=True)
    return median(float(one[load][key]) / float(other[load][key]) for one, other in pairs)


def _load(load: Load, servers: Mapping[str, Any]) -> list[str]:
    bases = [name for name in (STEADY, FLOOR) if name in servers]
    head = ["server", "requests/s", *(f"x {name}" for name in bases), "p50 ms", "p99 ms"]
    rows = []
    for name, server in servers.items():
        rounds = server["rounds"]
        ratios = [f"{_ratio(rounds, servers[base]['rounds'], load.name):.2f}" for base in bases]
        late = [f"{_middle(rounds, load.name, key) * 1000:.2f}" for key in ("p50", "p99")]
        cpu = f"{_middle(rounds, load.name, 'cpu') * _MEGA:.0f}"
        failed = sum(one[load.name]["errors"] for one in rounds)
        rate = f"{_middle(rounds, load.name, 'rate'):,.0f}" + (f" ({failed} errors)" * bool(failed))
        rows.append([name, rate, *ratios, *late, cpu])
    return [f"## {load.title.capitalize()}", "", *_table([*head, "CPU us a request"], rows)]


def _servers(servers: Mapping[str, Any]) -> list[str]:
    rows = []
    for name, server in servers.items():
        start, memory, body = (
            median(one[key] for one in server["rounds"]) for key in ("start", "memory", "body")
        )
        rows.append([name, server["version"], server["what"], f"{start:.2f}",
                     f"{memory / _MEGA:.0f}", f"{body:.0f}"])  # fmt: skip
    head = ["server", "version", "how", "first answer s", "peak memory MB", "body bytes"]
    return ["## The servers", "", *_table(head, rows, texts=3)]


def _growth(growth: Mapping[str, Any]) -> list[str]:
    steps = growth["steps"]
    shown = steps[:: max(1, len(steps) // 10)]
    shown += [steps[-1]] if shown[-1] != steps[-1] else []
    rows = [[f"{rooms:,}", f"{held / _MEGA:.0f}"] for rooms, held in shown]
    note = f"At most {growth['peak'] / _MEGA:.0f} MB were held, by all processes of one mock."
    return ["## A million rooms", "", note, "", *_table(["rooms asked for", "MB"], rows)]


def _goals(results: Mapping[str, Any]) -> list[str]:
    servers = results.get("servers", {})
    rounds = {name: server["rounds"] for name, server in servers.items()}
    goals: list[tuple[str, float, float, bool]] = []  # what, got, goal, whether more is better
    if {MOCK, STEADY} <= rounds.keys():
        mock, steady = rounds[MOCK], rounds[STEADY]
        goals += [
            ("throughput over 5,000 rooms / Steady's", _ratio(mock, steady, "rooms"), 2.0, True),
            ("p99 over 5,000 rooms / Steady's", _ratio(mock, steady, "rooms", "p99"), 1.0, False),
            ("throughput of new rooms / Steady's", _ratio(mock, steady, "new"), 0.7, True),
        ]
    if MOCK in rounds:
        start = median(one["start"] for one in rounds[MOCK])
        floor, two = _ratio(rounds[MOCK], rounds[FLOOR], "rooms"), rounds[TWO_WORKERS]
        goals += [
            ("throughput over 5,000 rooms / the floor's", floor, 0.4, True),
            ("two workers / one, over 5,000 rooms", _ratio(two, rounds[MOCK], "rooms"), 1.6, True),
            ("first answer, s", start, 1.5, False),
        ]
    if "growth" in results:
        held = results["growth"]["peak"] / _MEGA
        goals.append(("memory over a million rooms, MB", held, 150.0, False))
    rows = [
        [what, f"{got:.2f}", f"{'at least' if more else 'at most'} {goal:g}",
         "yes" if (got >= goal if more else got <= goal) else "no"]
        for what, got, goal, more in goals
    ]  # fmt: skip
    return ["## Goals", "", *_table(["what", "measured", "goal", "reached"], rows)]


_HOW = """\
Each server in turn is started on loopback, warmed up and driven by wrk with one thread and 16
connections; then the next one, and so on for every round, so that a noisy machine hurts all alike.
Figures are medians over the rounds, ratios medians of the ratios within a round. CPU is what all
processes of a server use: of the figures, the one that others on the machine disturb least. Memory
is resident, with shared pages counted once. The peers get the contract without its examples, so
that they generate data as well; the floor repeats the bytes of one answer of the mock."""


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
    if "growth" in results:
        lines += _growth(results["growth"])
    return "\n".join(lines).rstrip() + "\n"
