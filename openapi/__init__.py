"""The contract, as shipped with the package.

Both programs read the API's facts from here, so that neither repeats one.
"""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["CONTRACT", "CONTROL", "load_contract"]

CONTRACT = Path(__file__).with_name("active-calls.yaml")
CONTROL = Path(__file__).with_name("control.yaml")


@cache
def _parsed(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    return document


def load_contract(path: Path = CONTRACT) -> dict[str, Any]:
    """Return the description at ``path`` as a fresh dictionary, references unresolved.

    ``CONTRACT`` is the API's, ``CONTROL`` that of the mock's own paths. The caller may change what
    it gets.
    """
    return deepcopy(_parsed(path))
