"""States made in the console, and the requests that make them elsewhere."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import OpenPage, fragment

PATH = "/v2/api/active-calls/"
HOSTILE = 'it\'s $(touch pwned) `id` "q" \\ %41 & é 👍 </script>'


def made_state(page: Page, kind: str) -> tuple[str, object]:
    """Return what the page offers to copy as ``kind``, and the body that it shows."""
    expect(page.locator(".verdict")).to_contain_text("Status 200")
    page.get_by_role("tab", name=kind).click()
    page.locator(".panel-head button").first.click()
    code = page.get_by_label("The request as code").text_content() or ""
    page.wait_for_function("async (t) => (await navigator.clipboard.readText()) === t", arg=code)
    return code, json.loads(page.get_by_label("The body of the response").inner_text())


def output_of(command: list[str], folder: Path) -> object:
    """Run a program in a folder and return the JSON that it prints."""
    return json.loads(subprocess.run(command, capture_output=True, check=True, cwd=folder).stdout)


@pytest.mark.parametrize("room", ["call-abc123", HOSTILE])
def test_copied_code_gives_what_the_page_shows(
    mock: str, open_page: OpenPage, room: str, tmp_path: Path
) -> None:
    """The request as curl, Python and JavaScript gives the body that the page shows."""
    address = mock + fragment("state", room=room, scenario="unicode", at=77, delay=1)
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    curl, shown = made_state(page, "curl")
    assert output_of(["sh", "-c", curl], tmp_path) == shown
    python, _ = made_state(page, "Python httpx")
    program = python + "\nimport json; print(json.dumps(call))"
    assert output_of([sys.executable, "-c", program], tmp_path) == shown
    assert list(tmp_path.iterdir()) == []  # the room's name was not run
    javascript, _ = made_state(page, "fetch")
    assert page.evaluate(f"async () => {{ {javascript} return call; }}") == shown
    axios, _ = made_state(page, "axios")
    library = "const axios = {get: async (url, options) => ({data: {url, ...options}})};"
    asked = axios.replace('import axios from "axios";', library)
    request = page.evaluate(f"async () => {{ {asked} return call; }}")
    assert request["url"] == mock + PATH + quote(room, safe="")
    assert request["headers"]["prefer"] == "scenario=unicode, at=77, delay=1"


def test_state_is_in_the_address(mock: str, open_page: OpenPage) -> None:
    """A colleague who opens the address sees the same form and the same answer."""
    page = open_page(mock + fragment("state"))
    page.get_by_label("Room").fill("call-77")
    page.get_by_label("Scenario", exact=True).select_option("escalation")
    page.get_by_label("Moment").fill("90.5")
    page.get_by_label("Locale").select_option("es_ES")
    page.get_by_label("Seed").fill("5")
    expect(page.locator("#explained")).to_contain_text("supervisor")
    again = open_page(page.url)
    expect(again.get_by_label("The body of the response")).to_contain_text('"duration": 90,')
    expect(page.get_by_label("The body of the response")).to_have_text(
        again.get_by_label("The body of the response").inner_text()
    )
    expect(again.get_by_label("The request as code")).to_contain_text(
        "prefer: scenario=escalation, at=90.5, locale=es_ES, seed=5"
    )
    for label, value in (("Room", "call-77"), ("Scenario", "escalation"), ("Seed", "5")):
        expect(again.get_by_label(label)).to_have_value(value)


def test_how_it_is_looked_at_is_in_the_address(mock: str, open_page: OpenPage) -> None:
    """The address also keeps which code and what else was opened, and moments of any kind."""
    page = open_page(mock + fragment("state", room="a"))
    page.get_by_role("tab", name="fetch").click()
    page.get_by_text("Headers", exact=True).click()
    page.wait_for_url("**as=fetch&headers=1")
    again = open_page(page.url)
    expect(again.get_by_label("The request as code")).to_contain_text("await fetch(")
    expect(again.get_by_text("content-length")).to_be_visible()
    again.goto(mock + fragment("call", room="a", at=1.5))
    expect(again.get_by_role("switch", name="Live")).not_to_be_checked()
    expect(again.locator(".now .duration")).to_have_text("0:01")
    again.get_by_text("Raw JSON").click()
    again.wait_for_url("**at=1.5&raw=1")
    again.reload()
    expect(again.get_by_label("The response as JSON")).to_contain_text('"duration": 1,')


def test_a_mistake_shows_no_answer(mock: str, open_page: OpenPage) -> None:
    """What cannot be asked for has neither an answer nor code, least of all those from before."""
    page = open_page(mock + fragment("state", room="a"))
    expect(page.locator(".verdict")).to_contain_text("Status 200")
    page.get_by_label("Room").fill("")
    expect(page.locator(".results .notice")).to_have_text("Name a room.")
    for part in (".verdict", "pre[aria-label*=body]", "pre[aria-label*=code]", ".headers"):
        expect(page.locator(part)).to_be_empty()


@pytest.mark.parametrize(
    ("params", "verdict", "remark"),
    [
        ({"code": 503}, "Status 503", None),
        ({"code": 429}, "Status 429", "Rate-limited: ask again in 30 s."),
        ({"fault": "truncated"}, "Status 200", "closed before the body was complete"),
        ({"fault": "malformed"}, "Status 200", "not valid JSON"),
        ({"fault": "empty"}, "Status 200", "body is empty"),
        ({"fault": "wrong-content-type"}, "Status 200", "calls it text/html"),
        ({"scenario": "no-longer-there"}, "Status 400", None),
    ],
)
def test_states_that_are_no_call(
    mock: str, open_page: OpenPage, params: dict[str, object], verdict: str, remark: str | None
) -> None:
    """Errors and faults are shown as what they are."""
    page = open_page(mock + fragment("state", **params))
    expect(page.locator(".verdict")).to_contain_text(verdict)
    notice = page.locator(".results .notice")
    if remark is None:
        expect(notice).to_be_hidden()
    else:
        expect(notice).to_contain_text(remark)
