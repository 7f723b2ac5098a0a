"""Recorded traffic is judged as it is, and nothing is said of what was not recorded."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.exchanges import OTHER, PATH, ROOMS, call, exchange, good, missing, poll
from tests.har import write
from tests.traffic.hars import ORIGIN, entry
from tests.traffic.reviewing import KEY, Entry, entries, failed, judged, run


def test_a_sound_recording_conforms(tmp_path: Path) -> None:
    """What needs somebody who asks is not exercised, and the report says what it rests on."""
    report = judged(tmp_path, entries(good()))
    assert (report["status"], report["verdict"], failed(report)) == (0, "conforms", [])
    by_id = {one["id"]: one for one in report["clauses"]}
    assert by_id["time.duration-rate"]["status"] == "passed"
    assert by_id["robust.no-5xx"]["status"] == "not reached"
    assert "somebody has to ask for it" in by_id["robust.no-5xx"]["reason"]
    assert report["traffic"] == {"files": ["a.har"], "exchanges": len(good()), "left_out": []}
    assert (report["target"], report["profile"]) == (ORIGIN, "traffic")
    assert report["started"] == "2026-11-22T09:30:00.000Z"


def test_a_breach_names_the_entry_that_shows_it(tmp_path: Path) -> None:
    """The first one at which the clause no longer holds, in each report."""
    found = [replace(one, content=one.content.replace(b"+1415", b"+1416")) for one in good()[14:16]]
    changed = entries([*good()[:14], *found, *good()[16:]])
    report = judged(tmp_path, changed, "--report-dir", str(tmp_path / "all"))
    assert (report["status"], failed(report)) == (1, ["identity.facts-stable"])
    [first] = next(o for o in report["clauses"] if o["status"] == "failed")["evidence"]
    assert first["seen"] == "entry 15 of a.har, 2026-11-22T09:30:06.990Z"
    assert first["count"] == 2
    assert ORIGIN + PATH in first["curl"]
    for name in ("report.html", "report.md", "report.xml"):
        assert "entry 15 of a.har" in (tmp_path / "all" / name).read_text()


def test_a_breach_is_found_in_a_long_recording(tmp_path: Path) -> None:
    """Over several stretches, also where its two sides are far apart."""
    polls = [poll(float(at), duration=145 + at) for at in range(1500)]
    polls[1234] = poll(1234.0, duration=145 + 1234, id="f" * 24)
    report = judged(tmp_path, entries(polls))
    assert failed(report) == ["identity.stable"]
    [evidence] = next(o for o in report["clauses"] if o["status"] == "failed")["evidence"]
    assert evidence["seen"].startswith("entry 1235 of a.har")


def test_a_slow_drift_shows_over_stretches(tmp_path: Path) -> None:
    """Each call is held against its first answer."""
    polls = [poll(float(at), duration=145 + int(at * 0.998), transcript=[]) for at in range(2600)]
    assert "time.duration-rate" in failed(judged(tmp_path, entries(polls)))


Change = Callable[[Entry], Entry]


def _content(**content: Any) -> Change:
    return lambda one: one | {"response": one["response"] | {"content": content}}


def _response(**more: Any) -> Change:
    return lambda one: one | {"response": one["response"] | more}


def _request(**more: Any) -> Change:
    return lambda one: one | {"request": one["request"] | more}


_PREFLIGHT = [{"name": "Access-Control-Request-Method", "value": "GET"}]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_content(size=900), "200 whose body was not kept"),
        (_content(size=9000, text='{"id": "'), "200 whose body was not kept"),
        (lambda one: one | {"_fromCache": "memory"}, "from a browser's cache"),
        (_request(method="OPTIONS", headers=_PREFLIGHT), "a browser's preflight"),
        (_response(status=0), "without an answer"),
        (_request(headers=[]), "without the request's headers"),
        (_response(status=307, redirectURL="/elsewhere"), "a redirect that nobody followed"),
    ],
)
def test_what_cannot_be_judged_is_said(tmp_path: Path, change: Change, why: str) -> None:
    """And is no failure."""
    whole = entries(good())
    report = judged(tmp_path, [*whole[:5], change(whole[5]), *whole[6:]])
    assert failed(report) == []
    assert report["traffic"]["left_out"] == [{"what": why, "count": 1}]
    assert report["traffic"]["exchanges"] == len(whole) - 1
    path = tmp_path / "a.har"
    assert f"not judged: 1 {why}" in run("--traffic", path).stdout


def test_an_error_without_a_body_tells_its_status(tmp_path: Path) -> None:
    """Its envelope cannot be judged."""
    gone = [_content(size=60)(entry(missing(at))) for at in (20, 21)]
    whole = [one for one in good() if not one.status >= 400]
    report = judged(tmp_path, [*entries(whole), *gone])
    by_id = {one["id"]: one["status"] for one in report["clauses"]}
    assert (by_id["absence.error-body"], report["verdict"]) == ("not reached", "conforms")


@pytest.mark.parametrize(
    ("there", "landing"),
    [
        ("/elsewhere/call", ORIGIN + "/elsewhere/call"),
        (ORIGIN.upper().replace("HTTP", "http") + "/x", ORIGIN + "/x"),
        (ORIGIN.partition(":")[2] + "/x", ORIGIN + "/x"),
        ("/x#part", ORIGIN + "/x"),
        ("?again=1", f"{ORIGIN}{PATH}{ROOMS[0]}?again=1"),
        ("other", f"{ORIGIN}{PATH}other"),
    ],
)
def test_a_redirect_and_what_it_led_to_are_one(tmp_path: Path, there: str, landing: str) -> None:
    """The answer is that to the first request."""
    first = entry(poll(20.0))
    moved = _response(status=302, redirectURL=there, content={"size": 0, "text": ""})(first)
    landed = _request(url=landing)(first)
    report = judged(tmp_path, [*entries(good()), moved, landed])
    assert failed(report) == [] and report["traffic"]["exchanges"] == len(good()) + 1


def test_a_redirect_is_not_followed_by_somebody_else(tmp_path: Path) -> None:
    """Who asks in another workspace, for the room itself, has not been sent there."""
    landing = f"{ORIGIN}/v2/api/active-calls/{ROOMS[0]}"
    moved = _response(status=307, redirectURL=landing)(entry(poll(20.0)))
    body = call("another one", 21.0, roomName=ROOMS[0])
    theirs = entry(exchange(21.0, PATH + ROOMS[0], body, workspace=OTHER))
    report = judged(tmp_path, [*entries(good()), moved, _request(url=landing)(theirs)])
    assert failed(report) == []
    unfollowed = {"what": "a redirect that nobody followed", "count": 1}
    assert report["traffic"]["left_out"] == [unfollowed]


def test_of_several_hosts_one_is_chosen(tmp_path: Path) -> None:
    """Others may be in the file, if they do not have the operations."""
    other = entry(poll(3.5), "http://127.0.0.1:4010")
    foreign = _request(url="https://cdn.example/app.js")(entry(poll(3.6)))
    path = write(tmp_path / "a.har", [*entries(good()), foreign, other])
    both = run("--traffic", path)
    assert both.status == 2
    assert f"--traffic: {ORIGIN} and http://127.0.0.1:4010 both have" in both.stderr
    assert "--host" in both.stderr
    assert run("--traffic", path, "--host", "API.example").status == 0
    nobody = run("--traffic", path, "--host", "lost.example")
    assert nobody.status == 3 and "no exchange of lost.example" in nobody.stdout


def test_several_files_are_one_recording(tmp_path: Path) -> None:
    """In the order of their times, whichever comes first."""
    whole = entries(good())
    later, earlier = write(tmp_path / "b.har", whole[9:]), write(tmp_path / "a.har", whole[:9])
    done = run("--traffic", later, "--traffic", earlier)
    assert done.status == 0
    assert f"{len(whole)} exchanges over 10.0 s, recorded in b.har, a.har" in done.stdout


def _buffered(content: bytes) -> Any:
    return io.BufferedReader(io.BytesIO(content))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a pipe hands it over."""
    content = json.dumps({"log": {"entries": entries(good())}}).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(_buffered(content)))
    done = run("--traffic", "-")
    assert done.status == 0 and "recorded in standard input" in done.stdout


def test_keys_in_the_file_reach_no_report(tmp_path: Path) -> None:
    """Nor cookies, nor what follows a scheme."""
    bad = [replace(one, status=500) for one in good()[3:5]]
    headers = {"x-api-key": KEY, "Authorization": f"Bearer {KEY}", "Cookie": f"sid={KEY}"}
    found = [
        replace(one, request=replace(one.request, headers=(*one.request.headers, *headers.items())))
        for one in [*good(), *bad]
    ]
    report = judged(tmp_path, entries(found), "--report-dir", str(tmp_path / "all"))
    assert failed(report) == ["robust.repeat"]
    for path in [*(tmp_path / "all").iterdir(), tmp_path / "report.json"]:
        assert KEY not in path.read_text()
    done = run("--traffic", tmp_path / "a.har")
    assert KEY not in done.stdout + done.stderr


def test_an_expired_key_is_no_breach(tmp_path: Path) -> None:
    """Who is turned away may have come with a wrong one."""
    turned_away = [missing(float(at), status=401) for at in (20, 21)]
    report = judged(tmp_path, [*entries(good()), *map(entry, turned_away)])
    assert failed(report) == []


def test_polls_at_the_same_time_are_not_in_order(tmp_path: Path) -> None:
    """Two tabs ask for one room: the later question may be answered first."""
    slow = replace(poll(20.0, duration=165), received=23.0)
    quick = poll(21.0, duration=166)
    report = judged(tmp_path, [*entries(good()), entry(quick), entry(slow)])
    assert failed(report) == []


def test_another_workspace_is_told_apart(tmp_path: Path) -> None:
    """A call of one that is shown to another is a breach."""
    stray = exchange(20.0, PATH + ROOMS[0], json.loads(poll(20.0).content), workspace=OTHER)
    assert "tenancy.isolated" in failed(judged(tmp_path, entries([*good(), stray])))


def test_a_baseline_holds_for_recordings_too(tmp_path: Path) -> None:
    """What is known to fail does not fail again."""
    wrong = entries([*good(), *(replace(one, status=500) for one in good()[3:5])])
    baseline = tmp_path / "known.json"
    assert judged(tmp_path, wrong, "--write-baseline", str(baseline))["status"] == 1
    assert judged(tmp_path, wrong, "--baseline", str(baseline))["status"] == 0
