"""The live call is a pure function of seed, workspace, room and time."""

import re
import subprocess
import sys
from datetime import datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.judging.bodies import Schemas
from mockserver.simulation import Question, builtin_scenarios
from mockserver.simulation.clock import frozen, iso_milliseconds, scaled
from tests.mockserver.worlds import EPOCH, body, live, world

SCHEMAS = Schemas()

CALLS = [name for name, s in builtin_scenarios().scenarios.items() if s.status is None]

seeds = st.integers(0, 2**63 - 1)

names = st.text(min_size=1, max_size=40).filter(lambda name: not name.startswith("mock-"))

instants = st.floats(-1e6, 1e8, allow_nan=False)

locales = st.sampled_from(["en_US", "en_GB", "es_ES", "ja_JP", "de_DE", "zh_CN", "ar_AA"])


def started(call: dict[str, Any]) -> float:
    """Return the instant at which a call began: when the first participant joined."""
    first = min(p["joinedAt"] for p in call["participants"])
    return datetime.fromisoformat(first).timestamp()


@given(seeds, names, instants, locales)
def test_every_body_keeps_the_contract(seed: int, room: str, after: float, locale: str) -> None:
    """Whatever the seed, room, instant and locale, what binds and what is customary holds."""
    call = live(world(seed, locale), room, EPOCH + after)
    assert SCHEMAS.breaches(call) == []
    assert SCHEMAS.unusual(call) == []
    assert call["roomName"] == room


@pytest.mark.parametrize("scenario", CALLS)
@settings(max_examples=15)
@given(seeds, instants)
def test_every_scenario_keeps_the_contract(scenario: str, seed: int, after: float) -> None:
    """What binds holds in every scenario at every instant."""
    call = body(world(seed), f"mock-{scenario}", EPOCH + after)
    assert call is None or SCHEMAS.breaches(call) == []
    # Scenarios that test how a client copes with strange text are unusual on purpose.
    if call is not None and scenario not in ("markup", "forward-compatible"):
        assert SCHEMAS.unusual(call) == []


@given(seeds, names, st.floats(0, 1e7), st.floats(0, 1200))
def test_a_call_goes_on(seed: int, room: str, after: float, later: float) -> None:
    """Within a call, the id and who joined when stay, and the transcript is only appended to."""
    here = world(seed)
    first = live(here, room, EPOCH + after)
    second = live(here, room, EPOCH + after + later)
    if first["id"] != second["id"]:
        return
    assert second["transcript"][: len(first["transcript"])] == first["transcript"]
    assert second["participants"][: len(first["participants"])] == first["participants"]
    for field in ("roomName", "customerPhone", "aiAgentName"):
        assert first[field] == second[field]
    assert ("customerName" in first) == ("customerName" in second)
    # A caller who is not known may say their name, and nobody forgets it.
    assert first.get("customerName") in (None, second.get("customerName"))


@given(seeds, names, st.floats(0, 1e7))
def test_duration_is_the_time_since_the_start(seed: int, room: str, after: float) -> None:
    """The duration, the id and joinedAt tell of the same start, which is not in the future."""
    call = live(world(seed), room, EPOCH + after)
    assert call["duration"] == int(EPOCH + after - started(call))
    assert int(call["id"][:8], 16) == started(call)
    now = iso_milliseconds(EPOCH + after)
    assert all(p["joinedAt"] <= now for p in call["participants"])


@given(seeds, names)
def test_a_new_room_is_a_live_call_at_once(seed: int, room: str) -> None:
    """At the start, a call has been going on for 5 to 180 s, and goes on for five minutes more."""
    here = world(seed)
    at_start = live(here, room, EPOCH)
    assert 5 <= at_start["duration"] <= 180
    assert live(here, room, EPOCH + 300)["id"] == at_start["id"]


@given(seeds, names, st.integers(0, 10**8))
def test_one_call_follows_the_other(seed: int, room: str, after: int) -> None:
    """When a call is over after 8 to 20 minutes, the next one begins at 0 with another id."""
    here = world(seed)
    call = live(here, room, EPOCH + after)
    low, high = 8 * 60, 20 * 60
    lengths = [
        seconds
        for seconds in range(low, high + 1)
        if live(here, room, started(call) + seconds)["id"] != call["id"]
    ][:1]
    assert lengths, "the call goes on for more than 20 minutes"
    following = live(here, room, started(call) + lengths[0])
    assert following["duration"] == 0
    assert following["transcript"] == []


@given(seeds, names, st.floats(0, 1200), st.floats(0, 1200))
def test_a_moment_of_a_call_does_not_depend_on_the_clock(
    seed: int, room: str, at: float, drift: float
) -> None:
    """The same moment of a call is the same twice; from the end on there is none."""
    here = world(seed)
    first, second = (body(here, room, EPOCH + t, at=at) for t in (0, min(drift, 299)))
    assert first == second
    assert body(here, room, EPOCH, at=1e6) is None


def test_order_of_requests_changes_nothing() -> None:
    """Asking for a later moment, or for other rooms, first leaves every answer as it is."""
    questions = [(f"room-{i % 7}", EPOCH + (i * 37) % 900) for i in range(80)]
    one, other = world(3), world(3)
    forward = [body(one, room, now) for room, now in questions]
    backward = [body(other, room, now) for room, now in reversed(questions)]
    assert forward == backward[::-1]


def test_another_process_gives_the_same_bytes() -> None:
    """Two processes agree on a body to the byte, whatever the hash seed."""
    program = (
        "from mockserver.simulation import *\n"
        f"w = World(5, {EPOCH}, 'en_US', builtin_scenarios())\n"
        "q = Question('ws', 'call-abc123')\n"
        f"print(w.show(q, w.scenario(q, {EPOCH}), {EPOCH} + 100).body.decode())"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] != b""


def test_workspaces_are_separate() -> None:
    """The same room in two workspaces is two calls."""
    here = world()
    calls = []
    for workspace in ("ws-acme", "ws-acme2", "ws"):
        question = Question(workspace, "call-abc123")
        shown = here.show(question, here.scenario(question, EPOCH), EPOCH)
        assert shown is not None
        calls.append(orjson.loads(shown.body)["id"])
    assert len(set(calls)) == 3


def test_names_are_unknown_for_some_callers() -> None:
    """At first, about one name in eight is null, and one in sixteen is absent throughout."""
    here = world()
    calls = [live(here, f"call-{i}", EPOCH, at=1) for i in range(1600)]
    absent = sum("customerName" not in call for call in calls)
    null = sum(call.get("customerName", "") is None for call in calls)
    assert 60 <= absent <= 140
    assert 150 <= null <= 250


def test_a_name_that_is_said_is_known_from_that_line_on() -> None:
    """It is null before; detail, list and the rest agree. Who stays unknown does not say it."""
    here, known = world(), 0
    for room in (f"call-{i}" for i in range(60)):
        whole = live(here, room, EPOCH, at=470)
        spoken = [line["content"] for line in whole["transcript"] if line["role"] == "customer"]
        named = [text for text in spoken if "@example.com" in text]
        before = live(here, room, EPOCH, at=1)
        if before.get("customerName", "") is None and whole["customerName"] is not None:
            assert whole["customerName"] in named[0]
            known += 1
            for at in range(0, 470, 5):
                call = live(here, room, EPOCH, at=at)
                told = any(named[0] == line["content"] for line in call["transcript"])
                assert (call["customerName"] is not None) == told
        assert whole.get("customerName") is not None or not named
    assert known >= 3


@pytest.mark.parametrize(
    ("locale", "pattern"),
    [
        ("en_US", r"\+1\d{3}55501\d\d"),
        ("ja_JP", r"\+1\d{3}55501\d\d"),
        ("en_GB", r"\+44(1\d\d4960|2079460|7700900)\d{3}"),
        ("en_AU", r"\+61[2378](5550|7010)\d{4}"),
        ("fr_FR", r"\+33(199|261|353|465|536|639)\d{6}"),
    ],
)
def test_phones_are_reserved_for_fiction(locale: str, pattern: str) -> None:
    """Numbers come from the ranges that regulators keep free, those of the locale's country."""
    for i in range(100):
        assert re.fullmatch(pattern, live(world(locale=locale), f"r{i}", EPOCH)["customerPhone"])


@pytest.mark.parametrize(
    ("locale", "word"), [("es_ES", "usted|gracias|le "), ("ja_JP", "です|ます")]
)
def test_languages_have_dialogues_of_their_own(locale: str, word: str) -> None:
    """Spanish and Japanese calls are spoken in Spanish and Japanese."""
    call = live(world(locale=locale), "r", EPOCH, at=400)
    text = " ".join(line["content"] for line in call["transcript"]).lower()
    assert re.search(word, text)


def test_clocks() -> None:
    """A frozen clock stands; a scaled one starts with its base and runs as many times as fast."""
    base = iter([100.0, 101.0, 110.0])
    clock = scaled(100.0, 10, lambda: next(base))
    assert [clock(), clock(), clock()] == [100.0, 110.0, 200.0]
    assert frozen(5.0)() == 5.0
