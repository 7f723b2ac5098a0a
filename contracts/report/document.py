"""The JSON report: a verification as one document, and the schema that describes it."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any, get_args

from contracts.judging.results import ClauseResult, Level, Result, Status, Traffic
from contracts.report.wording import lacking, score
from contracts.traffic.exchange import rfc3339

__all__ = ["document", "render", "schema"]


def document(result: Result) -> dict[str, Any]:
    """Return ``result`` as plain data, valid under ``schema()``. ``started`` is ISO 8601 in UTC."""
    return {
        "target": result.target,
        "contract": result.contract,
        "started": rfc3339(result.started),
        "seconds": round(result.seconds, 3),
        "requests": result.requests,
        "budget": result.budget,
        "profile": result.profile,
        "seed": result.seed,
        "fail_on": result.fail_on,
        "verdict": result.verdict,
        "cut_short": result.cut_short,
        "reason": result.reason,
        "left_out": result.left_out,
        "counts": _counts(result),
        "not_exercised": [
            {"level": level, "reason": gap.reason, "clauses": list(gap.clauses)}
            for level in get_args(Level)
            for gap in score(result, level).gaps
        ],
        "not_offered": [{"reason": why, "clauses": ids} for why, ids in lacking(result).items()],
        "done": [asdict(one) for one in result.done],
        "rooms": [
            {"name": one.name, "live": one.live, "answer": one.answer} for one in result.rooms
        ],
        "failing": [one._asdict() for one in result.failing],
        "mended": [one._asdict() for one in result.mended],
        "clauses": [_clause(one) for one in result.results],
        **({"traffic": _traffic(result.traffic, result.requests)} if result.traffic else {}),
    }


def _traffic(traffic: Traffic, exchanges: int) -> dict[str, Any]:
    left_out = [{"what": what, "count": count} for what, count in traffic.left_out]
    return {"files": list(traffic.files), "exchanges": exchanges, "left_out": left_out}


def _counts(result: Result) -> dict[str, dict[str, int]]:
    return {
        level: {
            status: sum(one.level == level and one.status == status for one in result.results)
            for status in get_args(Status)
        }
        for level in get_args(Level)
    }


def _clause(result: ClauseResult) -> dict[str, Any]:
    return {
        "id": result.clause.id,
        "level": result.level,
        "provenance": result.clause.provenance,
        "title": result.clause.title,
        "status": result.status,
        "reason": result.reason,
        "seconds": round(result.seconds, 3),
        "evidence": [
            {
                "expected": one.expected,
                "received": one.received,
                "curl": one.curl,
                "count": one.count,
                "variants": list(one.variants),
                **({"seen": one.seen} if one.seen else {}),
            }
            for one in result.evidence
        ],
    }


def render(result: Result) -> str:
    """Write the JSON report. Lone surrogates, which no UTF-8 file can hold, are spelt out."""
    text = json.dumps(document(result), indent=2, ensure_ascii=False, allow_nan=False)
    # Inside a JSON string one backslash would make an escape of it again: hence two.
    return "".join(rf"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text) + "\n"


def schema() -> dict[str, Any]:
    """Read the JSON Schema of the JSON report, as shipped with the package."""
    text = files("contracts.report").joinpath("report.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
