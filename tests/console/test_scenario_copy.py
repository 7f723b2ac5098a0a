"""A call that the console shows, copied as a scenario, is that call again."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from mockserver.scenario_files import load_scenarios
from mockserver.simulation.drawing import draw
from mockserver.simulation.schedule import Window
from mockserver.simulation.timeline import timeline as timeline_of
from tests.console.conftest import OpenPage, fragment

AWKWARD = "1e3: 'no' \"yes\" \\ \u0085\u2028\ufeff {{x}} # & * 👍"
EVENTS: list[dict[str, Any]] = [
    {"type": "say", "role": "customer", "content": AWKWARD},
    {"type": "join", "identity": AWKWARD, "metadata": {"no": [1, None, True, "on"], "1": {}}},
    {"type": "sentiment", "value": AWKWARD},
]


@pytest.mark.parametrize(
    "room",
    ["call-abc123", "mock-markup", "mock-forward-compatible", "mock-silent", "mock-handover"],
)
def test_copy_is_the_call_again(mock: str, open_page: OpenPage, room: str, tmp_path: Path) -> None:
    """It loads, and its lines, people and moods come at the same moments."""
    headers = {"x-workspace-id": "ws-copy"}
    for event in EVENTS:
        url = f"{mock}/_mock/workspaces/ws-copy/rooms/{room}/events"
        assert httpx2.post(url, json=event).status_code == 201
    page = open_page(
        mock + fragment("call", room=room, workspace="ws-copy"),
        permissions=["clipboard-read", "clipboard-write"],
    )
    expect(page.locator(".people-list")).to_contain_text("1e3")
    expect(page.locator(".moved")).to_contain_text("1e3")
    page.get_by_role("button", name="Copy as scenario").click()
    expect(page.get_by_text("Copied.")).to_be_attached()
    file = tmp_path / "copy.yaml"
    file.write_text(page.evaluate("navigator.clipboard.readText()"), "utf-8")
    (scenario,) = load_scenarios([file], "en_US")
    assert scenario.name == f"copy-of-{room}"
    call = httpx2.get(f"{mock}/v2/api/active-calls/{room}", headers=headers).json()
    timeline = httpx2.get(f"{mock}/_mock/timelines/{room}", headers=headers).json()
    window: Window = scenario.schedule.window(0, "w", "r", 0, 0)
    script = draw(0, "w", "r", window, "en_US", scenario)
    copied = timeline_of(script, room, script.length)
    changing = ("id", "roomName", "duration", "sentiment", "transcript", "participants")
    persona = {name: value for name, value in call.items() if name not in changing}
    assert {name: script.fields.get(name, "absent") for name in persona} == persona
    assert copied["lines"] == timeline["lines"]
    assert [(one["at"], one["value"]) for one in copied["sentiment"]] == [
        (one["at"], one["value"]) for one in timeline["sentiment"]
    ]
    for mine, theirs in zip(copied["participants"], timeline["participants"], strict=True):
        assert {**mine, "joinedAt": None} == {**theirs, "joinedAt": None}
