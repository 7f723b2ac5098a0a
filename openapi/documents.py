"""The descriptions as files, and YAML files of our own."""

from copy import deepcopy
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

__all__ = ["CONTRACT", "CONTROL", "load_contract", "read_yaml"]

CONTRACT = Path(__file__).with_name("active-calls.yaml")
"""The API's description."""
CONTROL = Path(__file__).with_name("control.yaml")
"""The description of the mock's own paths."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times as fast


def read_yaml(file: Path | Traversable) -> Any:
    """Return what a YAML file says that comes with the package, and so can be trusted."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)


@cache
def _parsed(path: Path) -> Any:
    return read_yaml(path)


def load_contract(path: Path = CONTRACT) -> dict[str, Any]:
    """Return the description at ``path`` as a fresh dictionary, references unresolved.

    The caller may change what it gets.
    """
    document: dict[str, Any] = deepcopy(_parsed(path))
    return document
