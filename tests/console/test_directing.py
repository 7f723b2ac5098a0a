"""The mock is directed from the console, and what shows its calls follows."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.conftest import OpenPage, fragment, serve

PATH = "/v2/api/active-calls/"
HEADERS = {"x-workspace-id": "ws-acme"}
EVIL = '<img src=x onerror="window.pwned=1">it\'s `id` $(id)'


@pytest.fixture(autouse=True)
def forgotten(mock: str) -> Iterator[None]:
    """Leave nothing to the next test."""
    yield
    httpx2.delete(f"{mock}/_mock/workspaces/ws-acme")


def status(mock: str, room: str = "r") -> int:
    """Return how the application under test is answered."""
    return httpx2.get(mock + PATH + quote(room, safe=""), headers=HEADERS).status_code


def clock_text(seconds: int) -> str:
    """Return seconds as the page writes them, from an hour on."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def choose(page: Page, name: str) -> Locator:
    """Choose a command, and return the panel."""
    page.get_by_role("radio", name=name, exact=True).check()
    return page.get_by_role("region", name="Direct")


def send(page: Page, does: str) -> None:
    """Send the command that is chosen, which is obeyed."""
    page.get_by_role("button", name=does, exact=True).click()
    expect(page.locator(".result")).to_have_text(f"{does}: done.")


def test_a_room_is_put_into_a_state_and_back(mock: str, open_page: OpenPage) -> None:
    """The application under test gets what was directed, without `Prefer`, and so does the page."""
    page = open_page(mock + fragment("call", room="r"))
    expect(page.locator("#moment")).to_be_enabled()
    page.get_by_role("button", name="Direct").click()
    page.get_by_label("Status").select_option("503")
    send(page, "Put it there")
    assert status(mock) == 503
    expect(page.locator(".notice")).to_contain_text("503")
    expect(page.locator(".direct .facts")).to_contain_text('{"code":503}')
    page.get_by_label("Status").select_option("404")
    send(page, "Put it there")
    expect(page.locator(".notice")).to_contain_text("404")
    expect(page.locator("output")).to_contain_text("last seen at")  # it goes on, unseen
    expect(page.locator(".notice")).not_to_contain_text("ended")
    page.get_by_label("Status").select_option("")
    page.get_by_label("Scenario").select_option("silent")
    send(page, "Put it there")
    expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
    choose(page, "Back")
    send(page, "Let it go back")
    expect(page.locator(".direct .facts")).to_contain_text("does what its name says")
    expect(page.locator(".lines > li").first).to_be_attached()
    assert status(mock) == 200


def test_counted_requests_are_the_applications(mock: str, open_page: OpenPage) -> None:
    """A page that watches a room does not use up the errors that an application shall get."""
    page = open_page(mock + fragment("call", room="r", direct="play"))
    page.get_by_label("Status").select_option("503")
    page.get_by_label("For so many requests").fill("2")
    send(page, "Put it there")
    for _ in range(3):
        with page.expect_response(f"**{PATH}r") as answer:
            pass
        assert answer.value.status == 503
    assert [status(mock) for _ in range(3)] == [503, 503, 200]
    expect(page.locator(".direct .facts")).to_contain_text("step 2 of 2")
    expect(page.locator(".lines > li").first).to_be_attached()


def test_a_call_begins_goes_on_and_ends(mock: str, open_page: OpenPage) -> None:
    """What is made to happen is shown at once, and what cannot happen is refused in words."""
    page = open_page(mock + fragment("call", room="r", direct="start"))
    send(page, "Begin a call")
    expect(page.locator(".now .duration")).to_have_text(re.compile(r"^0:0\d$"))
    choose(page, "Say")
    page.get_by_label("What is said").fill(EVIL)
    send(page, "Say it")
    expect(page.locator(".lines > li")).to_contain_text([EVIL])
    expect(page.locator(".lines .when").first).to_contain_text("0:0")
    choose(page, "Join")
    page.get_by_label("Identity").fill("<b>visitor</b>")
    send(page, "Let them join")
    expect(page.locator(".people-list")).to_contain_text("<b>visitor</b>")
    expect(page.locator("#known-people option[value='<b>visitor</b>']")).to_be_attached()
    page.get_by_role("button", name="Let them join").click()
    expect(page.locator(".result")).to_contain_text("409: identity: '<b>visitor</b>' is in the")
    choose(page, "Leave")
    send(page, "Let them leave")
    expect(page.locator(".people-list")).not_to_contain_text("visitor")
    choose(page, "Sentiment")
    page.get_by_label("Sentiment from now on").fill("puzzled")
    send(page, "Set it")
    expect(page.locator(".now .mood")).to_contain_text("puzzled")
    expect(page.locator(".moved li").last).to_contain_text("puzzled")
    choose(page, "End")
    send(page, "End the call")
    expect(page.locator(".notice")).to_contain_text("404")
    expect(page.locator("output")).to_contain_text("ended at 0:")
    expect(page.locator(".lines > li")).to_contain_text([EVIL])
    assert status(mock) == 404
    assert page.evaluate("window.pwned") is None
    assert page.locator("main :is(script, img, b)").count() == 0


def test_the_clock_is_turned(mock: str, open_page: OpenPage) -> None:
    """The workspace's clock stops, advances and hurries; the page's clocks go by it."""
    page = open_page(mock + fragment("call", room="mock-long-call", direct="freeze"))
    clock = page.locator(".direct .facts")
    expect(page.get_by_label("Show this instant")).not_to_have_value("")
    page.get_by_label("Show this instant").fill("2020-02-30")
    page.get_by_role("button", name="Freeze the clock").click()
    expect(page.locator(".result")).to_contain_text('freeze: It is not a "date-time"')
    begun = httpx2.get(f"{mock}/_mock/timelines/mock-long-call", headers=HEADERS).json()["started"]
    day = datetime.fromisoformat(begun).replace(microsecond=0)
    instant = day.replace(year=day.year + 1).isoformat().replace("+00:00", "Z")
    page.get_by_label("Show this instant").fill(instant)
    send(page, "Freeze the clock")
    expect(clock).to_contain_text(f"{instant[:19].replace('T', ' ')} UTC, stands still")
    seconds = httpx2.get(mock + PATH + "mock-long-call", headers=HEADERS).json()["duration"]
    shown = page.locator(".now .duration")
    expect(shown).to_have_text(clock_text(seconds))
    choose(page, "Advance")
    page.get_by_label("Seconds later").fill("1")
    send(page, "Advance the clock")
    expect(shown).to_have_text(clock_text(seconds + 1))
    choose(page, "Scale")
    send(page, "Set its speed")
    expect(clock).to_contain_text("10 times as fast")
    choose(page, "Give back")
    send(page, "Give it back")
    expect(clock).to_contain_text("at the mock's pace")


def test_a_clock_before_the_mock_started(mock: str, open_page: OpenPage) -> None:
    """A call that cannot be asked for by its number is shown, but no other moment of it."""
    httpx2.put(f"{mock}/_mock/workspaces/ws-acme/clock", json={"freeze": "2020-01-01T00:00:00Z"})
    page = open_page(mock + fragment("call", room="mock-recovery"))
    expect(page.get_by_text("before the mock's start")).to_be_visible()
    expect(page.locator("#moment")).to_be_disabled()
    expect(page.get_by_role("switch", name="Live")).to_be_disabled()
    httpx2.delete(f"{mock}/_mock/workspaces/ws-acme/clock")
    expect(page.locator("#moment")).to_be_enabled()


def test_the_slider_stays_in_the_call(mock: str, open_page: OpenPage) -> None:
    """In a scenario's room too, the slider and the address mean the call that was shown."""
    httpx2.put(f"{mock}/_mock/workspaces/ws-acme/clock", json={"advance": 5000})
    call = httpx2.get(mock + PATH + "mock-recovery", headers=HEADERS).json()
    page = open_page(mock + fragment("call", room="mock-recovery", raw=1))
    expect(page.locator("#moment")).to_be_enabled()
    page.get_by_role("switch", name="Live").click()
    page.locator("#moment").focus()
    page.keyboard.press("Home")
    expect(page.locator(".raw pre")).to_contain_text('"duration": 0,')
    assert json.loads(page.locator(".raw pre").inner_text())["id"] == call["id"]
    assert re.search(r"call=\d+&at=0", page.url)
    httpx2.put(f"{mock}/_mock/workspaces/ws-acme/clock", json={"advance": 5000})
    again = open_page(page.url)
    expect(again.locator(".aside .facts").filter(has_text="Phone")).to_contain_text(call["id"])
    expect(again.locator("#moment")).to_be_enabled()


def test_all_of_it_is_reset(mock: str, open_page: OpenPage) -> None:
    """One command forgets what was done to the workspace, in every room of it."""
    workspace = f"{mock}/_mock/workspaces/ws-acme"
    httpx2.put(f"{workspace}/rooms", json={"code": 503})
    page = open_page(mock + fragment("call", room="r", direct="reset"))
    expect(page.locator(".direct .facts")).to_contain_text("as the whole workspace was told")
    send(page, "Forget all of it")
    expect(page.locator(".lines > li").first).to_be_attached()
    assert (status(mock), status(mock, "other")) == (200, 200)


@pytest.mark.parametrize("kind", ["curl", "Playwright"])
@pytest.mark.parametrize("room", ["r", EVIL])
def test_copied_commands_do_the_same(mock: str, open_page: OpenPage, kind: str, room: str) -> None:
    """The lines to copy do what the button does, whatever the room is called."""
    address = mock + fragment("call", room=room, direct="say")
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("What is said").fill(EVIL)
    page.get_by_role("button", name=f"Copy {kind}").click()
    expect(page.get_by_text("Copied.")).to_be_attached()
    line = page.evaluate("navigator.clipboard.readText()")
    if kind == "curl":
        subprocess.run(["sh", "-c", f"{line} -fsS"], check=True, capture_output=True)
    else:
        request = """const request = {post: (url, {data}) => fetch(url, {method: "POST",
            headers: {"content-type": "application/json"}, body: JSON.stringify(data)})};"""
        page.evaluate(f"async () => {{ {request} {line} }}")
    call = httpx2.get(mock + PATH + quote(room, safe=""), headers=HEADERS).json()
    assert {"role": "customer", "content": EVIL} in call["transcript"]


def test_several_workers_are_directed(open_page: OpenPage) -> None:
    """Whichever worker hears a command, the page shows what it has done."""
    with serve("--workers", "2") as url:
        page = open_page(url + fragment("call", room="r", direct="end"))
        expect(page.locator(".lines > li").first).to_be_attached()  # a page that has not seen it
        page.get_by_role("button", name="End the call").click()  # cannot tell that it has ended
        expect(page.locator(".result")).to_contain_text("End the call: done.")
        expect(page.get_by_text("The call has ended")).to_be_visible()


def test_a_frozen_mock_is_directed(open_page: OpenPage) -> None:
    """What happens in a call that stands still is shown as well."""
    with serve("--freeze-at", "2024-06-01T10:02:25Z") as url:
        page = open_page(url + fragment("call", room="r", direct="say"))
        expect(page.locator(".direct .facts")).to_contain_text("stands still")
        page.get_by_label("What is said").fill("Still here.")
        send(page, "Say it")
        expect(page.locator(".lines > li").last).to_contain_text("Still here.")
        expect(page.get_by_label("What is said")).to_have_value("")
