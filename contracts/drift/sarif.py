"""A report as SARIF 2.1.0, the format of static analysis that code hosts take.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

import hashlib
import json
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from contracts.drift.fields import Spot
from contracts.drift.findings import RULES, Finding
from contracts.drift.rendering import line_of, primary
from contracts.drift.report import Report, Unreadable

__all__ = ["sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_IDS = list(RULES)


def sarif(report: Report) -> str:
    """Return the report as a document of SARIF."""
    driver = {
        "name": "active-calls-drift",
        "semanticVersion": version("active-calls"),
        "rules": [{"id": id_, "shortDescription": {"text": text}} for id_, text in RULES.items()],
    }
    results = [_result(one) for one in report.findings]
    if any(one.known for one in report.findings):  # of one run, all have them or none
        for one, result in zip(report.findings, results, strict=True):
            result["suppressions"] = [{"kind": "external"}] if one.known else []
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": not report.unreadable,
                "exitCode": report.status,
                "toolExecutionNotifications": [_notification(one) for one in report.unreadable],
            }
        ],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(finding: Finding) -> dict[str, Any]:
    spot = primary(finding)
    others = [one for one in (finding.page, finding.contract) if one and one != spot]
    # The same difference has the same name tomorrow, on whatever line it then stands.
    name = json.dumps(finding.place)
    return {
        "ruleId": finding.rule,
        "ruleIndex": _IDS.index(finding.rule),
        "level": "error" if finding.counts else "note",
        "message": {"text": line_of(finding.sentence)},
        "locations": [_location(spot)] if spot else [],
        "relatedLocations": [
            {"id": number, **_location(one)} for number, one in enumerate(others, 1)
        ],
        "partialFingerprints": {"difference/v1": hashlib.sha256(name.encode()).hexdigest()},
    }


def _notification(lost: Unreadable) -> dict[str, Any]:
    spot = Spot(lost.page, lost.line or 1, lost.is_file)
    return {
        "level": "error",
        "message": {"text": line_of(str(lost))},
        "locations": [_location(spot)],
    }


def _location(spot: Spot) -> dict[str, Any]:
    uri = (
        quote(spot.name, safe="/") if spot.is_file else quote(spot.name, safe=":/%[]@!$&'()*+,;=~")
    )
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": spot.line},
        }
    }
