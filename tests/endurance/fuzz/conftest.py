"""How Hypothesis goes about it: many inputs an example, so that inputs cost more than examples."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

FUZZ_INPUTS = int(os.environ.get("FUZZ_INPUTS", "6000"))
"""In all: few within the test suite, and the same ones each time; as many as it says otherwise."""

_EVERY = list(HealthCheck)


def fuzzing(share: float, batch: int) -> Callable[[Any], Any]:
    """Return the settings of a test that gets ``share`` of all inputs, in batches."""
    return settings(
        max_examples=max(1, int(FUZZ_INPUTS * share / batch)),
        deadline=None,
        database=None,
        derandomize="FUZZ_INPUTS" not in os.environ,
        suppress_health_check=_EVERY,  # large inputs, and many, are the point
    )
