"""The example of docs/player.md in Storybook: built, and looked at in Chromium."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.chromium import LEAN, chromium
from tests.commands import CommandError, run, skipped
from tests.frontends.package import example, export, install
from tests.guide import example_of

__all__ = ["check"]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder, and yield its address."""
    handler = partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def check(folder: Path, packed: Path, picture: Path | None = None) -> str:
    """Build the example, and see each story; take a ``picture`` of one if it has a name."""
    if chromium() is None:
        if wrong := skipped("Storybook: skipped, because there is no Chromium on the PATH."):
            raise CommandError(wrong)
        return "all but Storybook was tried"
    project = example("storybook", folder / "storybook")
    install(project, str(packed))
    export(project, "--scenario", "escalation", "--scenario", "503")
    for name in (".storybook/preview.js", "call-panel.stories.js"):
        (project / name).write_text(example_of("player.md", name), "utf-8")
    run("node_modules/.bin/msw", "init", "public", "--no-save", at=project)
    run("node_modules/.bin/storybook", "build", "--quiet", "--disable-telemetry", at=project)
    with _served(project / "storybook-static") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[LEAN])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        _look(page, address, picture)
        browser.close()
    return "Storybook: three stories, and both controls of the toolbar, are as they should be"


def _look(page: Page, address: str, picture: Path | None) -> None:
    """See a story at its moment, by the toolbar at others, the call going on, and a server down."""
    story = page.frame_locator("#storybook-preview-iframe").locator("#storybook-root")
    page.goto(f"{address}/?path=/story/call-panel--angry")
    expect(story.locator("h1")).to_contain_text(", 3:20", timeout=30_000)
    expect(story.locator(".sentiment")).to_have_text("negative")
    _choose(page, "Moment of the story", "1:00")
    expect(story.locator("h1")).to_contain_text(", 1:00")
    expect(story.locator(".sentiment")).to_have_text("neutral")
    if picture is not None:
        page.screenshot(path=picture)
    _choose(page, "Scenario of the story", "503")
    expect(story.locator("main")).to_have_text("No call: 503")
    page.goto(f"{address}/?path=/story/call-panel--down")
    expect(story.locator("main")).to_have_text("No call: 503", timeout=30_000)
    page.goto(f"{address}/?path=/story/call-panel--live")
    expect(story.locator("h1")).to_contain_text(", 0:02", timeout=30_000)


def _choose(page: Page, control: str, item: str) -> None:
    """Choose an item of one of the controls, which shows what it has."""
    page.get_by_role("button", name=control).click()
    page.get_by_role("option", name=item, exact=True).click()
