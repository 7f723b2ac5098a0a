"""The command on recorded traffic, and the report that it writes."""

import io
import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main
from contracts.traffic.exchange import Exchange
from tests.har import write
from tests.traffic.hars import entry

__all__ = ["KEY", "Done", "Entry", "entries", "failed", "judged", "run"]

Entry = dict[str, Any]
KEY = "key-4f1d-5c8e-secret"


@dataclass(frozen=True)
class Done:
    """How the command ended, and what it said."""

    status: object
    stdout: str
    stderr: str


def run(*arguments: str | Path) -> Done:
    """Run the command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    return Done(ended.value.code, out.getvalue(), err.getvalue())


def entries(exchanges: Sequence[Exchange]) -> list[Entry]:
    """Return what a tool records of exchanges."""
    return [entry(one) for one in sorted(exchanges, key=lambda one: one.sent)]


def judged(folder: Path, found: Sequence[Entry], *options: str) -> dict[str, Any]:
    """Return the report on a file with these entries."""
    path = write(folder / "a.har", found)
    report = folder / "report.json"
    done = run("--traffic", path, "--report-json", report, "-q", *options)
    assert report.exists(), done
    loaded: dict[str, Any] = json.loads(report.read_text())
    return loaded | {"status": done.status}


def failed(report: dict[str, Any]) -> list[str]:
    """Return the ids of the clauses that failed."""
    return [one["id"] for one in report["clauses"] if one["status"] == "failed"]
