"""``$ref`` within a description."""

from collections.abc import Mapping
from typing import Any

__all__ = ["resolved"]


def resolved(node: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return ``node``, or what it refers to where it is a reference into ``document``.

    Raises:
        KeyError: it refers to nothing.
        ValueError: it refers to another document.
    """
    while "$ref" in node:
        place, _, path = node["$ref"].partition("#/")
        if place:
            raise ValueError(f"{node['$ref']}: only references within the document are followed")
        found: Any = document
        for part in path.split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node
