"""How Hypothesis works here: nothing of it is kept between runs, and nothing is printed.

What it draws depends on the seed alone. By itself it would also draw constants of every module
that is loaded and not installed: it parses them all, for a sixth of a full verification, and what a
seed gives would depend on who calls.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
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


def _read_no_module(patch: pytest.MonkeyPatch) -> None:
    """Let Hypothesis take no constants from modules, for which it has no option."""
    from hypothesis.internal.cache import LRUCache
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    patch.setattr(providers, "_get_local_constants", Constants)
    # It has what either gave, by what was asked for.
    patch.setattr(providers, "CONSTANTS_CACHE", LRUCache(1024))


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Within it, what Hypothesis writes is in a folder that vanishes, and it reads no module."""
    with (
        TemporaryDirectory(prefix="active-calls-verify-") as home,
        pytest.MonkeyPatch.context() as patch,
    ):
        with suppress(ImportError, AttributeError):  # in another version it may be elsewhere
            _read_no_module(patch)
        set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
