"""The browser of this machine."""

import os
import shutil

import pytest

__all__ = ["chromium", "skip_without"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return where Chromium is, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def skip_without(found: object, reason: str) -> None:
    """Skip the test where something is not found, but never in CI."""
    if not found and os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(reason)
    if not found:
        pytest.skip(reason)
