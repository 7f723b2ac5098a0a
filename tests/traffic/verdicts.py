"""What the command says of files that a tool has recorded."""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from contracts.cli import main

__all__ = ["OVER_TIME", "Verdict", "verdict"]

OVER_TIME = {"time.duration-rate", "time.duration-agrees", "time.transcript-appends"}
"""The clauses that only a call that was followed for some seconds can keep."""


class Verdict(NamedTuple):
    """How it ended, the clauses that failed and those that held, and how much was judged.

    ``evidence`` is what is said of those that failed: for who reads that a test has failed.
    """

    status: object
    failed: list[str]
    passed: list[str]
    exchanges: int
    left_out: dict[str, int]
    evidence: list[str]


def verdict(path: Path, *options: str) -> Verdict:
    """Judge a file."""
    report = path.with_name(f"{path.name}.report.json")
    arguments = ["--traffic", str(path), "--report-json", str(report), "-q", *options]
    with redirect_stdout(io.StringIO()), pytest.raises(SystemExit) as ended:
        main(arguments)
    found = json.loads(report.read_text("utf-8"))
    failed, passed = (
        [one["id"] for one in found["clauses"] if one["status"] == status]
        for status in ("failed", "passed")
    )
    left_out = {one["what"]: one["count"] for one in found["traffic"]["left_out"]}
    evidence = [json.dumps(one) for one in found["clauses"] if one["status"] == "failed"]
    exchanges = found["traffic"]["exchanges"]
    return Verdict(ended.value.code, failed, passed, exchanges, left_out, evidence)
