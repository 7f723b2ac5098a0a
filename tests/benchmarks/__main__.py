"""``python -m tests.benchmarks``: measures, prints, and writes docs/benchmarks.md."""

import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import psutil

from tests.benchmarks.board import board_cost
from tests.benchmarks.features import features, first_requests
from tests.benchmarks.loads import wrk_version
from tests.benchmarks.measure import compare, grow
from tests.benchmarks.profile import profile
from tests.benchmarks.report import document
from tests.benchmarks.verifier import cost
from tests.processes import leave_nothing

_DOCS = Path(__file__).parents[2] / "docs"
_PARTS = ("servers", "profile", "features", "board", "growth", "verifier")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((ln.partition(":")[2].strip() for ln in lines if ln.startswith("model name")), "?")


def _machine() -> dict[str, str]:
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    return {
        "Date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "System": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "wrk": wrk_version() or "not installed",
        "Load average when it began": load,
    }


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--seconds", default=5, show_default=True, type=click.IntRange(1), help="Of a load.")
@click.option("--warm-up", default=2, show_default=True, type=click.IntRange(1), help="Seconds.")
@click.option("--part", "parts", multiple=True, type=click.Choice(_PARTS), default=_PARTS)
@click.option("--folder", default=_DOCS, type=click.Path(path_type=Path), help="Where to write to.")
def main(rounds: int, seconds: int, warm_up: int, parts: tuple[str, ...], folder: Path) -> None:
    """Compare the mock with its peers, and write benchmarks.json and benchmarks.md."""
    if wrk_version() is None:
        raise click.ClickException("wrk is missing: on Debian, apt-get install wrk")
    leave_nothing()
    options = f"--rounds {rounds} --seconds {seconds} --warm-up {warm_up}"
    results: dict[str, Any] = {"command": f"make bench ARGS='{options}'", "machine": _machine()}
    with tempfile.TemporaryDirectory() as place:
        if "servers" in parts:
            results |= compare(rounds, warm_up, seconds, Path(place), click.echo)
        if "profile" in parts:
            results["profile"] = profile(rounds, warm_up, seconds, click.echo)
        if "features" in parts:
            results["features"] = features(rounds, warm_up, seconds, Path(place), click.echo)
            results["locales"] = first_requests(rounds, Path(place))
        if "board" in parts:
            results["board"] = board_cost(click.echo)
        if "growth" in parts:
            results["growth"] = grow(Path(place), click.echo)
        if "verifier" in parts:
            results["verifier"] = cost(rounds, Path(place), click.echo)
    text = document(results)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (folder / "benchmarks.md").write_text(text, "utf-8")
    click.echo(text)


if __name__ == "__main__":
    sys.exit(main())
