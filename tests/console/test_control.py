"""A call is ended, and its AI agent taken out, from the console."""

import re
import subprocess
from urllib.parse import quote

import httpx2
from playwright.sync_api import Page, expect

from tests.console.conftest import OpenPage, fragment, serve

LIST = "/v2/api/active-calls"
EVIL = "it's <b>`id`</b> + %41/$(id)"


def people(mock: str, room: str, workspace: str) -> list[dict[str, object]]:
    """Return who is in a room, as an application is told."""
    path = f"{mock}{LIST}/{quote(room, safe='')}"
    answer = httpx2.get(path, headers={"x-workspace-id": workspace}).json()
    found: list[dict[str, object]] = answer["participants"]
    return found


def copied(page: Page) -> str:
    """Return the command that the open dialogue offers, once it has been copied."""
    page.get_by_role("button", name="Copy curl").click()
    expect(page.get_by_text("Copied.")).to_be_attached()
    line: str = page.evaluate("navigator.clipboard.readText()")
    return line


def run(line: str) -> str:
    """Run a command line and return what it prints."""
    done = subprocess.run(["sh", "-c", line], check=True, capture_output=True, text=True)
    return done.stdout


def test_a_call_is_ended_by_keyboard(mock: str, open_page: OpenPage) -> None:
    """Ending is asked about, and can be called off; once it is done, the page says so."""
    workspace = "ws-ending"
    headers = {"x-workspace-id": workspace}
    listed = httpx2.get(mock + LIST, headers=headers).json()["data"]
    # One of the fleet's, with a plus sign in its name, that has just begun.
    call = min((one for one in listed if "+" in one["roomName"]), key=lambda one: one["duration"])
    room = call["roomName"]
    page = open_page(mock + fragment("call", workspace=workspace, room=room))
    page.get_by_role("button", name="End call").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="End this call?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    expect(dialog).to_contain_text(room)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="End call")).to_be_focused()
    assert httpx2.get(f"{mock}{LIST}/{quote(room, safe='')}", headers=headers).status_code == 200
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".remark[data-kind=done]")).to_contain_text(re.compile(r"\w, at [\d:]+\.$"))
    gone = page.locator(".notice[data-kind=gone]")
    expect(gone).to_contain_text("404: No active call")
    expect(gone).to_contain_text(re.compile(r"The call has ended, at [\d:]+, after [\d:]+;"))
    expect(page.get_by_role("button", name="End call")).to_be_hidden()
    # Of what would have come, nothing is left: the whole call is what it was until its end.
    end = page.locator(".now .duration").inner_text()
    expect(page.locator("output")).to_have_text(f"ended at {end}")
    expect(page.locator(".scale > span").last).to_have_text(end)
    expect(page.locator(".moved .to-come")).to_have_count(0)
    slider = page.locator("#moment")
    assert slider.input_value() == slider.get_attribute("max")
    expect(page.locator("h1")).to_be_focused()
    page.get_by_role("link", name="All calls").click()
    expect(page.locator(".row[data-state='call']").first).to_be_visible()
    expect(page.locator(f".row[data-room='{room}']")).to_have_count(0)


def test_the_agent_is_taken_out(mock: str, open_page: OpenPage) -> None:
    """The agent stays, muted; its row says so; other moments of the call offer nothing."""
    workspace, room = "ws-mute", EVIL
    agent = people(mock, room, workspace)[0]["identity"]
    page = open_page(mock + fragment("call", workspace=workspace, room=room))
    page.get_by_role("button", name=f"Take out {agent}").click()
    dialog = page.get_by_role("dialog", name="Take the agent out?")
    expect(dialog).to_contain_text(str(agent))
    dialog.get_by_role("button", name="Take it out").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".remark[data-kind=done]")).to_contain_text(re.compile(r"\w: TR_\w+\.$"))
    expect(page.locator(".remark:not([data-kind])")).to_contain_text("The AI agent is muted.")
    expect(page.locator(".people-list li").first.locator(".muted")).to_be_visible()
    expect(page.get_by_role("button", name="Take out")).to_have_count(0)
    assert people(mock, room, workspace)[0]["metadata"]["muted"] is True  # type: ignore[index]
    page.get_by_role("switch", name="Live").click()
    expect(page.get_by_role("button", name="End call")).to_be_hidden()
    page.goto(mock + fragment("requests", path="removeAgent", own=1))
    page.locator("tbody button").first.click()
    detail = page.get_by_label("The opened request")
    expect(detail).to_contain_text("Take the AI agent out of an active call (removeAgent)")
    expect(detail).to_contain_text(f'"participantIdentity": "{agent}"')


def test_what_is_refused_is_shown(mock: str, open_page: OpenPage) -> None:
    """An error is shown where the command was given, which can be given again."""
    page = open_page(mock + fragment("call", workspace="ws-refused", room="mock-end-fails"))
    page.get_by_role("button", name="End call").click()
    page.get_by_role("button", name="End the call").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("500: ")
    page.route("**/end-call", lambda route: route.abort())
    page.get_by_role("button", name="End the call").click()
    expect(dialog.get_by_role("alert")).to_have_text("No answer")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="End call")).to_be_visible()
    expect(page.locator(":is(.notice, .remark):visible")).to_have_count(0)


def test_copied_commands_do_the_same(open_page: OpenPage) -> None:
    """The lines to copy do what the buttons do, whatever the room is called; no key is in them."""
    permissions = ["clipboard-read", "clipboard-write"]
    with serve("--api-key", "s3cret") as url:
        address = url + fragment("call", room=EVIL)
        page = open_page(address, permissions=permissions)
        page.get_by_label("x-api-key").fill("s3cret")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Take out").click()
        line = copied(page)
        assert "s3cret" not in line
        assert '"success":true' in run(f"API_KEY=s3cret; {line}")
        page.keyboard.press("Escape")
        expect(page.locator(".muted")).to_be_visible()
        page.get_by_role("button", name="End call").click()
        assert '"success":true' in run(f"API_KEY=s3cret; {copied(page)}")
        page.keyboard.press("Escape")
        expect(page.locator(".notice[data-kind=gone]")).to_be_visible()
