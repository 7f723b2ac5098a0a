"""The browser of this machine."""

import shutil

import pytest

from tests.commands import in_ci

__all__ = ["LEAN", "chromium", "skip_without"]

# The shell has no windows, and needs three quarters of the computing that the others do.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_UNUSED = (
    # Pages of the address bar, which nobody sees: they cost as much as the console's own page.
    *("WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"),
    # Playwright turns these off too, but Chromium heeds only the last list that it is given.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "OptimizationHints", "PaintHolding"),
)
LEAN = f"--disable-features={','.join(_UNUSED)}"
"""An argument for Chromium: without what it offers and no test needs."""


def chromium() -> str | None:
    """Return where Chromium is, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def skip_without(found: object, reason: str) -> None:
    """Skip the test where something is not found, but never in CI."""
    if not found and in_ci():
        pytest.fail(reason)
    if not found:
        pytest.skip(reason)
