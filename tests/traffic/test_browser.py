"""Files that Chromium has made of a page that polls are judged as what the servers are."""

import json
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from openapi.har import entries
from tests.chromium import chromium, skip_without
from tests.console.conftest import launch
from tests.implementations.base import altered
from tests.implementations.call import ROOMS
from tests.implementations.differences_wire import cached_two_seconds, compressed, validators
from tests.implementations.family import family
from tests.implementations.faulty import faulty
from tests.implementations.server import App, Request, Response, serve
from tests.mockserver.serving import get
from tests.mockserver.serving import serve as serve_mock
from tests.traffic.pages import PAGE, Browsable, address, nothing
from tests.traffic.verdicts import OVER_TIME, Verdict, verdict

POLLS = 12  # half a second apart: enough for every clause over time
PATIENCE = 60_000

EMBEDDED: dict[str, Any] = {"record_har_content": "embed"}
ATTACHED: dict[str, Any] = {"record_har_content": "attach"}
MINIMAL: dict[str, Any] = {"record_har_mode": "minimal", "record_har_content": "embed"}


@dataclass(frozen=True)
class Visit:
    """A page that asks a server: its own, or with ``across`` one of another origin."""

    server: str
    across: bool = False
    options: Any = None  # how Playwright records; a .zip has its own way
    cache: str = "default"
    busy: bool = False  # with as many requests that wait as it has connections


VISITS = {
    "own-origin.har": Visit("mock", options=EMBEDDED),
    "embedded.har": Visit("mock", True, EMBEDDED),
    "attached.har": Visit("mock", True, ATTACHED),
    "minimal.har": Visit("mock", True, MINIMAL),
    "zipped.zip": Visit("mock", True),
    "correct.har": Visit("correct", True, EMBEDDED),
    "busy.har": Visit("correct", options=EMBEDDED, busy=True),
    "compressed.har": Visit("compressed", True, EMBEDDED),
    "cached.har": Visit("cached", options=EMBEDDED),
    "revalidated.har": Visit("validators", options=EMBEDDED, cache="no-cache"),
    "frozen.har": Visit("frozen", options=EMBEDDED),
    "count-of-all.har": Visit("count-of-all", True, ATTACHED),
    "reworded-later.zip": Visit("reworded-later", True),
}
CACHED = "from a browser's cache"


class Held:
    """A correct server that answers no more after a while."""

    def __init__(self) -> None:
        self._app, self._answers = family(), 0
        self.asked = threading.Event()

    def __call__(self, request: Request) -> Response:
        """Answer; or let the browser wait, and say so."""
        self._answers += bool(request.path[0])
        if self._answers <= 6:
            return self._app(request)
        self.asked.set()
        return Response(200, {}, wait=60)


@dataclass(frozen=True)
class Browsed:
    """The files and their verdicts, and how many preflights each server has seen."""

    folder: Path
    verdicts: Mapping[str, Verdict]
    preflights: Mapping[str, int]


def _servers() -> dict[str, App]:
    wrong = {visit.server for visit in VISITS.values()}
    made = {one.name: one.make() for one in faulty() if one.name in wrong}
    right = {
        "correct": family(),
        "compressed": altered(family(), compressed),
        "cached": altered(family(), cached_two_seconds()),
        "validators": altered(family(), validators),
    }
    return {**made, **right, "held": Held(), "pages": nothing}


def _fulfil(route: Route) -> None:
    route.fulfill(body=PAGE, content_type="text/html")


@pytest.fixture(scope="module")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> Browsed:
    """Record all pages at once: they wait most of the time."""
    skip_without(chromium(), "There is no Chromium on the PATH; `make browsers` installs it.")
    folder, apps = tmp_path_factory.mktemp("browsed"), _servers()
    browsable = {name: Browsable(app) for name, app in apps.items()}
    with ExitStack() as stack:
        origins = {name: stack.enter_context(serve(app)) for name, app in browsable.items()}
        origins["mock"] = stack.enter_context(serve_mock()).url
        _record(folder, origins, apps["held"])
    verdicts = {name: verdict(folder / name) for name in (*VISITS, "held.har")}
    return Browsed(folder, verdicts, {name: app.preflights for name, app in browsable.items()})


def _record(folder: Path, origins: Mapping[str, str], held: Any) -> None:
    with sync_playwright() as playwright, launch(playwright) as browser:

        def open_page(name: str, visit: Visit) -> Page:
            context = browser.new_context(record_har_path=folder / name, **(visit.options or {}))
            page, api = context.new_page(), origins[visit.server]
            more = {"api": api} if visit.across else {}
            more |= {"busy": "yes"} if visit.busy else {}
            if visit.server == "mock" and not visit.across:
                page.route("**/page?*", _fulfil)  # it has no page of its own that polls
            home = origins["pages"] if visit.across else api
            page.goto(address(home, ROOMS[0], cache=visit.cache, **more))
            return page

        pages = [open_page(name, visit) for name, visit in VISITS.items()]
        waiting = open_page("held.har", Visit("held", options=EMBEDDED))
        assert held.asked.wait(PATIENCE / 1000)
        waiting.context.close()
        for page in pages:
            polled = f"document.body.dataset.polls >= {POLLS}"
            page.wait_for_function(polled, timeout=PATIENCE)
            assert page.get_by_role("status").inner_text() == "Live"
            page.context.close()


@pytest.mark.parametrize("name", [name for name, one in VISITS.items() if one.server == "mock"])
def test_the_mock_conforms(browsed: Browsed, name: str) -> None:
    """However Playwright keeps the bodies, and with all that a page can show over time."""
    found = browsed.verdicts[name]
    assert (found.status, found.failed) == (0, []), found.evidence
    assert {*found.passed} >= OVER_TIME | {"list.agrees", "list.live", "cache.live"}
    assert found.exchanges >= 2 * POLLS


def test_what_waits_in_the_browser_was_answered_later(browsed: Browsed) -> None:
    """Its file leaves out that time: by it, an answer came before it was made."""
    found = browsed.verdicts["busy.har"]
    assert (found.status, found.failed) == (0, []), found.evidence
    assert {*found.passed} >= {*OVER_TIME, "list.agrees"}


@pytest.mark.parametrize("name", ["correct", "compressed"])
def test_a_correct_server_conforms(browsed: Browsed, name: str) -> None:
    """Nothing of it is taken for cached, and its preflights are no exchanges."""
    found = browsed.verdicts[f"{name}.har"]
    assert (found.status, found.failed) == (0, []), found.evidence
    assert {*found.passed} >= OVER_TIME and browsed.preflights[name] > 0
    assert not found.left_out.keys() & {CACHED, "a browser's preflight"}


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("frozen.har", "time.duration-rate"),
        ("count-of-all.har", "list.count"),
        ("reworded-later.zip", "time.transcript-appends"),
    ],
)
def test_a_faulty_server_fails_its_clause_alone(browsed: Browsed, name: str, clause: str) -> None:
    """The one that finds it when the verifier asks by itself."""
    found = browsed.verdicts[name]
    assert (found.status, found.failed) == (1, [clause]), found.evidence


@pytest.mark.parametrize("name", ["cached.har", "revalidated.har"])
def test_what_the_browser_had_already_is_left_out(browsed: Browsed, name: str) -> None:
    """Whole, or its body alone behind a 304: that says nothing of the moment it was asked for."""
    found = browsed.verdicts[name]
    assert (found.status, found.failed) == (0, []), found.evidence
    assert found.left_out[CACHED] > 0 and found.exchanges > 0


def test_what_a_closed_page_waited_for_is_no_answer(browsed: Browsed) -> None:
    """Nothing is said of it."""
    found = browsed.verdicts["held.har"]
    assert (found.status, found.failed, found.exchanges) == (0, [], 6)
    assert found.left_out == {"without an answer": 1}


@pytest.mark.parametrize("name", ["zipped.zip", "correct.har", "busy.har"])
def test_the_mock_plays_what_the_browser_has_recorded(browsed: Browsed, name: str) -> None:
    """The room shows the call that the page was shown."""
    bodies = [one.body for one in entries(browsed.folder / name) if ROOMS[0] in one.target]
    shown = json.loads(next(one for one in bodies if one and one.startswith(b"{")))
    with serve_mock("--recording", str(browsed.folder / name)) as mock:
        headers = {"prefer": f"scenario=recorded-1, at={shown['duration']}"}
        played = get(mock, ROOMS[0], **headers).json()
    for field in ("id", "customerName", "customerPhone", "aiAgentName", "duration", "sentiment"):
        assert played[field] == shown[field]
