"""``python -m tests.console.screenshots FOLDER``: pictures of every view, to be looked at."""

import sys
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.console.conftest import launch, serve

# Stopped, so that the same picture comes out again; "requests" alone shows the machine's time.
FROZEN = ("--freeze-at", "2024-06-01T10:02:25Z")
SIZES = {1280: 740, 390: 844}
SCHEMES = ("light", "dark")
VIEWS = {
    "calls": ("/#/calls", ".row[data-state='call']"),
    "call": ("/#/call?room=mock-recovery&at=200", ".columns:has(.moved li) .insights dd"),
    "direct": ("/#/call?room=call-abc123&direct=say", ".moved li"),
    "state": ("/#/state?room=call-abc123&scenario=escalation&at=145", "[data-kind='call']"),
    "requests": ("/#/requests", "tbody tr"),
    "docs": ("/#/docs", "tbody tr"),
}


def ask_something(mock: str) -> None:
    """Fill the journal as an application that is not quite right yet would."""
    path = mock + "/v2/api/active-calls/"
    right = {"x-workspace-id": "ws-acme"}
    for headers in ({}, {**right, "prefer": "scenari=silent"}, {**right, "prefer": "at=145"}):
        httpx2.get(path + "call-abc123", headers=headers)
    httpx2.get(mock + "/v2/api/active-call/call-abc123", headers=right)
    httpx2.get(path + "mock-503", headers=right)
    httpx2.post(path + "call-abc123", headers=right, json={"wrong": True})
    httpx2.get(path + "call-abc123", headers=right)


def take(page: Page, mock: str, view: str, path: Path) -> None:
    """Take one picture, once the view shows what it has."""
    address, ready = VIEWS[view]
    page.goto(mock + address)
    expect(page.locator(ready).first).to_be_visible()
    if view == "requests" and page.viewport_size and page.viewport_size["width"] > 1000:
        page.locator("tbody button").nth(5).click()
        expect(page.get_by_label("The opened request")).to_contain_text("Response")
    page.wait_for_timeout(300)
    page.screenshot(path=path, full_page=view == "call")  # the insights are beneath the transcript


def take_all(browser: Browser, mock: str, folder: Path) -> None:
    """Take every view at every size in both colour schemes."""
    for width, height in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            for view in VIEWS:
                take(page, mock, view, folder / f"{view}-{width}-{scheme}.png")
            context.close()


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with serve(*FROZEN) as mock, sync_playwright() as playwright:
        ask_something(mock)
        take_all(launch(playwright), mock, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
