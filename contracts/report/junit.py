"""The JUnit report: one test case per clause, for CI systems that show test results."""

from datetime import UTC
from xml.etree import ElementTree as ET

from contracts.judging.results import ClauseResult, Evidence, Result
from contracts.report.wording import by_group, clip, outcome, score, verdict_line, visible

__all__ = ["render"]

# A reader of JUnit knows no fourth outcome: what is known to fail neither passed nor failed.
_SKIPPED = ("skipped", "not reached", "known")


def render(result: Result) -> str:
    """Write the report as XML 1.0. What fails only as information is a passed case with a note."""
    outcomes = [outcome(one) for one in result.results]
    figures = {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failed")),
        "errors": "0",
        "skipped": str(sum(outcomes.count(word) for word in _SKIPPED)),
        "time": f"{result.seconds:.3f}",
    }
    root = ET.Element("testsuites", {"name": "active-calls-verify", **figures})
    started = result.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suite = ET.SubElement(
        root, "testsuite", {"name": visible(result.contract), **figures, "timestamp": started}
    )
    properties = ET.SubElement(suite, "properties")
    for name in ("target", "contract", "verdict", "profile", "seed", "requests"):
        _property(properties, name, str(getattr(result, name)))
    must = score(result, "must")
    for name, figure in (("held", must.held), ("failed", must.failed), ("known", must.known)):
        _property(properties, f"musts-{name}", str(figure))
    _property(properties, "musts-not-exercised", str(must.unexercised))
    _property(properties, "musts-not-exercised-why", must.why_not)
    for _, clauses in by_group(result.results):
        for one in clauses:
            _case(suite, one)
    ET.SubElement(suite, "system-out").text = verdict_line(result)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _property(properties: ET.Element, name: str, value: str) -> None:
    ET.SubElement(properties, "property", {"name": name, "value": visible(value)})


def _case(suite: ET.Element, result: ClauseResult) -> None:
    clause = result.clause
    names = {"classname": f"active-calls.{clause.group}", "name": clause.id, "time": "0"}
    case = ET.SubElement(suite, "testcase", names)
    properties = ET.SubElement(case, "properties")
    _property(properties, "level", result.level)
    _property(properties, "provenance", clause.provenance)
    _property(properties, "title", clause.title)
    said = clip(result.reason)
    match outcome(result):
        case "failed":
            failure = {"type": result.level, "message": said or clause.title}
            ET.SubElement(case, "failure", failure).text = _evidence(result.evidence)
        case "noted":
            ET.SubElement(case, "system-out").text = f"{said}\n{_evidence(result.evidence)}"
        case status if status in _SKIPPED:
            ET.SubElement(case, "skipped", {"message": f"{status}: {said}" if said else status})


def _evidence(evidence: tuple[Evidence, ...]) -> str:
    return "\n\n".join(
        f"Expected: {clip(one.expected)}\n"
        f"Received: {clip(one.received)}\n"
        f"Seen: {one.count}\n"
        f"Again: {visible(one.curl)}"
        for one in evidence
    )
