"""Polls a made-up target, by a clock of its own, and looks at the file after each answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contracts.recording.recorder import Recorder
from contracts.recording.settings import RECORDING, Recording, settings
from tests.recording.planting import answer, found
from tests.recording.polling import Answer, Recorded, Target, Time, call, gone

Record = Callable[..., Recorded]


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Return what records answers, with further options by name."""
    for option in RECORDING:
        monkeypatch.delenv(option.variable, raising=False)

    def recorded(*answers: Answer, **options: Any) -> Recorded:
        output = tmp_path / options.pop("name", "call.har")
        given = {"workspace-id": "ws-acme", "room": ["call-1"], "output": str(output)}
        given |= {name.replace("_", "-"): value for name, value in options.items()}
        made = settings("http://h", {one.key: given.get(one.name) for one in RECORDING})
        assert isinstance(made, Recording)
        time, target = Time(), Target(iter(answers), output)
        recorder = Recorder(made, clock=time.clock, transport=httpx2.MockTransport(target))
        recorder.run()
        return Recorded(recorder, output, time, target.requests)

    return recorded


def test_a_call_is_polled_each_second_until_it_has_ended(record: Record) -> None:
    """That is what a second answer in a row says that there is none."""
    done = record(*(call(duration=n) for n in (3, 4, 5)), gone(), gone(410))
    assert done.time.slept == [1.0, 1.0, 1.0, 1.0]
    assert [one["response"]["status"] for one in done.entries] == [200, 200, 200, 404, 410]
    assert [answer(one)["duration"] for one in done.entries[:3]] == [3, 4, 5]
    begun = [one["startedDateTime"] for one in done.entries]
    assert begun[0] == "2026-11-27T09:00:00.000+00:00" and begun[2].startswith(
        "2026-11-27T09:00:02"
    )
    [room] = done.recorder.rooms
    assert (room.state, room.duration, room.lines) == ("ended", 5, 1)
    assert done.requests[0].headers["user-agent"] == "active-calls-record"


def test_a_lapse_is_no_end(record: Record) -> None:
    """Nor are many that do not follow each other."""
    done = record(call(), gone(), call(), gone(), call(), gone(), gone())
    assert len(done.entries) == 7


def test_failures_in_between_are_kept_and_outlived(record: Record) -> None:
    """Nobody listens, nothing comes in time, the server fails."""
    request = httpx2.Request("GET", "http://h")
    done = record(
        call(),
        httpx2.ConnectError("Connection refused", request=request),
        httpx2.ReadTimeout("late", request=request),
        httpx2.Response(503, text="<html>Bad gateway for Ingrid Solveig"),
        httpx2.Response(200, text='{"id": "66'),
        call(duration=150),
        gone(),
        gone(),
    )
    assert [one["response"]["status"] for one in done.entries] == [
        200,
        0,
        0,
        503,
        200,
        200,
        404,
        404,
    ]
    assert done.entries[1]["comment"] == "Connection refused"
    assert "Solveig" not in done.output.read_text()


def test_a_target_that_stays_away_is_given_up(record: Record) -> None:
    """After two minutes; what was recorded is there."""
    failures = [httpx2.Response(500)] * 200
    done = record(call(), *failures)
    assert done.recorder.rooms[0].state == "lost"
    assert sum(done.time.slept) == pytest.approx(121)


def test_another_call_in_the_room_ends_the_recording(record: Record) -> None:
    """Rooms may host one call after the other."""
    done = record(call(), call(id="765a1b2c3d4e5f6a7b8c9d0e", duration=0))
    assert done.recorder.rooms[0].told.endswith("(another call has begun there)")


def test_a_rate_limit_is_waited_for(record: Record) -> None:
    """The answer that said so is kept too."""
    limited = httpx2.Response(429, headers={"retry-after": "7"})
    done = record(call(), limited, call(), gone(), gone())
    assert 7.0 in done.time.slept
    assert [one["response"]["status"] for one in done.entries] == [200, 429, 200, 404, 404]


def test_a_rate_is_kept_among_all_rooms(record: Record) -> None:
    """It is one key that is limited."""
    ends = [gone()] * 4
    done = record(*[call()] * 4, *ends, room=["a", "b"], rate_limit="2/m")
    assert sum(done.time.slept) == pytest.approx(180)


def test_it_ends_after_the_time_that_is_given(record: Record) -> None:
    """While the call goes on."""
    done = record(*[call()] * 9, **{"for": "5s", "every": "2s"})
    assert len(done.entries) == 3 and done.recorder.rooms[0].state == "live"


def test_no_rate_limit_is_waited_for_beyond_the_end(record: Record) -> None:
    """The next poll would come after it."""
    done = record(*[call()] * 9, **{"for": "70s", "rate_limit": "2/m"})
    assert len(done.entries) == 4 and sum(done.time.slept) < 70


def test_without_a_call_there_is_no_file(record: Record) -> None:
    """Two answers say so."""
    done = record(gone(), gone())
    assert not done.recorder.recorded and not done.output.exists()
    assert done.recorder.rooms[0].told == "without a call: the target answered 404"


def test_a_call_may_be_waited_for(record: Record) -> None:
    """What came before it is kept as well."""
    done = record(*[gone()] * 5, call(), gone(), gone(), wait="30")
    assert [one["response"]["status"] for one in done.entries] == [404] * 5 + [200, 404, 404]


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"customerName": "Ingrid Solveig"}, "Solveig"),
        ({"participants": [{"metadata": {"displayName": "Ingrid Solveig"}}]}, "Solveig"),
        ({"participants": [{"metadata": '{"contact": {"fullName": "Ingrid"}}'}]}, "Ingrid"),
        ({"customerPhone": "+493012345678"}, "12345678"),
    ],
)
def test_what_becomes_known_late_is_taken_out_of_what_came_before(
    record: Record, told: dict[str, Any], word: str
) -> None:
    """The file is written anew, and grows from there."""
    line = {"role": "customer", "content": "Ms. Solveig (ingrid), at 030 12345678 room 5"}
    before = call(customerName=None, customerPhone=None, transcript=[line])
    after = call(**({"customerName": None, "transcript": [line]} | told))
    done = record(before, before, after, after, gone(), gone())
    assert found(done.output, [word]) == []
    said = {answer(one)["transcript"][0]["content"] for one in done.entries[:4]}
    assert len(said) == 1


def test_the_same_recording_is_the_same_file(record: Record) -> None:
    """To the byte: what is drawn depends on nothing else."""
    answers = [call(customerName=None), call(), call(customerPhone="+442079460958"), gone(), gone()]
    first, second = record(*answers, name="a.har"), record(*answers, name="b.har")
    assert first.output.read_bytes() == second.output.read_bytes()


def test_personal_data_can_be_kept(record: Record) -> None:
    """Credentials and the workspace cannot."""
    options = {"keep_personal_data": True, "api_key": "sk3y-Zq81-told"}
    echo = call(error="no sk3y-Zq81-told in ws-acme")
    text = record(echo, gone(), gone(), **options).output.read_text()
    assert "Ingrid Solveig" in text and "+14155551234" in text
    assert "sk3y" not in text and "ws-acme" not in text and "workspace-1" in text


@pytest.mark.parametrize(
    "options",
    [
        {"auth_header": "X-Our-Door: 0pen-sesame-77"},
        {"header": ["X-Pass: 0pen-sesame-77"]},
        {"header": ["Cookie: a=0pen-sesame-77; b=2"]},
    ],
)
def test_whatever_header_lets_us_in_is_hidden(record: Record, options: dict[str, Any]) -> None:
    """Also where an answer says it again."""
    done = record(call(error="not 0pen-sesame-77"), gone(), gone(), **options)
    assert "0pen" in str(done.requests[0].headers) and "0pen" not in done.output.read_text()
