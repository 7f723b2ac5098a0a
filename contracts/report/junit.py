"""The JUnit report: one test case per clause, for CI systems that show test results.

It agrees with the exit status: a failure is what violates, an error is why nothing can be said.
"""

from datetime import UTC
from xml.etree import ElementTree as ET

from contracts.judging.results import ClauseResult, Result
from contracts.report.wording import (
    by_group,
    clip,
    deeds,
    finding,
    lacking,
    left_out,
    outcome,
    score,
    seen,
    shown,
    verdict_line,
    violations,
    visible,
    ways,
)

__all__ = ["render"]

_SUITE = "active-calls"
# A reader of JUnit knows no fourth outcome: what is known to fail neither passed nor failed.
_SKIPPED = ("skipped", "not reached", "not offered", "known")


def render(result: Result) -> str:
    """Write the report as XML 1.0. A failure that does not violate is a passed case with a note."""
    suite = ET.Element("testsuite", {"name": visible(result.contract)})
    properties = ET.SubElement(suite, "properties")
    for name in ("target", "contract", "verdict", "profile", "seed", "requests"):
        _property(properties, name, str(getattr(result, name)))
    must = score(result, "must")
    for name, figure in (("held", must.held), ("failed", must.failed), ("known", must.known)):
        _property(properties, f"musts-{name}", str(figure))
    _property(properties, "musts-not-exercised", str(must.unexercised))
    _property(properties, "musts-not-exercised-why", must.why_not)
    if result.left_out:
        _property(properties, "left-out", result.left_out)
    if missing := lacking(result):
        _property(properties, "not-offered", ", ".join(missing))
    if result.done:
        _property(properties, "done", deeds(result))
    violated = violations(result)
    for _, clauses in by_group(result.results):
        for one in clauses:
            _case(suite, one, fails=one in violated)
    if result.verdict == "inconclusive":
        _undecided(suite, result)
    ET.SubElement(suite, "system-out").text = verdict_line(result)
    figures = _figures(suite, result.seconds)
    started = result.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suite.attrib |= figures | {"timestamp": started}
    root = ET.Element("testsuites", {"name": "active-calls-verify", **figures})
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _figures(suite: ET.Element, seconds: float) -> dict[str, str]:
    found = {"tests": "testcase", "failures": "testcase/failure"}
    found |= {"errors": "testcase/error", "skipped": "testcase/skipped"}
    counts = {name: str(len(suite.findall(path))) for name, path in found.items()}
    return counts | {"time": f"{seconds:.3f}"}


def _property(properties: ET.Element, name: str, value: str) -> None:
    ET.SubElement(properties, "property", {"name": name, "value": visible(value)})


def _undecided(suite: ET.Element, result: Result) -> None:
    """Add what keeps a run that could say nothing from looking like one that passed."""
    names = {"classname": _SUITE, "name": "verification", "time": "0.000"}
    case = ET.SubElement(suite, "testcase", names)
    ET.SubElement(case, "error", {"type": result.verdict, "message": clip(result.reason)})


def _case(suite: ET.Element, result: ClauseResult, *, fails: bool) -> None:
    clause = result.clause
    names = {"classname": f"{_SUITE}.{clause.group}", "name": clause.id}
    case = ET.SubElement(suite, "testcase", names | {"time": f"{result.seconds:.3f}"})
    properties = ET.SubElement(case, "properties")
    _property(properties, "level", result.level)
    _property(properties, "provenance", clause.provenance)
    _property(properties, "title", clause.title)
    match outcome(result):
        case "failed" if fails:
            failure = {"type": result.level, "message": finding(result)}
            ET.SubElement(case, "failure", failure).text = _evidence(result)
        case "failed":
            ET.SubElement(case, "system-out").text = f"warning: {_evidence(result)}"
        case "noted":
            ET.SubElement(case, "system-out").text = _evidence(result)
        case status if status in _SKIPPED:
            said = clip(result.reason)
            ET.SubElement(case, "skipped", {"message": f"{status}: {said}" if said else status})


def _evidence(result: ClauseResult) -> str:
    parts = [clip(result.reason or result.clause.title)]
    for one in shown(result):
        lines = [f"Expected: {clip(one.expected)}", f"Received: {clip(one.received)}"]
        lines += [
            f"Seen: {seen(one) if one.seen else one.count}",
            *([f"With: {ways(one)}"] if one.variants else []),
        ]
        parts.append("\n".join([*lines, f"Again: {visible(one.curl)}"]))
    return "\n\n".join(part for part in (*parts, left_out(result)) if part)
