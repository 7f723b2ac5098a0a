"""The console in a real browser: one for all tests, a fresh context for each."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.chromium import LEAN, chromium, skip_without

_ARGUMENTS = [
    "--no-sandbox", "--headless", "--disable-gpu", "--in-process-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", LEAN,
]  # fmt: skip
_PATIENCE_MILLISECONDS = 15_000

expect.set_options(timeout=_PATIENCE_MILLISECONDS)

OpenPage = Callable[..., Page]


def fragment(view: str, **params: object) -> str:
    """Return the part of the address that names a view and its state."""
    return f"/#/{view}?{urlencode({'workspace': 'ws-acme', **params})}"


def set_moment(page: Page, seconds: int) -> None:
    """Move the slider."""
    page.locator("#moment").evaluate(
        "(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input')); }", seconds
    )


@contextmanager
def serve(*options: str, port: int = 0) -> Iterator[str]:
    """Serve a mock and yield its URL."""
    command = [sys.executable, "-m", "mockserver", "--port", str(port), "--log-level", "error"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            (url,) = re.findall(r"http://[^/]+", process.stdout.readline())
            yield url
        finally:
            process.send_signal(signal.SIGTERM)


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium of this machine."""
    return playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)


@pytest.fixture(scope="package", autouse=True)
def demand_chromium() -> None:
    """Skip where there is no browser, but never in CI."""
    skip_without(chromium(), "There is no Chromium on the PATH; `make browsers` installs it.")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright, for as long as tests need it: its event loop would be in others' way."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests."""
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def mock() -> Iterator[str]:
    """The URL of a mock with the default settings."""
    with serve() as url:
        yield url


@pytest.fixture(scope="package")
def fast_mock() -> Iterator[str]:
    """The URL of a mock whose calls run so fast that a line comes every moment."""
    with serve("--time-scale", "20") as url:
        yield url


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Return a function that opens an address; afterwards no page may have had an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def refuse(dialog: Dialog) -> None:
        errors.append(f"A dialog says {dialog.message}.")
        dialog.dismiss()

    def open_page(address: str, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]  # Playwright's own options
        contexts.append(context)
        context.set_default_timeout(_PATIENCE_MILLISECONDS)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", refuse)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
