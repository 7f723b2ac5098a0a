"""The contract, as shipped with the package.

Both programs read the API's facts from here, so that neither repeats one.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["CONTRACT", "load_contract"]

CONTRACT = Path(__file__).with_name("active-calls.yaml")


@cache
def _text() -> str:
    return CONTRACT.read_text(encoding="utf-8")


def load_contract() -> dict[str, Any]:
    """Return the contract as a fresh dictionary, references unresolved.

    Source: ``openapi/active-calls.yaml``. The caller may change what it gets.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    contract: dict[str, Any] = yaml.load(_text(), Loader=loader)
    return contract
