"""The one operation of the contract, as the verifier addresses it."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from openapi import load_contract

__all__ = ["OPERATION_ID", "Operation", "segment"]

OPERATION_ID = "getActiveCall"


@dataclass(frozen=True)
class Operation:
    """Where and how the operation is asked for.

    ``path`` is the template, with ``parameter`` in braces. Header names are lower case.
    """

    contract: str
    path: str
    parameter: str
    workspace_header: str
    key_header: str

    @staticmethod
    def load() -> "Operation":
        """Return the contract's operation. Source: ``openapi/active-calls.yaml``."""
        return _load()


@cache
def _load() -> Operation:
    contract = load_contract()
    [(path, operation)] = (
        (path, item["get"])
        for path, item in contract["paths"].items()
        if item.get("get", {}).get("operationId") == OPERATION_ID
    )
    declared = contract["components"]["parameters"]
    parameters = [_resolved(one, declared) for one in operation["parameters"]]
    [room] = [one["name"] for one in parameters if one["in"] == "path"]
    [workspace] = [one["name"] for one in parameters if one["in"] == "header"]
    [key] = contract["components"]["securitySchemes"].values()
    info = contract["info"]
    return Operation(
        f"{info['title']} {info['version']}", path, room, workspace.lower(), key["name"].lower()
    )


def _resolved(parameter: dict[str, Any], declared: dict[str, Any]) -> dict[str, Any]:
    reference = parameter.get("$ref")
    found: dict[str, Any] = declared[reference.rsplit("/", 1)[1]] if reference else parameter
    return found


def segment(name: str) -> str:
    """Return the name as one path segment: UTF-8, percent-encoded, dots too where they matter."""
    if set(name) <= {"."}:  # a client would take "." and ".." for directions
        return "%2E" * len(name)
    return quote(name, safe="")
