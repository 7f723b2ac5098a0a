"""How Hypothesis works here: nothing of it is kept between runs, and nothing is printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.configuration import set_hypothesis_home_dir

__all__ = ["nothing_kept", "settings"]


def settings(most: int, **more: Any) -> hypothesis.settings:
    """Return the settings to draw so many examples with, and to shrink the first that fails."""
    return hypothesis.settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        **more,
    )


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Within it, what Hypothesis writes is in a folder that vanishes."""
    with TemporaryDirectory(prefix="active-calls-verify-") as home:
        set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
