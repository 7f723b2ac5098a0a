"""The operation of the contract that is verified, as the verifier addresses it."""

from dataclasses import dataclass
from functools import cache

from openapi import contract_operations
from openapi.paths import PathTemplate

__all__ = ["OPERATION_ID", "Operation"]

OPERATION_ID = "getActiveCall"


@dataclass(frozen=True)
class Operation:
    """Where and how the operation is asked for.

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
        operations = contract_operations()
        operation, document = operations[OPERATION_ID], operations.document
        [parameter] = operation.named("path")
        [workspace] = operation.named("header")
        [key] = document["components"]["securitySchemes"].values()
        info = document["info"]
        contract = f"{info['title']} {info['version']}"
        return Operation(contract, operation.path, parameter, workspace, key["name"].lower())
