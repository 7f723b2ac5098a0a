"""The operations of the contract, as the verifier addresses them.

One is what the contract is about: the details of a call. Its siblings may be lacking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from openapi import contract_operations
from openapi import operations as described
from openapi.paths import PathTemplate

__all__ = [
    "CALL",
    "ENDING",
    "END_CALL",
    "INSIGHTS",
    "LIST",
    "READING",
    "REMOVE_AGENT",
    "Operation",
    "operations",
    "siblings",
]

CALL = "call"
"""The name of the operation that the contract is about."""
LIST, INSIGHTS = "list", "insights"
READING = (LIST, INSIGHTS)
"""The siblings that change nothing."""
REMOVE_AGENT, END_CALL = "remove-agent", "end-call"
ENDING = (REMOVE_AGENT, END_CALL)
"""The siblings that a call does not outlive as it was."""

_OPERATION_ID = "getActiveCall"


@dataclass(frozen=True)
class Operation:
    """Where and how the details of a call are asked for.

    ``contract`` is the title and the version; ``parameter`` is the path's. Header names are in
    lower case.
    """

    contract: str
    path: PathTemplate
    parameter: str
    workspace_header: str
    key_header: str

    @staticmethod
    @cache
    def load() -> "Operation":
        """Return the contract's operation. Source: ``openapi/active-calls.yaml``."""
        operation, document = operations()[CALL], contract_operations().document
        [parameter] = operation.named("path")
        [workspace] = operation.named("header")
        [key] = document["components"]["securitySchemes"].values()
        info = document["info"]
        contract = f"{info['title']} {info['version']}"
        return Operation(contract, operation.path, parameter, workspace, key["name"].lower())


@cache
def operations() -> Mapping[str, described.Operation]:
    """Return each operation by the name that options and clauses use, that of a call first.

    The siblings are called by the end of their path: ``insights``, ``end-call``; the one for no
    room in particular is the ``list``.
    """
    all_of_them = contract_operations()
    named = {CALL: all_of_them[_OPERATION_ID]}
    for one in all_of_them:
        if one.optional:
            named[str(one.path).rpartition("/")[2] if one.path.parameters else LIST] = one
    return MappingProxyType(named)


def siblings() -> tuple[str, ...]:
    """Return the names of the operations that an implementation may lack."""
    return tuple(name for name, one in operations().items() if one.optional)
